"""Wrong: a learning rate four thousand times too high.

fails: test_accuracy
"""

# %% [trained]
x_train, y_train = preprocess(*fashion.train)
x_val, y_val = preprocess(*fashion.test)
model = compile_model(build_model(), learning_rate=4.0)
history = train(model, x_train, y_train, x_val, y_val, epochs=3, batch_size=10)
