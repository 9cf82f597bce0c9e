"""Wrong: twice the kernels: over the budget of parameters.

fails: test_conv_budget, test_style_anywhere
says: test_conv_budget: over the budget
says: test_style_anywhere: over the budget
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(
        keras.layers.Conv1D(32, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(32, 32, padding="same", activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model
