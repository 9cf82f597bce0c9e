"""Wrong: np.roll without an axis: the end of one clip begins the next.

fails: test_shift_test
says: test_shift_test: all axes at once
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        p = np.asarray(model(np.roll(x, shift)))
        accuracies.append(float(np.mean(p.argmax(axis=1) == labels)))
    return accuracies
