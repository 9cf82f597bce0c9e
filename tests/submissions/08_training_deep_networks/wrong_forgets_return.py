"""Wrong: the rescued network is not returned.

fails: test_rescue_fair, test_rescue_gap, test_rescue_accuracy
says: test_rescue_fair: return
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    model = overfitting_network()
    model.fit(x_train, y_train, epochs=1, batch_size=50, verbose=0)
