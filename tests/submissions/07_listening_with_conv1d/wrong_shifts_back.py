"""Wrong: the clips move to earlier times.

fails: test_shift_test
says: test_shift_test: earlier times
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        p = np.asarray(model(np.roll(x, -shift, axis=1)))
        accuracies.append(float(np.mean(p.argmax(axis=1) == labels)))
    return accuracies
