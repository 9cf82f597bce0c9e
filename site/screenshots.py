"""Make the README's pictures of JupyterLab and nbgrader from a class in a browser.

    python site/screenshots.py                  # about three minutes

runs tests/test_classroom.py, which needs chromium and drives it through a class, and
writes three of the pictures that it leaves to site/pictures/.
"""

import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
MADE = ROOT / "build" / "classroom"
PICTURES = Path(__file__).resolve().parent / "pictures"
NAMES = {
    "lecture": "lecture",
    "overview": "formgrader",
    "21_feedback_of_a_test": "feedback",
}
LARGEST = 150_000  # bytes: a README is read on telephones


def main() -> None:
    test = ROOT / "tests" / "test_classroom.py"
    subprocess.run([sys.executable, "-m", "pytest", "-q", test], cwd=ROOT, check=True)
    PICTURES.mkdir(exist_ok=True)
    for made, name in NAMES.items():
        path = PICTURES / f"{name}.png"
        # 128 colours are all that pages of text and line charts show.
        picture = Image.open(MADE / f"{made}.png").convert("RGB").quantize(128)
        picture.save(path, optimize=True)
        size = path.stat().st_size
        assert size <= LARGEST, f"{path}: {size:,} bytes"
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")


if __name__ == "__main__":
    main()
