"""Wrong: the projection ignores its stride, so that the shapes don't fit.

fails: test_projection_shape, test_projection_values, test_block_shape, test_block_parameters, test_block_projection, test_block_formula, test_block_batch_norm, test_resnet_shape, test_resnet_kernels, test_resnet_parameters, test_resnet_skips
says: test_projection_shape: output shape
"""


# %% [projection]
def projection(input_shape, filters, stride):
    layer = keras.layers.Conv2D(filters, 1, use_bias=False)
    return keras.Sequential([keras.Input(input_shape), layer])


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
