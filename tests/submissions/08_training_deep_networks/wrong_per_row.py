"""Wrong: each image is normalised over its features (layer normalisation).

fails: test_bn_values, test_bn_epsilon, test_bn_channels, test_bn_running
says: test_bn_values: by itself
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    new_mean = momentum * running_mean + (1 - momentum) * mean.mean()
    new_var = momentum * running_var + (1 - momentum) * var.mean()
    return y, new_mean, new_var
