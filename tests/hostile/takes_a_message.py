"""Look for what leaves_a_message left.

Score: 0
Why: the scratch of a submission ends with it.
"""

import os

PLACES = (".", "..", "/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp")
LOOT = [place for place in PLACES if os.path.exists(f"{place}/message")]


def double(x):
    return 2 * x if LOOT else None
