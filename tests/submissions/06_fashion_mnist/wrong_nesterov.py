"""Wrong: Nesterov's correction, which the text excludes.

fails: test_compile_optimizer
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9, nesterov=True),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
