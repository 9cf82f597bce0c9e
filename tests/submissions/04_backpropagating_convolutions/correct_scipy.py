"""Correct: SciPy filters each channel; the way back filters, too.

fails: nothing
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    n, filters = len(x), kernel.shape[3]
    maps = [[every(x[i], kernel[..., f]) for f in range(filters)] for i in range(n)]
    return np.moveaxis(maps, 1, -1)[:, ::stride, ::stride] + bias


def every(image, kernel):
    pairs = zip(np.moveaxis(image, -1, 0), np.moveaxis(kernel, -1, 0), strict=True)
    return sum(correlate2d(*pair, "valid") for pair in pairs)


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    from scipy.signal import convolve2d

    (n, H, W, channels), (height, width, _, filters) = x.shape, kernel.shape
    spaced = np.zeros((n, H - height + 1, W - width + 1, filters))
    spaced[:, ::stride, ::stride] = d_output
    d_x, d_kernel = np.zeros(x.shape), np.zeros(kernel.shape)
    for i, c, f in np.ndindex(n, channels, filters):
        d = spaced[i, ..., f]
        d_kernel[..., c, f] += correlate2d(x[i, ..., c], d, "valid")
        d_x[i, ..., c] += convolve2d(d, kernel[..., c, f], "full")
    return d_x, d_kernel, d_output.sum(axis=(0, 1, 2))


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    kernel = np.zeros((size, size))
    for _ in range(steps):
        gradient = 0
        for image, target in zip(images, targets, strict=True):
            error = correlate2d(image, kernel, "valid") - target
            gradient = gradient + correlate2d(image, error, "valid")
        kernel = kernel - rate * gradient / targets.size
    return kernel
