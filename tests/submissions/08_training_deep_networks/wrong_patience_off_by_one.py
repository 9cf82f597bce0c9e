"""Wrong: stops one epoch late.

fails: test_stop_epoch, test_best_epoch, test_stop_ties
says: test_stop_epoch: too late
"""


# %% [early_stopping]
def early_stopping(val_losses, patience):
    best = 1
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < val_losses[best - 1]:
            best = epoch
        elif epoch - best > patience:
            return epoch, best
    return len(val_losses), best
