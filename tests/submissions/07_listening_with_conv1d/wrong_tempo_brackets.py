"""Wrong: brackets forgotten in the standardisation.

fails: test_tempo_scale, test_tempo_accuracy
says: test_tempo_scale: brackets
"""


# %% [tempo_scale]
def to_target(tempos):
    return tempos - 135 / 26


def to_tempo(answers):
    return answers[:, 0] * 26 + 135
