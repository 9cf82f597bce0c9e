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


# %% [trained]
# Trained in another way, so that this mistake alone is tested.
x_train, y_train = preprocess(*fashion.train)
x_val, y_val = preprocess(*fashion.test)
model = build_model()
optimizer = keras.optimizers.SGD(0.001, momentum=0.9)
model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
held_out = (x_val, y_val)
history = model.fit(
    x_train, y_train, validation_data=held_out, epochs=3, batch_size=10, verbose=2
).history
