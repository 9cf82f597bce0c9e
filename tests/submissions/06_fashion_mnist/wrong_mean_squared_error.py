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
