"""Settings for all tests, also for the kernels and commands that they start."""

import os
import sys
from pathlib import Path

# No test downloads: without data of one's own, the stand-ins are used.
os.environ.setdefault("CNNLAB_DATA", "generated")
os.environ["MPLBACKEND"] = "Agg"  # pictures without a screen
# The commands of this environment, nbgrader among them, before any others.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
