"""Wrong: dropout stays on in inference.

fails: test_model_dropout
says: test_model_dropout: left on
with: shared/quickly_trained.py
"""


# %% [build_model]
def build_model():
    image = x = keras.Input((28, 28, 1))
    for filters in (32, 64):
        for _ in range(2):
            x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
            x = keras.layers.BatchNormalization()(x)
        x = keras.layers.MaxPooling2D(2)(x)
    x = keras.layers.Dense(512, activation="relu")(keras.layers.Flatten()(x))
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.5)(x, training=True)
    return keras.Model(image, keras.layers.Dense(10, activation="softmax")(x))
