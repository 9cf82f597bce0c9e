"""Wrong: the kernel turned by a quarter.

fails: test_correlate_values, test_correlate_shapes, test_correlate_border
says: test_correlate_values: turned
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    kernel = np.rot90(kernel)
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
