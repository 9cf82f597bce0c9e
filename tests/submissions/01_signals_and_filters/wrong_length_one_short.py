"""Wrong: forgets the first place, before the kernel moves.

fails: test_output_length, test_output_length_stride
"""


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return (n + 2 * padding - k) // stride
