"""Wrong: tempos come back as a column.

fails: test_tempo_scale
says: test_tempo_scale: shape
"""


# %% [tempo_scale]
def to_target(tempos):
    return (tempos - 135) / 26


def to_tempo(answers):
    return answers * 26 + 135
