"""The explorer draws what the formula and Keras say, and says kindly what can't be."""

import itertools
import re

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from cnnlab import explorer, plots

# size, kernel, stride, padding, dilation
POSSIBLE = [
    settings
    for settings in itertools.product(
        (1, 4, 5, 6, 9), (1, 2, 3, 5), (1, 2, 3), (0, 1, 3), (1, 2)
    )
    if settings[4] * (settings[1] - 1) + 1 <= settings[0] + 2 * settings[3]
]
IMPOSSIBLE = [(3, 5, 1, 0, 1), (5, 3, 1, 0, 3), (1, 7, 2, 2, 1), (4, 3, 1, 1, 3)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def formula(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def drawn(axis, name) -> np.ndarray:
    """The cells of the input or the output grid that a picture has."""
    (mesh,) = (m for m in axis.collections if m.get_gid() == name)
    return np.asarray(mesh.get_array())


def words(axis) -> str:
    return " ".join(text.get_text() for text in axis.texts)


# --- still and panel -----------------------------------------------------------------


@pytest.mark.parametrize("settings", POSSIBLE[::7])
def test_output_that_is_drawn_is_the_formulas(settings):
    _, axis = plt.subplots()
    explorer.panel(axis, *settings)
    size, kernel, stride, padding, dilation = settings
    output = formula(*settings)
    assert drawn(axis, "output").shape == (output, output)
    room = size + 2 * padding
    assert drawn(axis, "input").shape == (room, room)
    if stride == 1 or dilation == 1:  # Keras refuses both
        layer = keras.layers.Conv2D(1, kernel, strides=stride, dilation_rate=dilation)
        shape = layer.compute_output_shape((None, room, room, 1))
        assert shape == (None, output, output, 1)


@pytest.mark.parametrize("settings", POSSIBLE[::11])
def test_cells_under_the_kernel_make_the_marked_output(settings):
    _, kernel, stride, _, dilation = settings
    output = formula(*settings)
    position = output**2 // 2
    _, axis = plt.subplots()
    explorer.panel(axis, *settings, position=position)
    row, column = divmod(position, output)
    marked = np.zeros((output, output))
    marked[row, column] = 1
    np.testing.assert_array_equal(drawn(axis, "output"), marked)
    under = np.argwhere(drawn(axis, "input") == explorer.UNDER)
    taps = dilation * np.arange(kernel)
    expected = itertools.product(stride * row + taps, stride * column + taps)
    assert sorted(map(tuple, under.tolist())) == sorted(expected)


def test_every_place_of_the_kernel_has_a_dot():
    for settings in POSSIBLE[::13]:
        _, axis = plt.subplots()
        explorer.panel(axis, *settings)
        dots = sum(line.get_xdata().size for line in axis.lines)
        assert dots == formula(*settings) ** 2
        plt.close()


def test_border_has_zeros_and_pixels_never_read_a_cross():
    _, axis = plt.subplots()
    explorer.panel(axis, size=6, kernel=3, stride=2)
    assert words(axis).count("×") == 6 + 5  # the last row and column
    _, axis = plt.subplots()
    explorer.panel(axis, size=5, kernel=3, padding=1)
    assert words(axis).count("0") == 7 * 7 - 5 * 5
    assert "×" not in words(axis)


def test_still_shows_the_formula():
    figure = explorer.still(size=6, kernel=3, stride=2, padding=1, position=4)
    (axis,) = figure.axes
    assert axis.get_title() == "⌊(6 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3"
    figure.canvas.draw()


@pytest.mark.parametrize("position", [-3, 9, 10**6])
def test_positions_past_the_ends_are_moved_back(position):
    _, axis = plt.subplots()
    explorer.panel(axis, size=5, kernel=3, position=position)
    assert drawn(axis, "output").sum() == 1


@pytest.mark.parametrize("settings", IMPOSSIBLE)
def test_kernels_that_dont_fit_are_told_and_the_advice_helps(settings):
    (axis,) = explorer.still(*settings).axes
    assert "kernel" in words(axis) and not axis.collections
    size, kernel, stride, _, dilation = settings
    advised = int(re.search(r"Pad by (\d+)", words(axis))[1])
    assert not explorer.problem(size, kernel, stride, advised, dilation)
    assert explorer.problem(size, kernel, stride, advised - 1, dilation)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("size", 0), ("kernel", -1), ("stride", 0), ("padding", -1)),
        *(("dilation", 0), ("size", 2.5), ("kernel", "three"), ("stride", None)),
        ("padding", True),
    ],
)
def test_settings_that_are_no_counts_are_told(setting, value):
    (axis,) = explorer.still(**{setting: value}).axes
    assert f"The {setting} has to be a whole number" in words(axis)


# --- the sliders ---------------------------------------------------------------------


