"""Wrong: the running averages come back as they were.

fails: test_bn_running
says: test_bn_running: not updated
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    axes = tuple(range(x.ndim - 1))
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    y = gamma * (x - mean) / np.sqrt(var + epsilon) + beta
    new_mean = running_mean
    new_var = running_var
    return y, new_mean, new_var
