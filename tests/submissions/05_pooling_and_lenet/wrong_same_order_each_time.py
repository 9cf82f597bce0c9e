"""Wrong: the seed is not used.

fails: test_batches_shuffled
says: test_batches_shuffled: is the seed used
"""


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    order = np.random.default_rng(0).permutation(len(x))
    starts = range(0, len(x), batch_size)
    return [
        (x[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in starts
    ]
