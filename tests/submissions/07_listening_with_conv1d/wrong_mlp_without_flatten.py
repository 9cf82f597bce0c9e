"""Wrong: the dense layer works on the channel axis: three numbers a sample.

fails: test_mlp_shape, test_mlp_parameters, test_mlp_values
says: test_mlp_parameters: flatten
"""


# %% [mlp]
def mlp(samples, hidden):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Dense(hidden, activation="relu"))
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model
