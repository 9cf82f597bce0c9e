"""Loop for ever and swallow the interrupt.

Score: 0
Why: the kernel is killed when it does not stop.
"""

while True:
    try:
        while True:
            pass
    except BaseException:
        pass
