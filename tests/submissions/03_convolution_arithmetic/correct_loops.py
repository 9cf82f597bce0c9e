"""Correct: plain Python loops and lists, one axis at a time, the functional API.

fails: nothing
"""


# %% [output_shape]
def axis_size(i, k, s, p, d):
    size, start = 0, -p
    while start + d * (k - 1) < i + p:
        size, start = size + 1, start + s
    return size


def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    shape = []
    for a in range(2):
        settings = kernel_size[a], stride[a], padding[a], dilation[a]
        shape.append(axis_size(input_shape[a], *settings))
    return [*shape, filters]


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    total = 0
    for _ in range(filters):
        total += kernel_size[0] * kernel_size[1] * channels
        if use_bias:
            total += 1
    return total


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    rows, columns, channels = x.shape
    high, wide, _, filters = kernels.shape
    out = []
    for top in range(-padding, rows + padding - high + 1, stride):
        line = []
        for left in range(-padding, columns + padding - wide + 1, stride):
            pixel = [float(b) for b in bias]
            for m in range(high):
                for n in range(wide):
                    i, j = top + m, left + n
                    if 0 <= i < rows and 0 <= j < columns:
                        for c in range(channels):
                            for f in range(filters):
                                pixel[f] += x[i, j, c] * kernels[m, n, c, f]
            line.append(pixel)
        out.append(line)
    return out


# %% [receptive_field]
def receptive_field(layers):
    cells = {0}
    for k, s, d in reversed(layers):
        cells = {cell * s + tap * d for cell in cells for tap in range(k)}
    return max(cells) - min(cells) + 1


# %% [keep_size]
def keep_size(input_shape, filters):
    image = keras.Input(shape=input_shape)
    border = keras.layers.ZeroPadding2D(2)(image)
    conv = keras.layers.Conv2D(filters, kernel_size=(5, 5), activation="relu")(border)
    return keras.Model(inputs=image, outputs=conv)


# %% [halve]
def halve(input_shape):
    image = keras.Input(shape=input_shape)
    border = keras.layers.ZeroPadding2D(1)(image)
    conv = keras.layers.Conv2D(input_shape[2] * 2, (3, 3), (2, 2))(border)
    return keras.Model(image, conv)


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    rows, columns = len(x), len(x[0])
    high, wide = len(kernel), len(kernel[0])
    out = [
        [0.0] * ((columns - 1) * stride + wide)
        for _ in range((rows - 1) * stride + high)
    ]
    for i in range(rows):
        for j in range(columns):
            for m in range(high):
                for n in range(wide):
                    out[i * stride + m][j * stride + n] += x[i][j] * kernel[m][n]
    return out
