"""Wrong: all weights are nudged together.

fails: test_numerical_each_weight
says: test_numerical_each_weight: at once
"""


# %% [numerical_gradient]
def numerical_gradient(x, kernel, y_target, eps=1e-5):
    up, down = loss(x, kernel + eps, y_target), loss(x, kernel - eps, y_target)
    return np.full(kernel.shape, (up - down) / (2 * eps))
