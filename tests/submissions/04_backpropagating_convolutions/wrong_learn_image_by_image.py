"""Wrong: a step for each image, and not one for all together.

fails: test_learn_step
"""


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    kernel = np.zeros(size * size)
    for _ in range(steps):
        for image, target in zip(images, targets, strict=True):
            patches = im2col(image[..., None], size, size, 1)
            error = patches @ kernel - target.ravel()
            kernel -= rate * patches.T @ error / len(error)
    return kernel.reshape(size, size)
