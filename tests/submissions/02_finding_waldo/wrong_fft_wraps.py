"""Wrong: no room for the kernel, so the image goes on at its other side.

fails: test_fft_border
says: test_fft_border: other side
"""


# %% [correlate_fft]
def correlate_fft(image, kernel):
    h, w = kernel.shape
    product = np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, image.shape))
    whole = np.fft.irfft2(product, image.shape)
    return np.roll(whole, (h // 2, w // 2), axis=(0, 1))
