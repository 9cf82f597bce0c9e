"""Wrong: no validation.

fails: test_train_history, test_train_validation
says: test_train_history: val_loss
with: shared/quickly_trained.py
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
    ).history
