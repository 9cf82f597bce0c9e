"""Wrong: a dense network handed in for the convolutional one.

fails: test_conv_budget, test_conv_anywhere, test_style_accuracy, test_style_anywhere
says: test_conv_budget: no convolution
"""


# %% [conv1d_net]
def conv1d_net(samples):
    return mlp(samples, 64)


# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile(
    keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy", jit_compile=False
)
model.fit(x_train, clips.y_train, batch_size=32, epochs=1, verbose=0)
