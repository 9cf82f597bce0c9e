"""Wrong: steps are rounded to the nearest number, not down.

fails: test_output_shape_stride, test_output_shape_dilation
says: test_output_shape_stride: nearest
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    sizes = []
    for i, k, s, p, d in zip(input_shape, kernel_size, stride, padding, dilation):
        sizes.append(round((i + 2 * p - d * (k - 1) - 1) / s) + 1)
    return (*sizes, filters)
