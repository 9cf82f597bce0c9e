"""Correct: the functional API without models in models, layers with names, Add layers, other
initial weights, gradients of all weights at once.

fails: nothing
"""


# %% [projection]
def projection(input_shape, filters, stride):
    x = keras.Input(shape=input_shape, name="x")
    conv = keras.layers.Conv2D(
        filters, (1, 1), strides=(stride, stride), padding="same", use_bias=False
    )
    return keras.Model(x, conv(x), name=f"projection_{filters}")


# %% [residual_block]
def add_block(x, filters, stride):
    layers = keras.layers
    way = x
    if stride != 1 or x.shape[-1] != filters:
        way = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    options = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    h = layers.Conv2D(filters, 3, strides=stride, **options)(x)
    h = layers.BatchNormalization(momentum=0.9)(h)
    h = layers.Activation("relu")(h)
    h = layers.Conv2D(filters, 3, **options)(h)
    h = layers.BatchNormalization(momentum=0.9)(h)
    return layers.Activation("relu")(layers.Add()([way, h]))


def residual_block(input_shape, filters, stride):
    x = keras.Input(input_shape, name="x")
    return keras.Model(inputs=x, outputs=add_block(x, filters, stride), name="block")


# %% [resnet]
def resnet(depth, filters=16, input_shape=(28, 28, 1)):
    layers = keras.layers
    n = (depth - 2) // 6
    x = keras.Input(input_shape, name="image")
    options = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    h = layers.Conv2D(filters, 3, name="first", **options)(x)
    h = layers.BatchNormalization(momentum=0.9)(h)
    h = layers.Activation("relu")(h)
    plan = [(filters, 1)] * n
    plan += [(2 * filters, 2)] + [(2 * filters, 1)] * (n - 1)
    plan += [(4 * filters, 2)] + [(4 * filters, 1)] * (n - 1)
    for wide, stride in plan:
        h = add_block(h, wide, stride)
    h = layers.GlobalAvgPool2D()(h)
    h = layers.Dense(10, name="scores")(h)
    return keras.Model(x, layers.Softmax(name="probabilities")(h))


# %% [gradient_norms]
import tensorflow as tf


def gradient_norms(model, images, labels):
    cross_entropy = keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, model(images, training=True))
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    sizes = []
    for variable, gradient in zip(variables, gradients):
        if len(variable.shape) >= 2:
            sizes.append(float(tf.sqrt(tf.reduce_mean(gradient**2))))
    return sizes
