"""Pictures have what they should: labels, numbers, colours, the look of the course."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from cnnlab import plots

OKABE_ITO = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9"]


@pytest.fixture(autouse=True)
def look():
    """The course's style, whatever another test has set; no picture left open."""
    with plt.style.context("cnnlab.course", after_reset=True):
        yield
    plt.close("all")


def texts(axis) -> dict[tuple[float, float], str]:
    return {text.get_position(): text.get_text() for text in axis.texts}


# --- the style -----------------------------------------------------------------------


def test_style_is_okabe_and_ito_with_a_line_style_each():
    cycle = list(mpl.rcParams["axes.prop_cycle"])
    assert [to_hex(entry["color"]).upper() for entry in cycle] == OKABE_ITO
    assert list(plots.COLORS) == OKABE_ITO
    assert len({str(entry["linestyle"]) for entry in cycle}) == len(cycle)


def test_style_is_applied_on_import():
    import importlib

    mpl.rcdefaults()
    importlib.reload(plots)
    assert mpl.rcParams["image.cmap"] == "gray"
    assert not mpl.rcParams["axes.spines.top"]


# --- image_grid ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(7, 5, 4), (7, 5, 4, 1)])
def test_image_grid(shape):
    images = np.random.default_rng(0).random(shape)
    titles = [f"image {i}" for i in range(7)]
    figure = plots.image_grid(images, titles, columns=3)
    drawn = [axis for axis in figure.axes if axis.images]
    assert len(drawn) == 7
    assert len(figure.axes) == 9  # three rows of three
    assert [axis.get_title() for axis in drawn] == titles
    assert not any(axis.axison for axis in figure.axes)  # no ticks, no frame
    for axis, image in zip(drawn, images, strict=True):
        np.testing.assert_array_equal(
            np.squeeze(axis.images[0].get_array()), np.squeeze(image)
        )
        assert axis.images[0].get_cmap().name == "gray"


def test_image_grid_without_titles():
    figure = plots.image_grid(np.zeros((1, 4, 4)), size=2)
    assert [axis.get_title() for axis in figure.axes] == [""] * 10
    assert figure.get_size_inches()[0] == 20
    figure.canvas.draw()


# --- learning_curves -----------------------------------------------------------------


def test_learning_curves():
    history = {"accuracy": [0.5, 0.7, 0.8], "val_accuracy": [0.4, 0.6, 0.7]}
    axis = plots.learning_curves(history | {"loss": [3, 2, 1]})
    assert axis.get_xlabel() == "epoch"
    assert axis.get_ylabel() == "accuracy"
    assert [t.get_text() for t in axis.get_legend().texts] == ["training", "validation"]
    training, validation = axis.lines
    assert training.get_xdata().tolist() == [1, 2, 3]
    assert list(training.get_ydata()) == history["accuracy"]
    assert list(validation.get_ydata()) == history["val_accuracy"]
    assert to_hex(training.get_color()).upper() == OKABE_ITO[0]
    assert to_hex(validation.get_color()).upper() == OKABE_ITO[1]
    assert training.get_linestyle() != validation.get_linestyle()


def test_learning_curves_of_another_metric_without_validation():
    axis = plots.learning_curves({"loss": [3, 2]}, metric="loss")
    assert axis.get_ylabel() == "loss"
    assert len(axis.lines) == 1
    assert all(tick == int(tick) for tick in axis.get_xticks())


# --- confusion -----------------------------------------------------------------------


def test_confusion():
    matrix = np.array([[8, 2, 0], [1, 0, 3], [0, 0, 0]])
    names = ["shirt", "coat", "bag"]
    axis = plots.confusion(matrix, names)
    assert axis.get_xlabel() == "predicted class"
    assert axis.get_ylabel() == "true class"
    for labels in (axis.get_xticklabels(), axis.get_yticklabels()):
        assert [label.get_text() for label in labels] == names
    # A number at (column, row), the shade its share of the row.
    assert texts(axis) == {
        (column, row): str(number) for (row, column), number in np.ndenumerate(matrix)
    }
    share = [[0.8, 0.2, 0], [0.25, 0, 0.75], [0, 0, 0]]
    np.testing.assert_allclose(axis.images[0].get_array(), share)
    assert axis.images[0].get_clim() == (0, 1)
    assert axis.images[0].get_cmap().name == "viridis"


def test_confusion_numbers_stand_out():
    """Light on dark and dark on light: a contrast of at least 3 to 1."""
    axis = plots.confusion(np.diag(range(1, 11)) * 9 + 1, list("abcdefghij"))
    image = axis.images[0]
    for text in axis.texts:
        column, row = text.get_position()
        shade = image.to_rgba(image.get_array())[row, column]
        light, dark = sorted((luminance(shade), luminance(text.get_color())))[::-1]
        assert (light + 0.05) / (dark + 0.05) >= 3


def luminance(color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    rgb = np.array(mpl.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


# --- animation -----------------------------------------------------------------------


def test_animation():
    figure, axis = plt.subplots()
    drawn = []
    player = plots.animation(figure, lambda i: drawn.append(i) or axis.plot([0, i]), 3)
    assert set(drawn) == {0, 1, 2}
    assert player.data.count("data:image/png;base64") == 3
    assert not plt.fignum_exists(figure.number), "shown once, as the player"
    assert "http" not in player.data.replace("http://www.w3.org", "")
    assert "fa-" not in player.data
    assert "▶" in player.data
    assert "<img alt=" in player.data


# --- sound ---------------------------------------------------------------------------


def test_sound_keeps_loudness():
    player = plots.sound([0, 0.5, -0.5, 0.25], rate=8_000)
    assert player.embed
    assert "<audio" in player._repr_html_()
    wave_file = player.data
    assert wave_file[:4] == b"RIFF"
    assert int.from_bytes(wave_file[24:28], "little") == 8_000
    samples = np.frombuffer(wave_file[44:], "<i2")
    assert samples == pytest.approx([0, 16_383, -16_383, 8_191], abs=1)


def test_sound_that_is_too_loud():
    with pytest.raises(ValueError, match="between -1 and 1"):
        plots.sound([0, 1.5], rate=8_000)
