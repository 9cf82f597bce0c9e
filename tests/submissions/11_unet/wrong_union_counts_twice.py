"""Wrong: the union is the sum of both masks, common pixels counted twice.

with: shared/quickly_trained.py
fails: test_iou, test_threshold, test_smooth
says: test_iou: counted twice
"""


# %% [overlap]
def dice(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    both = (target & predicted).sum()
    return (2 * both + smooth) / (target.sum() + predicted.sum() + smooth)


def iou(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    both = (target & predicted).sum()
    return (both + smooth) / (target.sum() + predicted.sum() + smooth)
