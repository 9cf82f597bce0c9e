"""Wrong: the sign is lost.

fails: test_edges_values, test_edges_bytes
says: test_edges_values: absolute
"""


# %% [edges]
def edges(image):
    image = image.astype(float)
    return np.abs(image[:, 1:] - image[:, :-1])
