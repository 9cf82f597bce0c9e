"""Wrong: a layer's own stride already lengthens its own steps.

fails: test_receptive_field_stride, test_receptive_field_dilation
says: test_receptive_field_stride: from the next layer on
"""


# %% [receptive_field]
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        field += dilation * (kernel - 1) * jump
    return field
