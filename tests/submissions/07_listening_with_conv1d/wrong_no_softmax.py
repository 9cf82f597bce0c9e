"""Wrong: no softmax: scores instead of probabilities.

fails: test_conv_probabilities, test_style_accuracy, test_style_anywhere
says: test_conv_probabilities: softmax
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Conv1D(16, 64, strides=16, activation="relu"))
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(3))
    return model
