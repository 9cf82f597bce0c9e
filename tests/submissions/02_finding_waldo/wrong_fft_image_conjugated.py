"""Wrong: the conjugate of the image's transform, not the kernel's.

fails: test_fft_values, test_fft_border
says: test_fft_values: of the image
"""


# %% [correlate_fft]
def correlate_fft(image, kernel):
    (H, W), (h, w) = image.shape, kernel.shape
    size = (H + h - 1, W + w - 1)
    product = np.conj(np.fft.rfft2(image, size)) * np.fft.rfft2(kernel, size)
    whole = np.roll(np.fft.irfft2(product, size), (h // 2, w // 2), axis=(0, 1))
    return whole[:H, :W]
