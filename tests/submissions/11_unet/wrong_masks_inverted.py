"""Wrong: 1 stands for membranes. The network learns the opposite of what is asked.

fails: test_prepare_masks, test_iou_both
says: test_prepare_masks: inverted
"""


# %% [prepare]
def prepare(images, labels):
    n, h, w = images.shape
    squares = (n, h // 2, 2, w // 2, 2)
    x = (images.reshape(squares).mean((2, 4))[..., np.newaxis] - 128) / 64
    y = labels.reshape(squares).mean((2, 4))[..., np.newaxis] <= 127.5
    return x.astype("float32"), y.astype("float32")
