"""Wrong: divides without rounding down.

fails: test_output_length_stride
"""


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return (n + 2 * padding - k) / stride + 1
