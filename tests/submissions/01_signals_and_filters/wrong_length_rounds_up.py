"""Wrong: rounds up, where a last step does not fit.

fails: test_output_length_stride
says: test_output_length_stride: as a whole
"""


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return -(-(n + 2 * padding - k) // stride) + 1
