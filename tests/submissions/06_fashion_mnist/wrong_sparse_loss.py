"""Wrong: the sparse loss, which takes class numbers, with one-hot labels.

fails: test_compile_loss, test_compile_optimizer, test_accuracy
says: test_compile_loss: sparse
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
