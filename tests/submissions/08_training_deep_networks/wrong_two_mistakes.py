"""Wrong in two tasks: dropout without scaling; an equal loss counts as an improvement.

fails: test_dropout_scaling, test_stop_ties
says: test_dropout_scaling: missing
says: test_stop_ties: <
"""


# %% [dropout]
def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, 0, x) if training else x


# %% [early_stopping]
def early_stopping(val_losses, patience):
    best = 1
    for epoch, loss in enumerate(val_losses, start=1):
        if loss <= val_losses[best - 1]:
            best = epoch
        elif epoch - best >= patience:
            return epoch, best
    return len(val_losses), best
