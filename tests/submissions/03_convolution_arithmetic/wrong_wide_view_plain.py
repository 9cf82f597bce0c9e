"""Wrong: three layers without dilation.

fails: test_wide_view
says: test_wide_view: dilation three layers
"""


# %% [wide_view]
def wide_view(input_shape):
    convs = [keras.layers.Conv2D(1, 3) for _ in range(3)]
    return keras.Sequential([keras.Input(input_shape), *convs])
