"""Wrong: from_logits=True although the network ends in softmax: softmax twice.

fails: test_compile_loss, test_compile_optimizer
"""


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
