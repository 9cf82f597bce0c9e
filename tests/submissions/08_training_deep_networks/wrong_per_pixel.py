"""Wrong: feature maps are averaged over the batch only, for each pixel.

fails: test_bn_channels, test_bn_running
says: test_bn_channels: each pixel
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    axes = 0
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    new_mean = momentum * running_mean + (1 - momentum) * mean
    new_var = momentum * running_var + (1 - momentum) * var
    return y, new_mean, new_var
