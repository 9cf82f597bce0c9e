"""Wrong: the steps go up the gradient.

fails: test_learn_step, test_learn_kernel
says: test_learn_step: uphill
"""


# %% [learn_filter]
def learn_filter(images, targets, size, rate, steps):
    patches = np.concatenate([im2col(one[..., None], size, size, 1) for one in images])
    kernel = np.zeros(size * size)
    for _ in range(steps):
        error = patches @ kernel - targets.ravel()
        kernel += rate * patches.T @ error / len(error)
    return kernel.reshape(size, size)
