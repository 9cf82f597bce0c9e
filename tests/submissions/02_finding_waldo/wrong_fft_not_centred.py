"""Wrong: the kernel's corner instead of its middle lies on the pixel.

fails: test_fft_values, test_fft_border
says: test_fft_values: too far up
"""


# %% [correlate_fft]
def correlate_fft(image, kernel):
    (H, W), (h, w) = image.shape, kernel.shape
    size = (H + h - 1, W + w - 1)
    product = np.fft.rfft2(image, size) * np.conj(np.fft.rfft2(kernel, size))
    return np.fft.irfft2(product, size)[:H, :W]
