"""How Sphinx makes the book; `make site` gives it the pages (build.py)."""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
_project = _pyproject["project"]
_for_binder = tuple(_pyproject["tool"]["cnnlab"]["binder"]["numbers"])

project = "cnnlab"
author = "the authors of cnnlab"
copyright = "the authors of cnnlab. Texts and pictures: CC BY 4.0. Code: MIT"
language = "en"
version = release = _project["version"]
extensions = ["myst_nb", "sphinx-mathjax-offline"]

# Notebooks come executed; formulas are written as on the board.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # sliders need a kernel: a page has their still
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3

html_theme = "sphinx_book_theme"
html_title = "cnnlab"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "repository_url": _project["urls"]["repository"],
    "repository_branch": "main",
    "path_to_docs": "",
    "use_repository_button": True,
    "use_download_button": False,
    "launch_buttons": {
        "notebook_interface": "jupyterlab",
        "colab_url": "https://colab.research.google.com",
        "binderhub_url": "https://mybinder.org",
    },
    "show_toc_level": 2,
    # Colours that stay legible for most readers, in light and in dark.
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
sys.dont_write_bytecode = True


def setup(app):
    """Called by Sphinx. After the theme (500) has put its buttons."""
    app.connect("html-page-context", _no_binder_where_heavy, priority=900)


def _no_binder_where_heavy(app, pagename, templatename, context, doctree):
    """Take the button for Binder from the pages of notebooks that are too heavy."""
    if not pagename.rpartition("/")[2].startswith(_for_binder):
        for group in context.get("header_buttons", []):
            if group.get("label") == "launch-buttons":
                group["buttons"] = [
                    button for button in group["buttons"] if button["text"] != "Binder"
                ]
