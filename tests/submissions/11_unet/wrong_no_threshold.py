"""Wrong: probabilities are summed as they are.

with: shared/quickly_trained.py
fails: test_threshold
says: test_threshold: at least 0.5
"""


# %% [overlap]
def dice(target, p, smooth=1.0):
    both = np.sum(target * p)
    return (2 * both + smooth) / (np.sum(target) + np.sum(p) + smooth)


def iou(target, p, smooth=1.0):
    both = np.sum(target * p)
    return (both + smooth) / (np.sum(target) + np.sum(p) - both + smooth)
