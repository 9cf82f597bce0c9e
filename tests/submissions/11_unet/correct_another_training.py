"""Correct: SciPy's measures, and a training with turned crops, one epoch at a time.

fails: nothing
"""

# %% [overlap]
from scipy.spatial import distance


def dice(target, p, smooth=1.0):
    target, predicted = np.ravel(target) > 0, np.ravel(p) >= 0.5
    total = target.sum() + predicted.sum()
    if total == 0:
        return 1.0
    return ((1 - distance.dice(target, predicted)) * total + smooth) / (total + smooth)


def iou(target, p, smooth=1.0):
    target, predicted = np.ravel(target) > 0, np.ravel(p) >= 0.5
    union = np.logical_or(target, predicted).sum()
    same = 1 - distance.jaccard(target, predicted) if union else 0.0
    return (same * union + smooth) / (union + smooth)


# %% [trained]
x_train, y_train = prepare(*slices.train)
x_train, y_train = crops(x_train), crops(y_train)
model = unet(64, 8, 2)
model.compile(
    optimizer=keras.optimizers.Adam(
        learning_rate=keras.optimizers.schedules.CosineDecay(0.003, decay_steps=192)
    ),
    loss=keras.losses.BinaryCrossentropy(),
    jit_compile=False,
)
history = {"loss": []}
for turns in (0, 1, 2, 3, 0, 1):
    turned = [np.rot90(part, turns, axes=(1, 2)) for part in (x_train, y_train)]
    record = model.fit(*turned, batch_size=4, verbose=0).history
    history["loss"] += record["loss"]
