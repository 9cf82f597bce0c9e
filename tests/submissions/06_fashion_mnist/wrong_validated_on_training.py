"""Wrong: the training set is measured a second time.

fails: test_train_validation
says: test_train_validation: training set
with: shared/quickly_trained.py
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_train, y_train),
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
    ).history
