"""Wrong: the kernel flipped along one axis.

fails: test_correlate_values, test_correlate_shapes
says: test_correlate_values: upside down
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    kernel = np.flipud(kernel)
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
