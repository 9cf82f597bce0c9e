"""Wrong: the result is as long as the signal; the last echoes are lost.

fails: test_convolve_values, test_convolve_impulse, test_convolve_commutes
says: test_convolve_values: cut off
"""


# %% [convolve]
def convolve(x, h):
    y = np.zeros(len(x))
    for t in range(len(x)):
        for m in range(min(t + 1, len(h))):
            y[t] += x[t - m] * h[m]
    return y
