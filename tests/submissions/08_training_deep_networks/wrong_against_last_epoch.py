"""Wrong: a loss counts as better if it is lower than the epoch before.

fails: test_stop_epoch, test_best_epoch
"""


# %% [early_stopping]
def early_stopping(val_losses, patience):
    waited = 0
    for i in range(1, len(val_losses)):
        waited = 0 if val_losses[i] < val_losses[i - 1] else waited + 1
        if waited == patience:
            break
    else:
        i = len(val_losses) - 1
    return i + 1, int(np.argmin(val_losses[: i + 1])) + 1
