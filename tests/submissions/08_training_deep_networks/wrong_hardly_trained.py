"""Wrong: no gap, because hardly anything is learned in one epoch.

fails: test_rescue_accuracy
says: test_rescue_accuracy: unseen
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    model = overfitting_network()
    model.fit(x_train, y_train, epochs=1, batch_size=50, verbose=0)
    return model
