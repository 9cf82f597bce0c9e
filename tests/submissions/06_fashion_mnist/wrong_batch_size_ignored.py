"""Wrong: batch_size is not handed on.

fails: test_train_learns, test_accuracy
says: test_train_learns: batch_size
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        verbose=0,
    ).history
