"""Wrong: bytes are subtracted as bytes, which wrap around at 0.

fails: test_edges_bytes
says: test_edges_bytes: wrap around
"""


# %% [edges]
def edges(image):
    return image[:, 1:] - image[:, :-1]
