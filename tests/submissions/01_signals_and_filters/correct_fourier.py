"""Correct: by the Fourier transform, with the rest built on convolution.

fails: nothing
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(np.asarray(x, float), padding)
    n = len(x) + len(k)
    y = np.fft.irfft(np.fft.rfft(x, n) * np.conj(np.fft.rfft(k, n)), n)
    return y[: len(x) - len(k) + 1 : stride]


# %% [convolve]
def convolve(x, h):
    n = len(x) + len(h) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(h, n), n)


# %% [output_length]
import math


def output_length(n, k, stride=1, padding=0):
    return math.floor((n + 2 * padding - k) / stride) + 1


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    units = np.eye(n)
    columns = [np.correlate(unit, k, "valid") for unit in units]
    return np.stack(columns, axis=1)


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    from scipy.signal import find_peaks

    response = np.correlate(x, pattern, "valid")
    lower = response.min() - 1
    peaks, _ = find_peaks(np.r_[lower, response, lower], height=threshold)
    return peaks - 1
