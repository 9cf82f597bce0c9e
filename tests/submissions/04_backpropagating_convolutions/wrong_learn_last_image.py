"""Wrong: only the last image counts.

fails: test_learn_step
says: test_learn_step: last image
"""


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    for image, target in zip(images, targets, strict=True):
        kernel = np.zeros(size * size)
        patches = im2col(image[..., None], size, size, 1)
        for _ in range(steps):
            error = patches @ kernel - target.ravel()
            kernel -= rate * patches.T @ error / len(error)
    return kernel.reshape(size, size)
