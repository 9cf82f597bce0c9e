"""Wrong: pixels run from 0 to 255.

fails: test_preprocess_images, test_accuracy
says: test_preprocess_images: divide by 255
"""


# %% [preprocess]
def preprocess(images, labels):
    x = images[..., np.newaxis].astype("float32")
    y = keras.utils.to_categorical(labels, 10)
    return x, y
