"""Wrong: means are subtracted, but nothing is divided, so a stranger in the sun wins.

fails: test_likeness_values, test_likeness_light, test_find_in_shade
says: test_likeness_values: contrast
says: test_find_in_shade: contrast
"""


# %% [normalized_cross_correlation]
def normalized_cross_correlation(image, template):
    patches = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    patches = patches - patches.mean(axis=(2, 3), keepdims=True)
    pattern = template - template.mean()
    product = np.einsum("ijmn,mn->ij", patches, pattern)
    norm = np.sqrt((patches**2).sum(axis=(2, 3)) * (pattern**2).sum())
    return product
