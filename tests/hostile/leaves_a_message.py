"""Leave the answer for a friend: files, shared memory, message queues.

Score: 5
Why: it can write into its own scratch; takes_a_message gets nothing of it.
"""

import contextlib
import os

for place in (".", "..", "/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp"):
    with contextlib.suppress(OSError):
        open(f"{place}/message", "w").close()


def double(x):
    return 2 * x
