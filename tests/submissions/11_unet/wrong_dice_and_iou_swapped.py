"""Wrong: dice and iou are confused.

with: shared/quickly_trained.py
fails: test_dice, test_iou, test_threshold
says: test_dice: intersection over union
says: test_iou: Dice
"""


# %% [overlap]
def iou(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    both = (target & predicted).sum()
    return (2 * both + smooth) / (target.sum() + predicted.sum() + smooth)


def dice(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    return ((target & predicted).sum() + smooth) / ((target | predicted).sum() + smooth)
