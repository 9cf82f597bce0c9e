"""Wrong: takes the kernel's height for its width.

fails: test_correlate_shapes, test_correlate_border
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    k = kernel.shape[0]
    padded = np.pad(image, k // 2)
    result = np.zeros(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            result[i, j] = np.sum(padded[i : i + k, j : j + k] * kernel)
    return result
