"""Wrong: convolve slides the response as it is, which is cross-correlation.

fails: test_convolve_values, test_convolve_impulse, test_convolve_commutes
says: test_convolve_values: flip missing
says: test_convolve_impulse: backwards
says: test_convolve_commutes: flip
"""


# %% [convolve]
def convolve(x, h):
    return cross_correlate(x, h, padding=len(h) - 1)
