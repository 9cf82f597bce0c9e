"""Wrong: the length of the gradient, not divided by the number of its entries.

fails: test_norms_values, test_norms_kernels, test_norms_training
says: test_norms_values: number of entries
with: shared/quickly_trained.py
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
