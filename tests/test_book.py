"""The book is built without a warning; a browser finds its pages whole and legible."""

import functools
import http.server
import subprocess
import sys
import threading
import tomllib

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.book import build

ROOT, PAGES = build.ROOT, build.BUILD / "html"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LIGHT = PYPROJECT["tool"]["cnnlab"]["binder"]["numbers"]

PAGE_MILLISECONDS = 120_000  # on a machine that does other things too
# The two schemes differ in nothing but colours: in the dark, axe looks at these only.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
RULES = {"light": None, "dark": OF_COLOURS}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("book"),  # built once
]


@pytest.fixture(scope="module")
def address():
    """Where the book is served, once it has been built."""
    command = [sys.executable, build.HERE / "build.py"]
    subprocess.run(command, check=True)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=PAGES)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_every_notebook_has_its_page(address):
    notebooks = [*ROOT.glob("lectures/*.ipynb")]
    notebooks += ROOT.glob("exercises/*/*.ipynb")
    for path in notebooks:
        page = (PAGES / path.relative_to(build.ROOT)).with_suffix(".html")
        assert page.exists(), page
        link = f"/main?urlpath=lab/tree/{path.relative_to(ROOT)}"
        assert (link in page.read_text()) == (path.name[:2] in LIGHT), "to Binder"
    for page in PAGES.rglob("*.html"):
        assert "BEGIN SOLUTION" not in page.read_text(), page


@pytest.mark.parametrize("scheme", RULES)
def test_nothing_bars_a_reader(address, browser, scheme):
    """Nothing serious or critical by axe, no request to elsewhere, alt texts."""
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page, asked, errors = context.new_page(), [], []
    page.set_default_timeout(PAGE_MILLISECONDS)
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    found = []
    # In _static the theme has templates of its own, which are no pages.
    paths = [p for p in sorted(PAGES.rglob("*.html")) if "_static" not in p.parts]
    for path in paths:
        name = path.relative_to(PAGES)
        page.goto(f"{address}{name}")  # waits until it is loaded
        page.evaluate("async () => { await window.MathJax?.startup?.promise; }")
        result = Axe().run(page, options=RULES[scheme]).response
        assert result["passes"], name  # it looked
        for violation in result["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = violation["nodes"][0]["html"]
                found.append(f"{name}: {violation['id']}: {where}")
        bare = page.locator("img:not([alt])").count()
        assert bare == 0, f"{name}: {bare} pictures without alt text"
    assert not found, "\n".join(found)
    assert not errors
    elsewhere = {
        url for url in asked if not url.startswith((address, "data:", "blob:"))
    }
    assert not elsewhere
    assert len(paths) >= 26
    context.close()


def test_search_finds(address, browser):
    page = browser.new_page()
    page.goto(f"{address}search.html?q=checkerboard")
    page.wait_for_selector("#search-results ul.search li a")
    assert page.locator("#search-results a", has_text="U-Net").count()
    page.close()
