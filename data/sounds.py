"""A tune on a worn record: music, hiss, and clicks whose places are known.

Everything is computed: sines that die away for the music, random numbers for the wear.
NumPy is all it needs, and nothing is stored.
"""

import numpy as np

__all__ = ["CLICK", "RATE", "tone", "tune", "worn_record"]

RATE = 8_000  # samples a second: sound up to 4 kHz
BEAT = 0.2  # seconds

# Frequencies in Hz, equal temperament.
NOTES = {"C": 523.25, "D": 587.33, "E": 659.26, "F": 698.46, "G": 783.99}
BASS = {"C": 130.81, "G": 196.00}

# The first line of the Ode to Joy: notes and beats.
MELODY = [(note, 1.0) for note in "EEFGGFEDCCDE"] + [("E", 1.5), ("D", 0.5), ("D", 2.0)]
HARMONY = [(note, 4.0) for note in "CGCG"]
SECONDS = 3.5  # sixteen beats, and a little to die away in

# What a scratch adds to the music, at full height: no mean and no slope, so that slow
# waves don't resemble it, and unlike its own mirror image.
CLICK = np.array([-0.7, 1.0, 0.1, -0.3, -0.4, 0.3, 0.0, 0.2, -0.2])

CLICKS = 12
APART = 800  # samples between two clicks, at least
HISS = 0.01  # standard deviation


def tone(frequency: float, seconds: float, rate: int = RATE) -> np.ndarray:
    """Return a plucked string, float64, with its overtones below half the rate.

    The k-th overtone begins at 1/k² of the first's height, and dies away k times as
    fast.
    """
    time = np.arange(round(seconds * rate)) / rate
    sound = np.zeros_like(time)
    for k in range(1, 6):
        if k * frequency < rate / 2:
            wave = np.sin(2 * np.pi * k * frequency * time)
            sound += np.exp(-3 * k * time) * wave / k**2
    return sound


def tune() -> np.ndarray:
    """Return the music alone: 3.5 s at 8 kHz, (28000,), float64, within -0.6..0.6.

    Source: Ludwig van Beethoven, Symphony No. 9 (1824), first line of the Ode to Joy.
    """
    music = np.zeros(round(SECONDS * RATE))
    for part, pitch, loudness in ((MELODY, NOTES, 1.0), (HARMONY, BASS, 0.8)):
        beat = 0.0
        for note, beats in part:
            start = round(beat * BEAT * RATE)
            # A note rings on under the next one, as on a piano with its pedal down.
            ringing = tone(pitch[note], min(2 * beats * BEAT, SECONDS - start / RATE))
            music[start : start + len(ringing)] += loudness * ringing
            beat += beats
    return _sixteen_bits(0.6 * music / np.abs(music).max())


def worn_record(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the tune as a worn record plays it, and where its clicks begin.

    samples: (28000,), float64, within -1..1, at 8 kHz; starts: (12,), int, rising, at
    least 800 samples apart. Each click is `CLICK`, 0.28 to 0.38 high, which is less
    than the music. Another seed is another record of the same tune.
    """
    rng = np.random.default_rng([2041, seed])
    samples = tune()
    room = len(samples) - (CLICKS - 1) * APART - len(CLICK)
    starts = np.sort(rng.integers(0, room, CLICKS)) + APART * np.arange(CLICKS)
    for start in starts:
        samples[start : start + len(CLICK)] += rng.uniform(0.28, 0.38) * CLICK
    samples += HISS * rng.standard_normal(len(samples))
    return _sixteen_bits(samples), starts


def _sixteen_bits(samples: np.ndarray) -> np.ndarray:
    """Round to the steps of a 16-bit recording, which hides the last bit of a sine."""
    return np.round(np.clip(samples, -1, 1) * 32_767) / 32_767
