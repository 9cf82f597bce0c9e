"""Wrong: the network as it was, trained for as long.

fails: test_rescue_gap
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    model = overfitting_network()
    model.fit(x_train, y_train, epochs=20, batch_size=50, verbose=0)
    return model
