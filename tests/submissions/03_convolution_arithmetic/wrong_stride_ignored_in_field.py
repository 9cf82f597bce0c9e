"""Wrong: the receptive field takes no notice of strides.

fails: test_receptive_field_stride, test_receptive_field_dilation
says: test_receptive_field_stride: ignored
"""


# %% [receptive_field]
def receptive_field(layers):
    return 1 + sum(dilation * (kernel - 1) for kernel, _, dilation in layers)
