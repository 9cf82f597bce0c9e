"""Correct: nothing but loops, one multiplication at a time.

fails: nothing
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, channels = image.shape
    matrix = []
    for top in range(0, H, stride):
        for left in range(0, W, stride):
            if top + height > H or left + width > W:
                continue
            row = []
            for i in range(top, top + height):
                for j in range(left, left + width):
                    for c in range(channels):
                        row.append(image[i, j, c])
            matrix.append(row)
    return np.array(matrix)


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    height, width, channels, filters = kernel.shape
    rows = (x.shape[1] - height) // stride + 1
    columns = (x.shape[2] - width) // stride + 1
    y = np.zeros((len(x), rows, columns, filters))
    for n, i, j, f in np.ndindex(y.shape):
        total = bias[f]
        for a, b, c in np.ndindex(height, width, channels):
            total += x[n, i * stride + a, j * stride + b, c] * kernel[a, b, c, f]
        y[n, i, j, f] = total
    return y


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    d_x, d_kernel = np.zeros(x.shape), np.zeros(kernel.shape)
    d_bias = np.zeros(kernel.shape[3])
    for n, i, j, f in np.ndindex(d_output.shape):
        d = d_output[n, i, j, f]
        d_bias[f] += d
        for a, b, c in np.ndindex(kernel.shape[:3]):
            pixel = n, i * stride + a, j * stride + b, c
            d_kernel[a, b, c, f] += d * x[pixel]
            d_x[pixel] += d * kernel[a, b, c, f]
    return d_x, d_kernel, d_bias


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    d_x = np.zeros(x.shape)
    for i, j, c in np.ndindex(d_output.shape):
        best, place = -np.inf, None
        for a in range(i * size, (i + 1) * size):
            for b in range(j * size, (j + 1) * size):
                if x[a, b, c] > best:
                    best, place = x[a, b, c], (a, b, c)
        d_x[place] += d_output[i, j, c]
    return d_x


# %% [numerical_gradient]
def numerical_gradient(x, kernel, y_target, eps=1e-5):
    height, width = kernel.shape
    nudged = [[float(weight) for weight in row] for row in kernel]
    slopes = []
    for a in range(height):
        slopes.append([])
        for b in range(width):
            weight = nudged[a][b]
            nudged[a][b] = weight + eps
            up = loss(x, np.array(nudged), y_target)
            nudged[a][b] = weight - eps
            down = loss(x, np.array(nudged), y_target)
            nudged[a][b] = weight
            slopes[a].append((up - down) / eps / 2)
    return slopes


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    # Everything is linear, so the patches' products need to be summed only once.
    products = np.zeros((size, size, size, size))
    wanted = np.zeros((size, size))
    rows, columns = targets.shape[1:]
    for a, b in np.ndindex(size, size):
        seen = images[:, a : a + rows, b : b + columns]
        wanted[a, b] = np.mean(seen * targets)
        for c, d in np.ndindex(size, size):
            other = images[:, c : c + rows, d : d + columns]
            products[a, b, c, d] = np.mean(seen * other)
    kernel = np.zeros((size, size))
    for _ in range(steps):
        gradient = np.tensordot(products, kernel, 2) - wanted
        kernel = kernel - rate * gradient
    return kernel
