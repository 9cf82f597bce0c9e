"""Wrong: a split of the training set instead of the validation set.

fails: test_train_validation
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        validation_split=0.2,
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
    ).history
