"""Wrong: the output has the input's channels; filters are forgotten.

fails: test_output_shape_padding, test_output_shape_stride, test_output_shape_dilation
says: test_output_shape_padding: for each filter comes out
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    sizes = []
    for i, k, s, p, d in zip(input_shape, kernel_size, stride, padding, dilation):
        sizes.append((i + 2 * p - d * (k - 1) - 1) // s + 1)
    return (*sizes, input_shape[2])
