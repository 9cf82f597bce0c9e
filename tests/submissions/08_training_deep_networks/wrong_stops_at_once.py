"""Wrong: stops at the first epoch that is no better, however patient.

fails: test_stop_epoch, test_best_epoch, test_stop_ties
says: test_stop_epoch: first loss
"""


# %% [early_stopping]
def early_stopping(val_losses, patience):
    for epoch in range(2, len(val_losses) + 1):
        if val_losses[epoch - 1] >= val_losses[epoch - 2]:
            return epoch, epoch - 1
    return len(val_losses), len(val_losses)
