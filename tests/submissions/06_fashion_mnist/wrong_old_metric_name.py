"""Wrong: the old name of the metric.

fails: test_compile_loss
says: test_compile_loss: accuracy
with: shared/quickly_trained.py
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9),
        loss="categorical_crossentropy",
        metrics=["acc"],
        jit_compile=False,
    )
    return model
