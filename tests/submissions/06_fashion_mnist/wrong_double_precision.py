"""Wrong: 64-bit floats, twice the memory.

fails: test_preprocess_images
says: test_preprocess_images: float32
with: shared/quickly_trained.py
"""


# %% [preprocess]
def preprocess(images, labels):
    x = images[..., np.newaxis] / 255
    y = keras.utils.to_categorical(labels, 10)
    return x, y