def test_explorer_has_a_slider_for_each_setting_and_a_picture():
    sliders = explorer.explorer()
    names = ["size", "kernel", "stride", "padding", "dilation", "position"]
    assert list(sliders.sliders) == names
    assert [s.description for s in sliders.sliders.values()] == names
    assert sliders.children == (*sliders.sliders.values(), sliders.picture)
    assert 'src="data:image/png;base64,' in sliders.picture.value
    assert not plt.get_fignums(), "drawn into the widget, not beside it"


def test_moving_a_slider_draws_anew():
    one = explorer.explorer()
    assert "= 3" in alt(one)
    before = one.picture.value
    one.sliders["padding"].value = 1
    assert one.picture.value != before
    assert "padding 1" in alt(one) and "= 5" in alt(one)
    one.sliders["stride"].value = 2
    assert "= 3" in alt(one)


def test_position_follows_the_output():
    one = explorer.explorer()
    position = one.sliders["position"]
    position.value = 8
    one.sliders["kernel"].value = 4  # 2 × 2 outputs are left
    assert (position.max, position.value) == (3, 3)
    before = one.picture.value
    position.value = 0
    assert one.picture.value != before


def test_impossible_settings_are_told_by_the_explorer_too():
    one = explorer.explorer()
    one.sliders["size"].value = 2
    assert "spans 3 cells" in alt(one)
    one.sliders["padding"].value = 1
    assert "= 2" in alt(one)


def test_every_end_of_every_slider_can_be_drawn():
    one = explorer.explorer()
    for slider in one.sliders.values():
        kept = slider.value
        for value in (slider.min, slider.max):
            slider.value = value
            assert alt(one)
        slider.value = kept


def test_what_is_left_of_it_on_paper():
    assert repr(explorer.explorer()) == "Explorer: its sliders need a running notebook"


def alt(one: explorer.Explorer) -> str:
    return re.search(r'alt="([^"]*)"', one.picture.value)[1]


# --- numbers and moving kernels ------------------------------------------------------


def test_number_grid():
    _, axis = plt.subplots()
    explorer.number_grid(axis, [[1, -2, np.nan], [0.25, 10, 3]], "some", "RdBu")
    told = {text.get_position(): text.get_text() for text in axis.texts}
    assert told[0.5, 0.5] == "1" and told[1.5, 0.5] == "−2" and told[2.5, 0.5] == ""
    assert told[0.5, 1.5] == "0.25" and told[1.5, 1.5] == "10"
    assert axis.get_title() == "some"
    assert sum(isinstance(patch, Rectangle) for patch in axis.patches) == 6


@pytest.mark.parametrize("cmap", [None, "gray", "RdBu"])
def test_number_grid_of_one_number_throughout(cmap):
    _, axis = plt.subplots()
    explorer.number_grid(axis, np.zeros((2, 2)), cmap=cmap)
    axis.figure.canvas.draw()


def test_sliding_shows_what_keras_computes():
    rng = np.random.default_rng(0)
    x, kernels = rng.integers(0, 3, (2, 5, 6)), rng.integers(-1, 2, (2, 2, 3, 3))
    bias = np.array([1, -1])
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1))).transpose(1, 2, 0)[None].astype(float)
    out = keras.ops.conv(padded, kernels.transpose(2, 3, 1, 0).astype(float), 2)
    out = keras.ops.convert_to_numpy(out)[0].transpose(2, 0, 1) + bias[:, None, None]
    figure, draw = explorer.sliding(x, kernels, bias, stride=2, padding=1)
    for i, number in enumerate(out.ravel()):
        draw(i)
        told = figure.texts[0].get_text()
        assert told.endswith(f" = {number:.0f}".replace("-", "−"))
    answers = [axis for axis in figure.axes if axis.get_title().startswith("output")]
    shown = [[text.get_text() for text in axis.texts] for axis in answers]
    wanted = [[f"{n:.0f}".replace("-", "−") for n in part.ravel()] for part in out]
    assert shown == wanted


def test_sliding_one_channel_frames_and_numbers_so_far():
    figure, draw = explorer.sliding(np.arange(20).reshape(4, 5), np.ones((2, 2)))
    draw(5)  # second row, second of four columns
    (frame,) = (p for p in figure.axes[0].patches if not p.get_fill())
    assert frame.get_xy() == (1, 1) and (frame.get_width(), frame.get_height()) == (
        2,
        2,
    )
    answers = [text.get_text() for text in figure.axes[-1].texts]
    assert answers[:6] == ["12", "16", "20", "24", "32", "36"] and not any(answers[6:])


def test_sliding_can_be_played():
    figure, draw = explorer.sliding(np.eye(3), np.ones((2, 2)))
    player = plots.animation(figure, draw, frames=4)
    assert player.data.count("data:image/png;base64") == 4
