"""Wrong: binary cross-entropy for ten classes.

fails: test_compile_loss, test_compile_optimizer
says: test_compile_loss: binary
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9),
        loss="binary_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
