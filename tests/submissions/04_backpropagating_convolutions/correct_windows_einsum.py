"""Correct: windows without copies, and einsum for every sum.

fails: nothing
"""


# %% [im2col]
def im2col(image, height, width, stride):
    return windows(image[None], height, width, stride).reshape(
        -1, height * width * image.shape[2]
    )


def windows(x, height, width, stride):
    """(n, H, W, channels) -> (n, rows, columns, height, width, channels)."""
    view = sliding_window_view(x, (height, width), axis=(1, 2))
    return np.moveaxis(view[:, ::stride, ::stride], 3, -1)


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    patches = windows(x, *kernel.shape[:2], stride)
    return np.einsum("nijabc,abcf->nijf", patches, kernel) + bias


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    height, width = kernel.shape[:2]
    patches = windows(x, height, width, stride)
    d_kernel = np.einsum("nijabc,nijf->abcf", patches, d_output)
    n, rows, columns, filters = d_output.shape
    # d_x: the gradients a stride apart, full convolution with the kernel, really flipped
    spaced = np.zeros((n, *x.shape[1:3], filters))
    down, right = rows * stride, columns * stride
    spaced[:, :down:stride, :right:stride][:, :rows, :columns] = d_output
    around = ((0, 0), (height - 1, 0), (width - 1, 0), (0, 0))
    patches = windows(np.pad(spaced, around), height, width, 1)
    d_x = np.einsum("nijabf,abcf->nijc", patches, kernel[::-1, ::-1])
    return d_x, d_kernel, np.einsum("nijf->f", d_output)


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    rows, columns, channels = d_output.shape
    blocks = x.reshape(rows, size, columns, size, channels).transpose(0, 2, 4, 1, 3)
    place = blocks.reshape(rows, columns, channels, -1).argmax(axis=-1)
    hot = np.eye(size * size)[place] * d_output[..., None]
    hot = hot.reshape(rows, columns, channels, size, size)
    return hot.transpose(0, 3, 1, 4, 2).reshape(x.shape)


# %% [numerical_gradient]
def numerical_gradient(x, kernel, y_target, eps=1e-5):
    nudges = eps * np.eye(kernel.size).reshape(-1, *kernel.shape)
    sides = [[loss(x, kernel + s * n, y_target) for n in nudges] for s in (1, -1)]
    return np.subtract(*sides).reshape(kernel.shape) / (2 * eps)


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    patches = sliding_window_view(images, (size, size), axis=(1, 2))
    kernel = np.zeros((size, size))
    for _ in range(steps):
        error = np.einsum("nijab,ab->nij", patches, kernel) - targets
        kernel = kernel - rate * np.einsum("nij,nijab->ab", error, patches) / error.size
    return kernel
