"""Settings for all tests, also for the kernels and commands that they start."""

import os
import shutil
import sys
from pathlib import Path

import pytest

# No test downloads: without data of one's own, the stand-ins are used.
os.environ.setdefault("CNNLAB_DATA", "generated")
os.environ["MPLBACKEND"] = "Agg"  # pictures without a screen
# The commands of this environment, nbgrader among them, before any others.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, driven by Playwright."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium on the PATH: `apt-get install chromium` has it")
    from playwright.sync_api import sync_playwright  # most tests need no browser

    with sync_playwright() as playwright:
        # Without a sandbox of its own, since it opens our own pages only, as any user.
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        yield browser
        browser.close()
