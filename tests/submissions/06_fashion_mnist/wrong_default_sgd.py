"""Wrong: the optimizer by name, so that rate and momentum are Keras' own.

fails: test_compile_optimizer
says: test_compile_optimizer: default SGD
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer="sgd",
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
