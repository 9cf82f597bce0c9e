"""Wrong: flips the signal and the response, so that the result is backwards.

fails: test_convolve_values, test_convolve_impulse
"""


# %% [convolve]
def convolve(x, h):
    return cross_correlate(x[::-1], h, padding=len(h) - 1)
