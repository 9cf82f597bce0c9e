"""Wrong: returns the History object itself.

fails: test_train_history, test_train_learns, test_train_validation
says: test_train_history: dictionary
with: shared/quickly_trained.py
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
    )
