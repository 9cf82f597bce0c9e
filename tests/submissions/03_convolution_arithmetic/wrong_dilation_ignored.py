"""Wrong: dilation makes no difference, neither to shapes nor to what is seen.

fails: test_output_shape_dilation, test_receptive_field_dilation
says: test_output_shape_dilation: forgotten
says: test_receptive_field_dilation: ignored
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    sizes = []
    for i, k, s, p, d in zip(input_shape, kernel_size, stride, padding, dilation):
        sizes.append((i + 2 * p - k) // s + 1)
    return (*sizes, filters)


# %% [receptive_field]
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field
