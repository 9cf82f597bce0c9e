"""Wrong: the mean is not added again.

fails: test_tempo_scale
says: test_tempo_scale: mean
"""


# %% [tempo_scale]
def to_target(tempos):
    return (tempos - 135) / 26


def to_tempo(answers):
    return answers[:, 0] * 26
