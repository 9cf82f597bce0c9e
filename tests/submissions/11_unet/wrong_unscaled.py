"""Wrong: the pixels run from 0 to 255.

fails: test_prepare_images, test_iou_both
says: test_prepare_images: divide by 64
"""


# %% [prepare]
def prepare(images, labels):
    n, h, w = images.shape
    squares = (n, h // 2, 2, w // 2, 2)
    x = images.reshape(squares).mean((2, 4))[..., np.newaxis]
    y = labels.reshape(squares).mean((2, 4))[..., np.newaxis] > 127.5
    return x.astype("float32"), y.astype("float32")
