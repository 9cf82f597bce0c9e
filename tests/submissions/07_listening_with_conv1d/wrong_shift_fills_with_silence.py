"""Wrong: silence comes in, and what leaves at the end is lost. The visible test sees it too.

fails: test_shift_test
"""


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        later = np.zeros_like(x)
        later[:, shift:] = x[:, : x.shape[1] - shift]
        p = np.asarray(model(later))
        accuracies.append(float(np.mean(p.argmax(axis=1) == labels)))
    return accuracies
