"""Wrong: a transpose of the flipped kernel.

fails: test_correlate_values, test_correlate_shapes, test_correlate_border
says: test_correlate_values: anti-transposed
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    kernel = kernel[::-1, ::-1].T
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
