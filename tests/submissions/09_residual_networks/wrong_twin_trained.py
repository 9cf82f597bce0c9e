"""Wrong: the plain twin is trained instead of the residual network.

fails: test_accuracy
"""

# %% [trained]
model = plain_twin(32, 4, (14, 14, 1))
rate = keras.optimizers.schedules.CosineDecay(0.2, 60)
optimizer = keras.optimizers.SGD(rate)
model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
model.fit(x_train, y_train, epochs=3, batch_size=50, verbose=0)
