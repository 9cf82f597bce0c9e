"""Wrong: cross-entropy on a number: its gradient is zero.

fails: test_tempo_accuracy
says: test_tempo_accuracy: at least
"""

# %% [trained_tempo]
tempo_model = tempo_net(8_000)
tempo_model.compile("adam", "categorical_crossentropy", jit_compile=False)
targets = to_target(clips.tempo_train)[:, np.newaxis]
tempo_model.fit(x_train, targets, batch_size=32, epochs=2, verbose=0)
