"""Wrong: the place is printed, not returned.

fails: test_find_planted, test_find_in_crowds, test_find_in_shade
says: test_find_planted: return
"""


# %% [find_waldo]
def find_waldo(scene, template):
    likeness = normalized_cross_correlation(scene, template)
    i, j = np.unravel_index(np.argmax(likeness), likeness.shape)
    h, w = template.shape
    print(int(i) + h // 2, int(j) + w // 2)
