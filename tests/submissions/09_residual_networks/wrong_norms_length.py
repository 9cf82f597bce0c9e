"""Wrong: the length of the gradient, not divided by the number of its entries.

fails: test_norms_values, test_norms_kernels, test_norms_training
says: test_norms_values: number of entries
"""

# %% [gradient_norms]
import tensorflow as tf


def gradient_norms(model, images, labels):
    kernels = [w for w in model.trainable_weights if len(w.shape) > 1]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.losses.sparse_categorical_crossentropy(labels, p)
        loss = keras.ops.mean(loss)
    gradients = tape.gradient(loss, [kernel.value for kernel in kernels])
    return [float(np.sqrt(np.sum(np.square(g)))) for g in gradients]


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
