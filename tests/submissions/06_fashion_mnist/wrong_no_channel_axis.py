"""Wrong: the axis of the channel is missing. Keras puts up with it.

fails: test_preprocess_images
says: test_preprocess_images: shape
"""


# %% [preprocess]
def preprocess(images, labels):
    x = images.astype("float32") / 255
    y = keras.utils.to_categorical(labels, 10)
    return x, y
