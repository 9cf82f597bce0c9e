"""Wrong: epsilon is added to the standard deviation.

fails: test_bn_epsilon, test_infer_values
says: test_bn_epsilon: under the root
says: test_infer_values: under the root
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    axes = tuple(range(x.ndim - 1))
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    y = gamma * (x - mean) / (np.sqrt(var) + epsilon) + beta
    new_mean = momentum * running_mean + (1 - momentum) * mean
    new_var = momentum * running_var + (1 - momentum) * var
    return y, new_mean, new_var


# %% [batch_norm_infer]
def batch_norm_infer(x, gamma, beta, running_mean, running_var, epsilon=1e-3):
    return gamma * (x - running_mean) / (np.sqrt(running_var) + epsilon) + beta
