"""Wrong: the difference is not divided by anything.

fails: test_numerical_central, test_numerical_each_weight
says: test_numerical_central: division
"""


# %% [numerical_gradient]
def numerical_gradient(x, kernel, y_target, eps=1e-5):
    slopes = np.zeros(kernel.shape)
    for place in np.ndindex(kernel.shape):
        nudge = np.zeros(kernel.shape)
        nudge[place] = eps
        up, down = loss(x, kernel + nudge, y_target), loss(x, kernel - nudge, y_target)
        slopes[place] = up - down
    return slopes
