"""Wrong: negative differences of bytes are cut off.

fails: test_edges_bytes
says: test_edges_bytes: cut off
"""


# %% [edges]
def edges(image):
    difference = np.diff(image.astype(float))
    if image.dtype == np.uint8:
        difference = np.clip(difference, 0, 255).astype(np.uint8)
    return difference
