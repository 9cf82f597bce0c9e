"""Wrong: flat patches give 0/0.

fails: test_likeness_flat
says: test_likeness_flat: divided by zero
"""


# %% [normalized_cross_correlation]
def normalized_cross_correlation(image, template):
    (rows, columns), (h, w) = image.shape, template.shape
    result = np.zeros((rows - h + 1, columns - w + 1))
    for i in range(rows - h + 1):
        for j in range(columns - w + 1):
            patch = image[i : i + h, j : j + w]
            a, b = patch - patch.mean(), template - template.mean()
            with np.errstate(all="ignore"):
                result[i, j] = np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))
    return result


# %% [find_waldo]
# Found in another way, so that the mistake above alone is tested.
from skimage.feature import match_template


def find_waldo(scene, template):
    likeness = match_template(scene, template)
    i, j = np.unravel_index(likeness.argmax(), likeness.shape)
    return i + template.shape[0] // 2, j + template.shape[1] // 2
