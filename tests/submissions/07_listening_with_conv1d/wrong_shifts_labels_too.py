"""Wrong: the labels move with the clips.

fails: test_shift_test
says: test_shift_test: labels are moved
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        p = np.asarray(model(np.roll(x, shift, axis=1)))
        accuracies.append(float(np.mean(p.argmax(axis=1) == np.roll(labels, shift))))
    return accuracies
