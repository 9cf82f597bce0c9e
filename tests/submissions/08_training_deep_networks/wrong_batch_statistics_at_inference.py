"""Wrong: inference normalises by the batch's own statistics.

fails: test_infer_values, test_infer_alone
says: test_infer_values: running averages
says: test_infer_alone: running averages
"""


# %% [batch_norm_infer]
def batch_norm_infer(x, gamma, beta, running_mean, running_var, epsilon=1e-3):
    axes = tuple(range(x.ndim - 1))
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta
