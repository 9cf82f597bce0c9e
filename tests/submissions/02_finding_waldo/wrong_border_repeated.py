"""Wrong: the image's border is repeated instead of zeros.

fails: test_correlate_border
says: test_correlate_border: repeated
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    pass
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
