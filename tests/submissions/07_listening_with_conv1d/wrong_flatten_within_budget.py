"""Wrong: strides and pooling keep Flatten within the budget, with a weight for each moment.

fails: test_conv_anywhere, test_style_anywhere
says: test_conv_anywhere: Flatten
says: test_style_anywhere: at least
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Conv1D(16, 64, strides=16, activation="relu"))
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 16, strides=4, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model
