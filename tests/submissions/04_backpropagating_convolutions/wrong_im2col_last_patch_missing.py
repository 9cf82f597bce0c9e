"""Wrong: the last patch of each row and column is left out.

fails: test_im2col_patches, test_im2col_channels, test_im2col_stride, test_forward_values, test_forward_stride, test_backward_bias, test_backward_kernel, test_backward_input, test_backward_stride, test_learn_step, test_learn_kernel
says: test_im2col_patches: shape
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, _ = image.shape
    return np.array(
        [
            image[top : top + height, left : left + width].ravel()
            for top in range(0, H - height, stride)
            for left in range(0, W - width, stride)
        ]
    )
