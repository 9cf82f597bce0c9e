"""Wrong: feature maps are averaged over rows and columns, for each image (instance normalisation).

fails: test_bn_channels, test_bn_running
says: test_bn_channels: each image
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    axes = tuple(range(1, x.ndim - 1)) or 0
    mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    new_mean = momentum * running_mean + (1 - momentum) * mean.mean(axis=0)
    new_var = momentum * running_var + (1 - momentum) * var.mean(axis=0)
    return y, np.ravel(new_mean), np.ravel(new_var)
