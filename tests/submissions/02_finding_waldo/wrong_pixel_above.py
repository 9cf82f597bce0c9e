"""Wrong: the pixel above is subtracted.

fails: test_edges_values, test_edges_bytes
says: test_edges_values: expected shape
"""


# %% [edges]
def edges(image):
    image = image.astype(float)
    return image[1:] - image[:-1]
