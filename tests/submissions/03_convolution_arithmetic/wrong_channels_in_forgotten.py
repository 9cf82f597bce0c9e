"""Wrong: a filter's weights are counted for one input channel only.

fails: test_conv_parameters, test_conv_parameters_without_bias
says: test_conv_parameters: for each input channel
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    return (kernel_size[0] * kernel_size[1] + use_bias) * filters
