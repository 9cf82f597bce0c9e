"""Wrong: built and compiled, and never trained.

fails: test_history, test_iou_both
says: test_iou_both: at least
says: test_history: loss
"""

# %% [trained]
x_train, y_train = (crops(part) for part in prepare(*slices.train))
model = unet(64, 8, 2)
model.compile("adam", "binary_crossentropy", jit_compile=False)
history = {}
