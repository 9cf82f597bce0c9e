"""What the tests on random settings draw, and how closely results must agree."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

small = st.integers(1, 4)
sizes = st.integers(1, 9)
seeds = st.integers(0, 2**32 - 1)
several = settings(max_examples=60, deadline=None)
few = settings(max_examples=15, deadline=None)  # where Keras computes


def close(got, expected):
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype == np.float64
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
