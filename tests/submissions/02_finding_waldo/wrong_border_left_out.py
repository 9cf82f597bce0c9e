"""Wrong: pixels at the border are left at zero.

fails: test_correlate_border
says: test_correlate_border: nothing is computed
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    h, w = kernel.shape
    result = np.zeros(image.shape)
    for i in range(h // 2, image.shape[0] - h // 2):
        for j in range(w // 2, image.shape[1] - w // 2):
            window = image[i - h // 2 : i + h // 2 + 1, j - w // 2 : j + w // 2 + 1]
            result[i, j] = np.sum(window * kernel)
    return result
