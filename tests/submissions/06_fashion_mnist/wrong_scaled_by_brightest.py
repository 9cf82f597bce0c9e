"""Wrong: scaled by the brightest pixel of the batch, which is often 255 and not always.

fails: test_preprocess_images
says: test_preprocess_images: brightest
"""


# %% [preprocess]
def preprocess(images, labels):
    x = images[..., np.newaxis].astype("float32") / images.max()
    y = keras.utils.to_categorical(labels, 10)
    return x, y
