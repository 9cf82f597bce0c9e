"""Wrong: convolution, the kernel flipped along both axes.

fails: test_correlate_values, test_correlate_shapes
says: test_correlate_values: convolution
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    kernel = kernel[::-1, ::-1]
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w))
    return np.einsum("ijmn,mn->ij", windows, kernel)
