"""Correct: by TensorFlow where it has the same thing, and by its tape.

fails: nothing
"""


# %% [im2col]
def im2col(image, height, width, stride):
    sizes, steps = [1, height, width, 1], [1, stride, stride, 1]
    x = tf.constant(image[None], "float64")
    rows = tf.image.extract_patches(x, sizes, steps, [1, 1, 1, 1], "VALID")
    return rows.numpy().reshape(-1, height * width * image.shape[2])


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    return (tf.nn.conv2d(x, kernel, stride, "VALID") + bias).numpy()


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    x, kernel = tf.Variable(x), tf.Variable(kernel)
    with tf.GradientTape() as tape:
        y = tf.nn.conv2d(x, kernel, stride, "VALID")
    d_x, d_kernel = tape.gradient(y, [x, kernel], output_gradients=d_output)
    return d_x.numpy(), d_kernel.numpy(), d_output.sum((0, 1, 2))


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    x = tf.Variable(x[None])
    with tf.GradientTape() as tape:
        y = tf.nn.max_pool2d(x, size, size, "VALID")
    return tape.gradient(y, x, output_gradients=d_output[None]).numpy()[0]


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    kernel = tf.Variable(tf.zeros((size, size, 1, 1), "float64"))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y = tf.nn.conv2d(images[..., None], kernel, 1, "VALID")
            error = tf.reduce_mean((y[..., 0] - targets) ** 2) / 2
        kernel.assign_sub(rate * tape.gradient(error, kernel))
    return kernel.numpy()[:, :, 0, 0]
