"""End Python without a word.

Score: 0
Message: ended Python
Why: the cells after it were not run.
"""

import os

os._exit(0)
