"""Wrong: epochs is not handed on; one epoch is too short for the averages.

fails: test_train_history, test_train_learns, test_accuracy
says: test_train_learns: epochs
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        batch_size=batch_size,
        verbose=0,
    ).history
