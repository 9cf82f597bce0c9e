"""Wrong: the stride is ignored when patches are cut.

fails: test_im2col_stride, test_forward_stride, test_backward_stride
says: test_im2col_stride: stride ignored
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, _ = image.shape
    return np.array(
        [
            image[top : top + height, left : left + width].ravel()
            for top in range(0, H - height + 1)
            for left in range(0, W - width + 1)
        ]
    )
