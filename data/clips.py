"""Two-second clips of three styles of music, with their tempo.

`generate(600, "train")` returns clips, 16-bit samples at 4 kHz, and for each its style,
its tempo and where it begins. Nothing is recorded: each clip is put together from
instruments, and each instrument from sines, random numbers and a loudness that dies
away.

A clip is 1.4 s of music in 2 s of quiet hiss. The music begins at a random moment, with
the first beat of a bar. Its style decides which instruments may play, and in which
rhythm; two or three of them do. Key, tempo, loudness and each stroke vary.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from cnnlab.data.sounds import tone

__all__ = ["CLASS_NAMES", "RATE", "SAMPLES", "Clips", "generate"]

CLASS_NAMES = ("jazz", "rock", "hip-hop")
RATE = 4_000  # samples a second: sound up to 2 kHz
SAMPLES = 8_000  # in a clip
MUSIC = 5_600  # of them with music
TEMPO = (90.0, 180.0)  # beats a minute, slowest and fastest
HISS = 0.004  # standard deviation; the music's loudest sample is at 0.3 to 0.9

SPLITS = ("train", "test")
SEED = 1917  # the year of the first jazz record


class Clips(NamedTuple):
    """n clips and what is known of each."""

    samples: np.ndarray  # (n, 8000), int16
    styles: np.ndarray  # (n,), uint8, an index into CLASS_NAMES
    tempos: np.ndarray  # (n,), float32, beats a minute
    onsets: np.ndarray  # (n,), int64, the sample with which the music begins


def generate(n: int, split: str) -> Clips:
    """Return `n` clips of a split, "train" or "test"; no clip is in both.

    Every three clips have one of each style. Fewer clips are the first ones of more.
    Raises `ValueError` for another split or a negative `n`.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be 'train' or 'test', not {split!r}.")
    if n < 0:
        raise ValueError(f"n must not be negative, but is {n}.")
    samples = np.zeros((n, SAMPLES), np.int16)
    styles, tempos = np.zeros(n, np.uint8), np.zeros(n, np.float32)
    onsets = np.zeros(n, np.int64)
    rng = np.random.default_rng((SEED, SPLITS.index(split)))
    for i in range(n):
        if i % 3 == 0:
            order = rng.permutation(3)
        styles[i] = order[i % 3]
        tempos[i] = rng.uniform(*TEMPO)
        onsets[i] = rng.integers(0, SAMPLES - MUSIC + 1)
        music = _play(STYLES[styles[i]], 60 / tempos[i], rng)
        clip = HISS * rng.standard_normal(SAMPLES)
        clip[onsets[i] : onsets[i] + MUSIC] += music
        samples[i] = np.round(32_767 * np.clip(clip, -1, 1))
    return Clips(samples, styles, tempos, onsets)


# --- instruments: the sound of one stroke, float64, as long as it takes ---------------

Stroke = Callable[[float, np.random.Generator], np.ndarray]


@cache
def _decay(seconds: float, length: float) -> np.ndarray:
    """A loudness that falls to 1/e in `seconds`, for `length` seconds."""
    return np.exp(-np.arange(round(length * RATE)) / (seconds * RATE))


_string = cache(tone)  # of keys and steps there are only a few


def _noise(rng: np.random.Generator, n: int) -> np.ndarray:
    """Noise without low tones: the difference of neighbours."""
    return np.diff(rng.uniform(-1, 1, n + 1))


def _drum(high: float, low: float, seconds: float) -> np.ndarray:
    """A skin: a sine that falls from one frequency in Hz to another as it dies away."""
    loudness = _decay(seconds, 4 * seconds)
    pitch = low + (high - low) * _decay(0.03, 4 * seconds)
    return loudness * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)


def _bass(key: float, rng: np.random.Generator) -> np.ndarray:
    """A plucked double bass that walks along a scale."""
    step = rng.choice([0, 2, 4, 5, 7, 9, 10, 12])
    return _string(key * 2 ** (step / 12), 0.45, RATE)


def _ride(key: float, rng: np.random.Generator) -> np.ndarray:
    """A cymbal: tones that don't fit together, and a little noise."""
    loudness = _decay(0.12, 0.4)
    time = np.arange(len(loudness)) / RATE
    pitches = rng.uniform(0.97, 1.03) * np.array([1_130, 1_391, 1_618, 1_877])
    ring = np.sin(2 * np.pi * pitches[:, np.newaxis] * time).sum(axis=0) / 4
    return 0.6 * loudness * (ring + 0.3 * _noise(rng, len(loudness)))


