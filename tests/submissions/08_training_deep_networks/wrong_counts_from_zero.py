"""Wrong: epochs count from 0.

fails: test_stop_epoch, test_best_epoch, test_stop_ties
says: test_best_epoch: from 1
"""


# %% [early_stopping]
def early_stopping(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best
