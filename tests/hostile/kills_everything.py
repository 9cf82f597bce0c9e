"""Kill all processes that there are.

Score: 0
Message: ended Python
Why: the kernel is all that it can reach.
"""

import os
import signal

os.kill(1, signal.SIGKILL)
os.kill(-1, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
