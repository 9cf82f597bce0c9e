"""Take all memory of the computer.

Score: 0
Message: MemoryError
Why: its own is limited; the cell fails, and what follows lacks the function.
"""

hoard = [bytearray(1 << 29) for _ in range(10**6)]


def double(x):
    return 2 * x
