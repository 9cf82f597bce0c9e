"""Wrong: the rows that dilation should take are cropped away.

fails: test_wide_view
says: test_wide_view: should see
"""


# %% [wide_view]
def wide_view(input_shape):
    convs = [keras.layers.Conv2D(1, 3) for _ in range(3)]
    crop = keras.layers.Cropping2D(4)
    return keras.Sequential([keras.Input(input_shape), *convs, crop])
