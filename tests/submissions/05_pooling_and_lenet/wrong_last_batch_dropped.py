"""Wrong: as many whole batches as there are, and the rest is lost.

with: shared/solved_at_once.py
fails: test_batches_complete, test_train_steps
says: test_batches_complete: lost
says: test_train_steps: left out
"""


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    whole = len(x) // batch_size
    order = order[: whole * batch_size].reshape(whole, batch_size)
    return [(x[part], y[part]) for part in order]
