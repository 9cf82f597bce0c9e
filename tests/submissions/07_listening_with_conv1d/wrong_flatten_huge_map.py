"""Wrong: no pooling over time: the dense layer reads a huge feature map.

fails: test_conv_budget, test_conv_anywhere, test_style_anywhere
says: test_conv_budget: over the budget; test_conv_anywhere: Flatten
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(
        keras.layers.Conv1D(16, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.Conv1D(16, 8, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(16, activation="relu"))
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model
