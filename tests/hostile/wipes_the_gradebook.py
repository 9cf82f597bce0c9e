"""Overwrite the gradebook and the journal, from here and from a detached process.

Score: 0
Why: their path leads nowhere, and the detached process ends with the kernel.
"""

import os
import time

WIPE = "@COURSE@"
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for _ in range(600):
        time.sleep(0.1)
        try:
            open(f"{WIPE}/gradebook.db", "w").close()
            open(f"{WIPE}/wiped", "w").close()
        except OSError:
            pass
    os._exit(0)
os.wait()


def double(x):
    return 2 * x if os.path.isdir(WIPE) else None
