"""Correct: plain loops over pixels, windows and weights, tuples of NumPy integers.

fails: nothing
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    (rows, columns), (h, w) = image.shape, kernel.shape
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for m in range(h):
                for n in range(w):
                    y, x = i + m - (h - 1) // 2, j + n - (w - 1) // 2
                    if 0 <= y < rows and 0 <= x < columns:
                        total += image[y, x] * kernel[m, n]
            result[i, j] = total
    return result


# %% [normalized_cross_correlation]
def normalized_cross_correlation(image, template):
    (rows, columns), (h, w) = image.shape, template.shape
    pattern = template - template.mean()
    length = np.sqrt((pattern**2).sum())
    result = np.zeros((rows - h + 1, columns - w + 1))
    for i in range(rows - h + 1):
        for j in range(columns - w + 1):
            patch = image[i : i + h, j : j + w]
            patch = patch - patch.mean()
            norm = np.sqrt((patch**2).sum()) * length
            if norm > 0:
                result[i, j] = (patch * pattern).sum() / norm
    return result


# %% [find_waldo]
def find_waldo(scene, template):
    likeness = normalized_cross_correlation(scene, template)
    best, place = -2, None
    for i in range(likeness.shape[0]):
        for j in range(likeness.shape[1]):
            if likeness[i, j] > best:
                best, place = likeness[i, j], (i, j)
    return (
        place[0] + (template.shape[0] - 1) // 2,
        place[1] + (template.shape[1] - 1) // 2,
    )


# %% [edges]
def edges(image):
    rows, columns = image.shape
    result = np.zeros((rows, columns - 1))
    for i in range(rows):
        for j in range(1, columns):
            result[i, j - 1] = float(image[i, j]) - float(image[i, j - 1])
    return result
