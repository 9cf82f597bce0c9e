"""Wrong: each patch holds all pixels of one channel, then those of the next.

fails: test_im2col_channels, test_forward_values, test_forward_stride, test_backward_kernel, test_backward_stride
says: test_im2col_channels: channel
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, _ = image.shape
    return np.array(
        [
            image[top : top + height, left : left + width].transpose(2, 0, 1).ravel()
            for top in range(0, H - height + 1, stride)
            for left in range(0, W - width + 1, stride)
        ]
    )
