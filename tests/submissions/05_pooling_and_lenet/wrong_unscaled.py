"""Wrong: the pixels run from 0 to 255.

fails: test_accuracy
says: test_accuracy: at least
"""

# %% [trained]
images, labels = mnist.train
x_train = images[..., np.newaxis].astype("float32")
y_train = one_hot(labels, 10)
model = lenet()
losses = train(model, x_train, y_train, epochs=3, batch_size=20, learning_rate=0.1)
