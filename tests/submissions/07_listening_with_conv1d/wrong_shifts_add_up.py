"""Wrong: each shift begins where the last one ended.

fails: test_shift_test
says: test_shift_test: original clips
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        x = np.roll(x, shift, axis=1)
        p = np.asarray(model(x))
        accuracies.append(float(np.mean(p.argmax(axis=1) == labels)))
    return accuracies
