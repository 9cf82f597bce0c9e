"""Wrong: the raw correlation's peak, which is a bright patch.

fails: test_find_planted, test_find_in_crowds, test_find_in_shade
says: test_find_in_crowds: raw correlation
"""

# %% [find_waldo]
from scipy.signal import correlate


def find_waldo(scene, template):
    response = correlate(scene, template, mode="same", method="fft")
    row, column = np.unravel_index(np.argmax(response), response.shape)
    return int(row), int(column)
