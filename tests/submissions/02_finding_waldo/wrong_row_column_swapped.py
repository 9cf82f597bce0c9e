"""Wrong: column first, as in x and y.

fails: test_find_planted, test_find_in_crowds, test_find_in_shade
says: test_find_planted: exchanged
"""


# %% [find_waldo]
def find_waldo(scene, template):
    likeness = normalized_cross_correlation(scene, template)
    i, j = np.unravel_index(np.argmax(likeness), likeness.shape)
    h, w = template.shape
    return int(j) + w // 2, int(i) + h // 2
