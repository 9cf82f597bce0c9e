"""Correct: plain Python, lists and loops, nothing of NumPy but indexing.

fails: nothing
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    padded = [0] * padding + list(x) + [0] * padding
    result = []
    start = 0
    while start + len(k) <= len(padded):
        total = 0
        for i in range(len(k)):
            total += padded[start + i] * k[i]
        result.append(total)
        start += stride
    return result


# %% [convolve]
def convolve(x, h):
    y = []
    for t in range(len(x) + len(h) - 1):
        total = 0
        for m in range(len(x)):
            if 0 <= t - m < len(h):
                total += x[m] * h[t - m]
        y.append(total)
    return y


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    length = 0
    start = 0
    while start + k <= n + 2 * padding:
        length += 1
        start += stride
    return length


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    rows = n - len(k) + 1
    return [[0] * i + list(k) + [0] * (rows - 1 - i) for i in range(rows)]


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    response = cross_correlate(x, pattern)
    found = []
    for i, here in enumerate(response):
        before = response[i - 1] if i > 0 else float("-inf")
        after = response[i + 1] if i + 1 < len(response) else float("-inf")
        if here >= threshold and here > before and here > after:
            found.append(i)
    return found
