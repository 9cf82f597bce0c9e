"""Wrong: only the images within each batch are shuffled.

with: shared/solved_at_once.py
fails: test_batches_shuffled
says: test_batches_shuffled: neighbours
"""


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    batches = []
    for start in range(0, len(x), batch_size):
        part = start + rng.permutation(len(x[start : start + batch_size]))
        batches.append((x[part], y[part]))
    return batches
