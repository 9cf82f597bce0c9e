"""Wrong: no padding, so the result is smaller than the image.

fails: test_correlate_values, test_correlate_shapes, test_correlate_border
says: test_correlate_values: expected shape
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    pass
    h, w = kernel.shape
    padded = image
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
