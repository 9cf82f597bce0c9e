"""Wrong: as many columns as the largest label of the batch asks for.

fails: test_preprocess_labels
says: test_preprocess_labels: shape
"""


# %% [preprocess]
def preprocess(images, labels):
    x = images[..., np.newaxis].astype("float32") / 255
    y = keras.utils.to_categorical(labels)
    return x, y
