"""The worn record: music, hiss, and clicks where it says they are."""

from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import sounds

SHEET = (Path(sounds.__file__).parent / "README.md").read_text()


@pytest.mark.parametrize("seed", range(5))
def test_shapes_types_and_range(seed):
    samples, starts = sounds.worn_record(seed)
    assert samples.shape == (28_000,) and samples.dtype == np.float64
    assert 0.5 <= np.abs(samples).max() <= 1
    assert starts.shape == (12,) and starts.dtype.kind == "i"
    assert np.diff(starts).min() >= sounds.APART
    assert starts[0] >= 0 and starts[-1] + len(sounds.CLICK) <= len(samples)


def test_a_seed_is_one_record():
    (one, at), (again, there) = sounds.worn_record(3), sounds.worn_record(3)
    np.testing.assert_array_equal(one, again)
    np.testing.assert_array_equal(at, there)
    other, elsewhere = sounds.worn_record(4)
    assert np.abs(one - other).max() > 0.2
    assert not np.array_equal(at, elsewhere)


def test_the_record_is_the_one_that_the_lecture_describes():
    """To four digits only: a sine's last bit depends on the computer."""
    samples, starts = sounds.worn_record()
    assert starts[:3].tolist() == [2120, 3360, 11471]
    assert samples[2119:2122] == pytest.approx([-0.3607, -0.6318, -0.0494], abs=1e-4)
    assert samples.std() == pytest.approx(0.1747, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_the_record_is_tune_and_clicks_and_hiss(seed):
    samples, starts = sounds.worn_record(seed)
    rest = samples - sounds.tune()
    at = starts[:, np.newaxis] + np.arange(len(sounds.CLICK))
    energy = sounds.CLICK @ sounds.CLICK
    heights = rest[at] @ sounds.CLICK / energy
    assert ((heights > 0.25) & (heights < 0.41)).all()
    rest[at] -= heights[:, np.newaxis] * sounds.CLICK
    assert rest.std() == pytest.approx(sounds.HISS, rel=0.03)
    assert np.abs(rest).max() < 6 * sounds.HISS


@pytest.mark.parametrize("seed", [0, 1, 101, 103])
def test_shape_tells_the_clicks_and_loudness_does_not(seed):
    """The seeds that lecture and exercise use, with their threshold."""
    samples, starts = sounds.worn_record(seed)
    response = np.correlate(samples, sounds.CLICK, "valid")
    assert response[starts].min() > 0.45
    assert np.delete(response, starts).max() < 0.35
    loudest = [np.abs(samples[s : s + len(sounds.CLICK)]).max() for s in starts]
    assert (np.abs(samples) >= min(loudest)).sum() > 1_000


def test_the_click_has_no_mean_no_slope_no_symmetry():
    click = sounds.CLICK
    assert abs(click.sum()) < 1e-12
    assert abs(click @ np.arange(len(click))) < 1e-12
    both_ways = np.correlate(click, click[::-1], "full")
    assert both_ways.max() < 0.5 * (click @ click)


@pytest.mark.parametrize("frequency", [130.81, 523.25, 3_000])
def test_tones(frequency):
    tone = sounds.tone(frequency, 0.5)
    assert tone.shape == (4_000,) and tone.dtype == np.float64
    spectrum = np.abs(np.fft.rfft(tone))
    assert np.fft.rfftfreq(4_000, 1 / 8_000)[spectrum.argmax()] == pytest.approx(
        frequency, abs=2
    )
    assert np.abs(tone[-400:]).max() < np.abs(tone[:400]).max() / 2


def test_a_tone_above_half_the_rate_is_silent():
    assert not sounds.tone(4_000, 0.1).any()


def test_the_tune_does_not_rest_on_the_wear():
    tune = sounds.tune()
    assert tune.shape == (28_000,)
    assert np.abs(tune).max() == pytest.approx(0.6, abs=1e-3)


def test_datasheet():
    assert f"{sounds.RATE:,}\nsamples a second" in SHEET
    assert f"standard deviation {sounds.HISS}" in SHEET
    assert f"at least {sounds.APART} samples apart" in SHEET
