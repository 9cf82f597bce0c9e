"""Wrong: only the places where the response fits on the signal as a whole.

fails: test_convolve_values, test_convolve_impulse, test_convolve_commutes
says: test_convolve_values: fits as a whole
"""


# %% [convolve]
def convolve(x, h):
    return cross_correlate(x, h[::-1])
