"""Wrong: mean squared error as the loss of a classifier.

fails: test_compile_loss, test_compile_optimizer
says: test_compile_loss: mean squared error
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9),
        loss="mean_squared_error",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


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
