"""Wrong: built and compiled, and never trained.

fails: test_iou_inside, test_iou_membrane
says: test_iou_membrane: at least
"""

# %% [trained]
x_train, y_train = (crops(part) for part in prepare(*slices.train))
model = unet(64, 8, 2)
model.compile("adam", "binary_crossentropy", jit_compile=False)
history = {}
