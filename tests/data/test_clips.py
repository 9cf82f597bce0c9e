"""The clips of music: quiet around the music, a tempo one can hear, three styles."""

from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import clips
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SHEET = (Path(clips.__file__).parent / "README.md").read_text()


@pytest.fixture(scope="module")
def train():
    return clips.generate(150, "train")


@pytest.fixture(scope="module")
def test():
    return clips.generate(90, "test")


def loudness(samples, width=20):
    """Root of the mean square over 5 ms, of clips (n, samples) on the scale 0..1."""
    blocks = samples.reshape(len(samples), -1, width) / 32_768
    return np.sqrt((blocks**2).mean(axis=2))


@pytest.mark.parametrize("n", [0, 1, 5])
def test_shapes_and_types(n):
    samples, styles, tempos, onsets = clips.generate(n, "test")
    assert samples.shape == (n, clips.SAMPLES) and samples.dtype == np.int16
    assert styles.shape == (n,) and styles.dtype == np.uint8
    assert tempos.shape == (n,) and tempos.dtype == np.float32
    assert onsets.shape == (n,) and onsets.dtype == np.int64


@pytest.mark.parametrize(
    ("n", "split"), [(10, "val"), (10, "Train"), (10, ""), (-1, "train")]
)
def test_other_splits_and_sizes_are_refused(n, split):
    with pytest.raises(ValueError, match="must"):
        clips.generate(n, split)


def test_fewer_clips_are_the_first_ones(train):
    for n in (1, 4, 31):
        for whole, part in zip(train, clips.generate(n, "train"), strict=True):
            np.testing.assert_array_equal(whole[:n], part)


def test_no_clip_occurs_twice(train, test):
    everything = [clip.tobytes() for split in (train, test) for clip in split.samples]
    assert len(set(everything)) == len(everything) == 240


def test_styles_are_balanced_and_mixed(train):
    assert (np.bincount(train.styles) == 50).all()
    assert (np.diff(train.styles.astype(int)) == 0).mean() < 0.3


def test_tempos_and_onsets_fill_their_ranges(train):
    slow, fast = clips.TEMPO
    assert (
        slow <= train.tempos.min() < slow + 5 and fast - 5 < train.tempos.max() < fast
    )
    latest = clips.SAMPLES - clips.MUSIC
    assert 0 <= train.onsets.min() < 100 and latest - 100 < train.onsets.max() <= latest
    assert abs(np.corrcoef(train.tempos, train.onsets)[0, 1]) < 0.25


def test_quiet_before_and_after_the_music(train):
    for clip, onset in zip(train.samples, train.onsets, strict=True):
        outside = np.concatenate([clip[:onset], clip[onset + clips.MUSIC :]]) / 32_768
        assert outside.std() == pytest.approx(clips.HISS, rel=0.15)
        assert np.abs(clip[onset : onset + clips.MUSIC]).max() > 0.25 * 32_768
        assert np.abs(clip[onset : onset + 400]).max() > 0.05 * 32_768  # begins at once


def test_nothing_is_clipped(train):
    assert np.abs(train.samples.astype(int)).max() < 32_767 * 0.95


def test_the_tempo_can_be_heard(train):
    """Strokes repeat after a beat: more alike there than between two beats."""
    alike, unlike = [], []
    for loud, tempo, onset in zip(
        loudness(train.samples), train.tempos, train.onsets // 20, strict=True
    ):
        rises = np.maximum(np.diff(loud[onset : onset + 280]), 0)
        beat = round(60 / tempo * clips.RATE / 20)
        repeated = np.correlate(rises, rises, "full")[len(rises) - 1 :]
        alike.append(repeated[beat - 1 : beat + 2].max() / repeated[0])
        at = round(0.87 * beat)
        unlike.append(repeated[at - 1 : at + 2].max() / repeated[0])
    assert np.mean(np.array(alike) > unlike) > 0.8


def test_the_styles_sound_different_and_overlap(train, test):
    """Loudness in 16 bands of frequency tells the style, not quite every time."""

    def features(samples):
        power = np.abs(np.fft.rfft(samples / 32_768, axis=1)[:, 1:]) ** 2
        return np.log(power.reshape(len(samples), 16, -1).sum(axis=2))

    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(features(train.samples), train.styles)
    assert 0.6 < model.score(features(test.samples), test.styles) < 0.97


def test_datasheet():
    assert f"{clips.RATE:,} samples a second" in SHEET
    assert f"{clips.TEMPO[0]:.0f} to {clips.TEMPO[1]:.0f} beats a minute" in SHEET
    assert f"standard deviation {clips.HISS}" in SHEET
    for name in clips.CLASS_NAMES:
        assert f"| {name} |" in SHEET
