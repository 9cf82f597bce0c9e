"""Wrong: images and labels are shuffled each in its own order.

fails: test_batches_pairs, test_train_update, test_accuracy
says: test_batches_pairs: one and the same order
says: test_accuracy: at least
"""


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    starts = range(0, len(x), batch_size)
    return [(x[i : i + batch_size], y[i : i + batch_size]) for i in starts]
