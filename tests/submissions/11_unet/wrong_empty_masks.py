"""Wrong: smooth is forgotten; two empty masks give 0 / 0.

with: shared/quickly_trained.py
fails: test_smooth
says: test_smooth: nan
"""


# %% [overlap]
def dice(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    with np.errstate(invalid="ignore"):
        return 2 * (target & predicted).sum() / (target.sum() + predicted.sum())


def iou(target, p, smooth=1.0):
    target, predicted = np.asarray(target) > 0, np.asarray(p) >= 0.5
    with np.errstate(invalid="ignore"):
        return (target & predicted).sum() / (target | predicted).sum()