def _vibes(key: float, rng: np.random.Generator) -> np.ndarray:
    """A vibraphone: a soft pure tone, two octaves up."""
    loudness = _decay(0.25, 0.7)
    time = np.arange(len(loudness)) / RATE
    pitch = 4 * key * 2 ** (rng.choice([0, 3, 5, 7, 10]) / 12)
    wave = np.sin(2 * np.pi * pitch * time) * (1 + 0.3 * np.sin(2 * np.pi * 6 * time))
    return 0.7 * np.minimum(time / 0.02, 1) * loudness * wave


def _guitar(key: float, rng: np.random.Generator) -> np.ndarray:
    """A distorted guitar: root and fifth, cut off by the amplifier."""
    loudness = _decay(0.15, 0.35)
    time = np.arange(len(loudness)) / RATE
    root = 1.5 * key * 2 ** (rng.choice([0, 0, 3, 5]) / 12)
    chord = sum(np.sin(2 * np.pi * f * root * time) for f in (1, 1.5, 2))
    return 0.6 * loudness * np.tanh(4 * chord)


def _kick(key: float, rng: np.random.Generator) -> np.ndarray:
    return _drum(rng.uniform(150, 200), 60, 0.06)


def _snare(key: float, rng: np.random.Generator) -> np.ndarray:
    skin, rattle = _drum(240, 180, 0.06), _decay(0.08, 0.24)
    return 0.5 * skin + 0.5 * rattle * _noise(rng, len(rattle))


def _sub(key: float, rng: np.random.Generator) -> np.ndarray:
    """A drum machine's bass drum, deep and long."""
    return _drum(rng.uniform(110, 150), rng.uniform(42, 52), 0.2)


def _clap(key: float, rng: np.random.Generator) -> np.ndarray:
    """Many hands: four bursts of noise, close together."""
    sound = np.zeros(round(0.2 * RATE))
    for start, seconds in ((0.0, 0.006), (0.011, 0.006), (0.023, 0.006), (0.03, 0.05)):
        burst = _decay(seconds, 0.15)
        begin = round(start * RATE)
        sound[begin : begin + len(burst)] += 0.6 * burst * _noise(rng, len(burst))
    return sound


def _hat(key: float, rng: np.random.Generator) -> np.ndarray:
    """A closed hi-hat: a tick of noise."""
    loudness = _decay(0.015, 0.06)
    return 0.5 * loudness * _noise(rng, len(loudness))


# --- styles --------------------------------------------------------------------------

# Which instrument strokes at which beats of a bar of four.
EIGHTHS, SIXTEENTHS = np.arange(0, 4, 0.5), np.arange(0, 4, 0.25)
Part = tuple[Stroke, np.ndarray]
STYLES: tuple[tuple[Part, ...], ...] = (
    (
        (_ride, np.array([0, 1, 5 / 3, 2, 3, 11 / 3])),
        (_bass, np.array([0, 1, 2, 3])),
        (_vibes, np.array([0, 2 / 3, 2, 8 / 3])),
    ),
    (
        (_guitar, EIGHTHS),
        (_kick, np.array([0, 2, 2.5])),
        (_snare, np.array([1, 3])),
    ),
    (
        (_sub, np.array([0, 0.75, 2.5])),
        (_clap, np.array([1, 3])),
        (_hat, SIXTEENTHS),
    ),
)

GUESTS = tuple(part for style in STYLES for part in style)


def _play(style: tuple[Part, ...], beat: float, rng: np.random.Generator) -> np.ndarray:
    """Return 1.4 s of a style, float64; `beat` in seconds."""
    key = 55 * 2 ** (rng.integers(0, 8) / 12)  # Hz
    music = np.zeros(MUSIC)
    band = [style[i] for i in rng.permutation(3)[: rng.integers(2, 4)]]
    guest = GUESTS[rng.integers(len(GUESTS))]
    for stroke, beats in [*band, guest]:
        loudness = rng.uniform(0.3, 1.0) * (0.6 if stroke is guest[0] else 1.0)
        for at in np.concatenate([beats, beats + 4]):
            begin = round(at * beat * RATE)
            if begin >= MUSIC:
                break
            sound = stroke(key, rng)[: MUSIC - begin]
            music[begin : begin + len(sound)] += (
                loudness * rng.uniform(0.8, 1.0) * sound
            )
    music[-200:] *= np.linspace(1, 0, 200)  # no click at the end
    return rng.uniform(0.3, 0.9) * music / np.abs(music).max()
