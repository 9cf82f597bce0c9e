"""Correct: plain loops, one feature and one number at a time; early stopping by a counter.

fails: nothing
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    y = np.empty(x.shape)
    new_mean, new_var = [], []
    for f in range(x.shape[-1]):
        values = [float(v) for v in x[..., f].flat]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        y[..., f] = gamma[f] * (x[..., f] - mean) / (var + epsilon) ** 0.5 + beta[f]
        new_mean.append(momentum * running_mean[f] + (1 - momentum) * mean)
        new_var.append(momentum * running_var[f] + (1 - momentum) * var)
    return y, np.array(new_mean), np.array(new_var)


# %% [batch_norm_infer]
def batch_norm_infer(x, gamma, beta, running_mean, running_var, epsilon=1e-3):
    y = np.zeros(x.shape)
    for f in range(x.shape[-1]):
        unit = (x[..., f] - running_mean[f]) / np.sqrt(running_var[f] + epsilon)
        y[..., f] = unit * gamma[f] + beta[f]
    return y


# %% [dropout]
def dropout(x, rate, uniform, training):
    y = np.array(x, dtype=float)
    if training:
        for place in np.ndindex(y.shape):
            if uniform[place] < rate:
                y[place] = 0
            else:
                y[place] /= 1 - rate
    return y


# %% [early_stopping]
def early_stopping(val_losses, patience):
    lowest, best, waited = float("inf"), 0, 0
    for i in range(len(val_losses)):
        if val_losses[i] < lowest:
            lowest, best, waited = val_losses[i], i + 1, 0
        else:
            waited += 1
            if waited == patience:
                return (i + 1, best)
    return (len(val_losses), best)
