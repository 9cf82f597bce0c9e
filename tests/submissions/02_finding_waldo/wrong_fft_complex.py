"""Wrong: complex numbers come out.

fails: test_fft_values
says: test_fft_values: complex
"""


# %% [correlate_fft]
def correlate_fft(image, kernel):
    (H, W), (h, w) = image.shape, kernel.shape
    size = (H + h - 1, W + w - 1)
    product = np.fft.fft2(image, size) * np.fft.fft2(kernel[::-1, ::-1], size)
    return np.fft.ifft2(product)[h // 2 : h // 2 + H, w // 2 : w // 2 + W]
