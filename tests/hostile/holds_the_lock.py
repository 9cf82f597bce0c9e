"""Compute in C for ever, where no interrupt is looked at.

Score: 0
Why: the kernel is killed when it does not stop.
"""

7 ** (10**9)
