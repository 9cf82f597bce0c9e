"""Wrong: np.roll along the axis of the clips: the clips change places.

fails: test_shift_test
says: test_shift_test: time is axis 1
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        p = np.asarray(model(np.roll(x, shift, axis=0)))
        accuracies.append(float(np.mean(p.argmax(axis=1) == labels)))
    return accuracies
