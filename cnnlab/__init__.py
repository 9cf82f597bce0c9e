"""What the notebooks of this course import: data, pictures and checks."""

import os

# TensorFlow then logs errors only; it reads the variable once, when it is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
