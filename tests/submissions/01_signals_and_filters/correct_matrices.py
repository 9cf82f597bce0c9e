"""Correct: everything by matrices; works on its arguments in place.

fails: nothing
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.concatenate((np.zeros(padding), x, np.zeros(padding)))
    places = len(x) - len(k) + 1
    matrix = np.zeros((places, len(x)))
    for i, weight in enumerate(k):
        matrix[np.arange(places), np.arange(places) + i] = weight
    return matrix[::stride] @ x


# %% [convolve]
def convolve(x, h):
    return sum(
        height * np.concatenate([np.zeros(i), h, np.zeros(len(x) - 1 - i)])
        for i, height in enumerate(x)
    )


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return int(np.floor((n + 2 * padding - k) / stride + 1))


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    first = np.zeros(n)
    first[: len(k)] = k
    return np.array([np.roll(first, i) for i in range(n - len(k) + 1)])


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    starts = range(len(x) - len(pattern) + 1)
    response = np.array([x[i : i + len(pattern)] @ pattern for i in starts], float)
    above = response >= threshold
    response[~above] = -np.inf
    left = np.append(-np.inf, response[:-1])
    right = np.append(response[1:], -np.inf)
    x[:] = 0
    return np.nonzero(above & (response > left) & (response > right))[0].astype(
        "float64"
    )
