"""Wrong: divided by the variances, without the square root.

fails: test_likeness_values, test_likeness_light
says: test_likeness_values: square root
"""


# %% [normalized_cross_correlation]
def normalized_cross_correlation(image, template):
    patches = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    patches = patches - patches.mean(axis=(2, 3), keepdims=True)
    pattern = template - template.mean()
    product = np.einsum("ijmn,mn->ij", patches, pattern)
    norm = np.sqrt((patches**2).sum(axis=(2, 3)) * (pattern**2).sum())
    return np.where(norm > 1e-12, product / np.maximum(norm, 1e-12) ** 2, 0)


# %% [find_waldo]
# Found in another way, so that the mistake above alone is tested.
from skimage.feature import match_template


def find_waldo(scene, template):
    likeness = match_template(scene, template)
    i, j = np.unravel_index(likeness.argmax(), likeness.shape)
    return i + template.shape[0] // 2, j + template.shape[1] // 2
