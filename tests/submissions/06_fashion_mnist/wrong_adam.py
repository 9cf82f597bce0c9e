"""Wrong: Adam for SGD with momentum.

fails: test_compile_optimizer
with: shared/quickly_trained.py
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
