"""Wrong: built and compiled, and never trained.

fails: test_accuracy
says: test_accuracy: at least
"""

# %% [trained]
x_train, y_train = preprocess(*fashion.train)
x_val, y_val = preprocess(*fashion.test)
model = compile_model(build_model(), learning_rate=0.001)
history = {"accuracy": [0.1]}
