"""Wrong: no conjugate, so this is the convolution.

fails: test_fft_values
says: test_fft_values: conjugate missing
"""


# %% [correlate_fft]
def correlate_fft(image, kernel):
    (H, W), (h, w) = image.shape, kernel.shape
    size = (H + h - 1, W + w - 1)
    full = np.fft.irfft2(np.fft.rfft2(image, size) * np.fft.rfft2(kernel, size), size)
    return full[h // 2 : h // 2 + H, w // 2 : w // 2 + W]
