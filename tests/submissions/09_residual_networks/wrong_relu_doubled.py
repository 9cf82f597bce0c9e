"""Wrong: one ReLU too many, before the addition.

fails: test_block_formula
says: test_block_formula: too many
"""


# %% [residual_block]
def residual_block(input_shape, filters, stride):
    layers = keras.layers
    x = keras.Input(input_shape)
    f = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization(momentum=0.9)(f)
    f = layers.ReLU()(f)
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization(momentum=0.9)(f)
    same_shape = stride == 1 and input_shape[-1] == filters
    shortcut = x if same_shape else projection(input_shape, filters, stride)(x)
    return keras.Model(x, layers.ReLU()(layers.ReLU()(f) + shortcut))


# %% [trained]
# Trained in another way, and quickly: this mistake is not about accuracy.
model, twin = (
    keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    for _ in range(2)
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=10, batch_size=50, verbose=0)
