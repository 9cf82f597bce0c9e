"""Wrong: both networks are built and compiled, but never trained.

fails: test_accuracy, test_better_than_twin
"""

# %% [trained]
model, twin = resnet(32, 4, (14, 14, 1)), plain_twin(32, 4, (14, 14, 1))
for network in (model, twin):
    network.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
