"""Wrong: each patch is a column, as in the slide deck's formula.

fails: test_im2col_patches, test_im2col_channels, test_im2col_stride, test_forward_values, test_forward_stride, test_backward_bias, test_backward_kernel, test_backward_input, test_backward_stride, test_learn_step, test_learn_kernel
says: test_im2col_patches: transpose
"""


# %% [im2col]
def im2col(image, height, width, stride):
    H, W, _ = image.shape
    return np.array(
        [
            image[top : top + height, left : left + width].ravel()
            for top in range(0, H - height + 1, stride)
            for left in range(0, W - width + 1, stride)
        ]
    ).T
