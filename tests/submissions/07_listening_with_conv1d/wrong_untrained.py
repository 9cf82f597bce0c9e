"""Wrong: built and compiled, and never trained.

fails: test_style_accuracy, test_style_anywhere, test_tempo_accuracy
says: test_style_accuracy: at least
says: test_tempo_accuracy: at least
"""

# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)


# %% [trained_tempo]
tempo_model = tempo_net(8_000)
tempo_model.compile("adam", "mse", jit_compile=False)
