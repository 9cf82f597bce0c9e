"""Wrong: counts the zeros of one end only.

fails: test_output_length, test_output_length_stride
says: test_output_length: both ends
"""


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return (n + padding - k) // stride + 1
