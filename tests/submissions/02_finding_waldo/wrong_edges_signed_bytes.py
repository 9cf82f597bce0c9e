"""Wrong: differences of bytes kept in eight bits.

fails: test_edges_bytes
says: test_edges_bytes: convert before
"""


# %% [edges]
def edges(image):
    if image.dtype == np.uint8:
        return np.diff(image).astype(np.int8)
    return np.diff(image)
