"""Wrong: the batches come in the order of the data.

with: shared/solved_at_once.py
fails: test_batches_shuffled
says: test_batches_shuffled: old order
"""


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    starts = range(0, len(x), batch_size)
    return [(x[i : i + batch_size], y[i : i + batch_size]) for i in starts]
