"""Wrong: the epoch at which training stops is returned as the best.

fails: test_best_epoch, test_stop_ties
says: test_best_epoch: at which training stops
"""


# %% [early_stopping]
def early_stopping(val_losses, patience):
    best = 1
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < val_losses[best - 1]:
            best = epoch
        elif epoch - best >= patience:
            return epoch, epoch
    return len(val_losses), len(val_losses)
