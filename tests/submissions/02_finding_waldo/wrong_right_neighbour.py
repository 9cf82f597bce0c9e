"""Wrong: the right neighbour is subtracted.

fails: test_edges_values, test_edges_bytes
says: test_edges_values: right neighbour
"""


# %% [edges]
def edges(image):
    image = image.astype(float)
    return image[:, :-1] - image[:, 1:]
