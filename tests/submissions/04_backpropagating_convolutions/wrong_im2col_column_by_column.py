"""Wrong: each patch is laid out column by column.

fails: test_im2col_patches, test_im2col_channels, test_im2col_stride, test_forward_values, test_forward_stride, test_backward_kernel, test_backward_stride, test_learn_step, test_learn_kernel
says: test_im2col_patches: column by column
says: test_forward_values: transposed
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, _ = image.shape
    return np.array(
        [
            image[top : top + height, left : left + width].swapaxes(0, 1).ravel()
            for top in range(0, H - height + 1, stride)
            for left in range(0, W - width + 1, stride)
        ]
    )
