"""Wrong: targets in beats a minute, which the network does not reach in time.

fails: test_tempo_scale, test_tempo_accuracy
says: test_tempo_scale: beats a minute
"""


# %% [tempo_scale]
def to_target(tempos):
    return tempos


def to_tempo(answers):
    return answers[:, 0]
