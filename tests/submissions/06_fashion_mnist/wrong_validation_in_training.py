"""Wrong: validation images are among the training images.

fails: test_train_learns, test_train_validation
says: test_train_learns: validation images
says: test_train_validation: learned
with: shared/quickly_trained.py
"""


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    return model.fit(
        x,
        y,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
    ).history
