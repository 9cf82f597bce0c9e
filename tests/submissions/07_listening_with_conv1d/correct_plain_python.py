"""Correct: loops and lists, one clip after the other, a tf.data pipeline.

fails: nothing
"""


# %% [prepare]
def prepare(clips):
    n, samples = clips.shape
    x = np.zeros((n, samples, 1), dtype="float32")
    for i in range(n):
        x[i, :, 0] = clips[i] / 32768
    return x


# %% [shift_test]
def shift_test(model, x, labels, shifts):
    accuracies = []
    for shift in shifts:
        moved = np.array(x)
        for i in range(len(x)):
            moved[i, :, 0] = np.roll(x[i, :, 0], shift)
        p = model.predict(moved, verbose=0)
        hits = 0
        for i in range(len(x)):
            if list(p[i]).index(max(p[i])) == labels[i]:
                hits += 1
        accuracies.append(hits / len(x))
    return accuracies


# %% [trained]
import tensorflow as tf

x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
model.optimizer.learning_rate = 0.003
pairs = tf.data.Dataset.from_tensor_slices((x_train, clips.y_train))
model.fit(pairs.shuffle(600).batch(32), epochs=10, verbose=0)


# %% [tempo_scale]
def to_target(tempos):
    return np.array([(float(tempo) - 135) / 26 for tempo in tempos])


def to_tempo(answers):
    return [135 + 26 * float(answer[0]) for answer in answers]


# %% [tempo_net]
def tempo_net(samples):
    model = keras.Sequential()
    model.add(keras.Input(shape=(samples, 1)))
    model.add(
        keras.layers.Conv1D(16, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, padding="same", activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(units=1, activation="linear"))
    return model
