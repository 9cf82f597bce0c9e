"""Wrong: results go into an array of the signal's type, which cuts them to whole numbers.

fails: test_cross_correlate_values
says: test_cross_correlate_values: cut to whole numbers
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    y = np.zeros((len(x) - len(k)) // stride + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = x[i * stride : i * stride + len(k)] @ k
    return y
