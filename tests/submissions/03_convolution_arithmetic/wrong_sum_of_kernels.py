"""Wrong: kernels are added up as if they didn't overlap.

fails: test_receptive_field_kernels, test_receptive_field_stride, test_receptive_field_dilation
says: test_receptive_field_kernels: overlap
"""


# %% [receptive_field]
def receptive_field(layers):
    field, jump = 0, 1
    for kernel, stride, dilation in layers:
        field += (dilation * (kernel - 1) + 1) * jump
        jump *= stride
    return field
