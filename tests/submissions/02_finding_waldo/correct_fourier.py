"""Correct: everything by Fourier transforms, also the sums over patches.

fails: nothing
"""


# %% [cross_correlate2d]
def cross_correlate2d(image, kernel):
    size = [n + k - 1 for n, k in zip(image.shape, kernel.shape)]
    product = np.fft.fft2(image, size) * np.fft.fft2(np.rot90(kernel, 2), size)
    top, left = kernel.shape[0] // 2, kernel.shape[1] // 2
    whole = np.real(np.fft.ifft2(product))[top:, left:]
    return whole[: image.shape[0], : image.shape[1]]


# %% [normalized_cross_correlation]
def valid(image, kernel):
    """Correlation where the kernel lies wholly on the image."""
    spectrum = np.fft.fft2(image) * np.conj(np.fft.fft2(kernel, image.shape))
    h, w = kernel.shape
    inner = np.s_[: image.shape[0] - h + 1, : image.shape[1] - w + 1]
    return np.fft.ifft2(spectrum).real[inner]


def normalized_cross_correlation(image, template):
    image = image - image.mean()
    image = image / max(image.std(), 1e-12)
    pattern = template - template.mean()
    ones = np.ones(template.shape)
    variance = valid(image**2, ones) - valid(image, ones) ** 2 / template.size
    flat = (variance < 1e-9) | (pattern.std() < 1e-12)
    norm = np.sqrt(np.where(flat, 1, variance) * max((pattern**2).sum(), 1e-20))
    return np.where(flat, 0, valid(image, pattern) / norm)


# %% [find_waldo]
def find_waldo(scene, template):
    likeness = normalized_cross_correlation(scene, template)
    i, j = divmod(int(likeness.argmax()), likeness.shape[1])
    h, w = template.shape
    return [i + h // 2, j + w // 2]


# %% [correlate_fft]
def correlate_fft(image, kernel):
    h, w = kernel.shape
    size = [n + k for n, k in zip(image.shape, kernel.shape)]
    spectrum = np.fft.fft2(image, size) * np.fft.fft2(kernel, size).conjugate()
    wrapped = np.fft.ifft2(spectrum).real
    whole = np.roll(wrapped, (h // 2, w // 2), axis=(0, 1))
    return whole[: image.shape[0], : image.shape[1]]


# %% [edges]
def edges(image):
    return np.diff(image.astype("float64"), axis=1)
