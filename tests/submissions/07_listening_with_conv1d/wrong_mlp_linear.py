"""Wrong: no ReLU: two linear layers in a row are one.

fails: test_mlp_values
says: test_mlp_values: ReLU
"""


# %% [mlp]
def mlp(samples, hidden):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(hidden))
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model
