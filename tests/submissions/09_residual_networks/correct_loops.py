"""Correct: plain loops, ReLU as a function, and a
training loop one epoch at a time.

fails: nothing
"""


# %% [residual_block]
def residual_block(input_shape, filters, stride):
    x = keras.Input(input_shape)
    y = x
    for i, s in enumerate((stride, 1)):
        y = keras.layers.Conv2D(filters, 3, s, padding="same", use_bias=False)(y)
        y = keras.layers.BatchNormalization(momentum=0.9)(y)
        if i == 0:
            y = keras.ops.relu(y)
    if tuple(y.shape) != tuple(x.shape):
        y = keras.layers.add([projection(input_shape, filters, stride)(x), y])
    else:
        y = x + y
    return keras.Model(x, keras.ops.relu(y))


# %% [gradient_norms]
import tensorflow as tf


def gradient_norms(model, images, labels):
    images = tf.convert_to_tensor(images, dtype="float32")
    one_hot = tf.one_hot(labels, model.output_shape[-1])
    sizes = []
    with tf.GradientTape(persistent=True) as tape:
        p = model(images, training=True)
        loss = -tf.reduce_sum(one_hot * tf.math.log(p)) / len(images)
    for weight in model.trainable_weights:
        if len(weight.shape) > 1:
            entries = tape.gradient(loss, weight.value).numpy().ravel()
            sizes.append((sum(float(g) ** 2 for g in entries) / len(entries)) ** 0.5)
    return sizes


# %% [trained]
# Each epoch by itself, and the rate set by hand.
model = resnet(32, 4, (14, 14, 1))
model.compile(
    optimizer=keras.optimizers.SGD(0.2),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
    jit_compile=False,
)
for rate in (0.2, 0.1, 0.02):
    model.optimizer.learning_rate = rate
    model.fit(x_train, y_train, batch_size=50, verbose=0)
