"""Import Keras without the lines that TensorFlow writes whatever its log level.

`import cnnlab.checks` does this, so a later `import keras` in a notebook is silent.
"""

import os
import sys
from contextlib import contextmanager


@contextmanager
def stderr_to_nowhere():
    """Discard what C++ code writes to file descriptor 2 meanwhile."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


with stderr_to_nowhere():
    import keras

__all__ = ["keras"]
