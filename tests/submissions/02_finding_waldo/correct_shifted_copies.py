"""Correct: one shifted copy of the image for each weight; correlation coefficients.

fails: nothing
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    (rows, columns), (h, w) = image.shape, kernel.shape
    canvas = np.zeros((rows + h - 1, columns + w - 1))
    canvas[h // 2 : h // 2 + rows, w // 2 : w // 2 + columns] = image
    copies = (
        weight * canvas[m : m + rows, n : n + columns]
        for (m, n), weight in np.ndenumerate(kernel)
    )
    return sum(copies)


# %% [normalized_cross_correlation]
def normalized_cross_correlation(image, template):
    windows = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    rows = windows.reshape(-1, template.size)
    rows = rows - rows.mean(axis=1, keepdims=True)
    pattern = template.ravel() - template.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        likeness = rows @ pattern / np.linalg.norm(rows, axis=1)
        likeness = likeness / np.linalg.norm(pattern)
    return np.nan_to_num(likeness, posinf=0, neginf=0).reshape(windows.shape[:2])


# %% [find_waldo]
from skimage.feature import match_template


def find_waldo(scene, template):
    likeness = match_template(scene, template)
    corner = np.argwhere(likeness == likeness.max())[0]
    return corner + np.array(template.shape) // 2


# %% [correlate_fft]
def correlate_fft(image, kernel):
    h, w = kernel.shape
    padded = np.pad(image, ((h // 2, h // 2), (w // 2, w // 2)))
    spectrum = np.fft.rfft2(padded) * np.conj(np.fft.rfft2(kernel, padded.shape))
    return np.fft.irfft2(spectrum, padded.shape)[: image.shape[0], : image.shape[1]]


# %% [edges]
def edges(image):
    return np.subtract(image[:, 1:], image[:, :-1], dtype=float)
