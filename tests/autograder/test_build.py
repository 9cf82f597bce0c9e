"""exercises/ is what nbgrader makes of solutions/, and drift of any kind is noticed."""

import shutil
import subprocess

import nbformat
import pytest

from autograder import cli
from autograder.build import build, release
from autograder.notebooks import ROOT, canonical, grading, read, text

EXERCISE = "06_fashion_mnist"
PLACE = f"{EXERCISE}/{EXERCISE}.ipynb"
COPIED = ("nbgrader_config.py", "pyproject.toml", "README.md")


@pytest.fixture(scope="module")
def in_step(tmp_path_factory):
    """What `autograder build` reads and writes, of two numbers, which is quick."""
    folder = tmp_path_factory.mktemp("in_step")
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    for room in ("lectures", "solutions"):
        for number in ("01", EXERCISE[:2]):
            for path in ROOT.glob(f"{room}/**/{number}_*.ipynb"):
                target = folder / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    assert build(folder) == 0
    for path in folder.glob("exercises/*/*.ipynb"):
        assert path.read_bytes() == (ROOT / path.relative_to(folder)).read_bytes()
    return folder


@pytest.fixture
def tree(tmp_path, in_step):
    """A copy of it."""
    return shutil.copytree(in_step, tmp_path / "tree")


def files(tree) -> dict[str, bytes]:
    """All files of the tree but those that nbgrader needs while it runs."""
    return {
        str(path.relative_to(tree)): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file() and "grading" not in path.parts
    }


def edit(path, change) -> None:
    """Change a notebook's file through `change(notebook)`."""
    notebook = read(path)
    change(notebook)
    path.write_text(text(notebook))


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def replace(name, old, new):
    def change(notebook):
        found = cell(notebook, name)
        assert old in found.source
        found.source = found.source.replace(old, new)

    return change


# --- in step -------------------------------------------------------------------------


def test_repository_is_in_step(capsys):
    assert cli.main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "All notebooks are in step.\n"


def test_check_writes_nothing_where_all_is_well(tree):
    before = files(tree)
    assert build(tree, check=True) == 0
    assert files(tree) == before


def test_build_from_nothing_is_complete(tree):
    """One run without exercises/ gives what many would."""
    wanted = files(tree)
    shutil.rmtree(tree / "exercises")
    readme = (tree / "README.md").read_text()
    head, rest = readme.split("<!-- lectures -->")
    foot = rest.split("<!-- /lectures -->")[1]
    (tree / "README.md").write_text(
        f"{head}<!-- lectures -->\n<!-- /lectures -->{foot}"
    )
    assert build(tree) == 0
    assert files(tree) == wanted
    assert build(tree, check=True) == 0


# --- drift ---------------------------------------------------------------------------


def stale_release(tree):
    """The solution went on, its release did not."""
    edit(tree / "solutions" / PLACE, replace("task_1", "points)", "little points)"))


def edited_release(tree):
    edit(tree / "exercises" / PLACE, replace("task_1", "points)", "little points)"))


def missing_release(tree):
    (tree / "exercises" / PLACE).unlink()


def orphan(tree):
    path = tree / "exercises" / "99_gone" / "99_gone.ipynb"
    path.parent.mkdir()
    shutil.copy(tree / "exercises" / PLACE, path)


def stray_notebook(tree):
    path = tree / "exercises" / EXERCISE / "Untitled.ipynb"
    shutil.copy(tree / "exercises" / PLACE, path)


def output_in_lecture(tree):
    def run(notebook):
        code = next(c for c in notebook.cells if c.cell_type == "code")
        code.outputs = [nbformat.v4.new_output("stream", text="hello")]

    edit(next((tree / "lectures").glob("*.ipynb")), run)


def count_in_solution(tree):
    def run(notebook):
        cell(notebook, "preprocess").execution_count = 3

    edit(tree / "solutions" / PLACE, run)


def metadata_in_lecture(tree):
    def colab(notebook):
        notebook.cells[0].metadata["id"] = "xYz"

    edit(next((tree / "lectures").glob("*.ipynb")), colab)


def old_setup_cell(tree):
    edit(tree / "solutions" / PLACE, replace("setup", "seed(0)", "seed(1)"))


def other_repository(tree):
    path = tree / "pyproject.toml"
    path.write_text(path.read_text().replace("github.com/", "github.com/fork-of-"))


def table_in_readme(tree):
    path = tree / "README.md"
    path.write_text(path.read_text().replace("| lecture |", "| no lecture |"))


DRIFT = {
    stale_release: f"exercises/{PLACE}",
    edited_release: f"exercises/{PLACE}",
    missing_release: f"exercises/{PLACE}",
    orphan: "exercises/99_gone/99_gone.ipynb",
    stray_notebook: f"exercises/{EXERCISE}/Untitled.ipynb",
    output_in_lecture: "lectures/",
    count_in_solution: f"solutions/{PLACE}",
    metadata_in_lecture: "lectures/",
    old_setup_cell: f"solutions/{PLACE}",
    other_repository: "lectures/",
    table_in_readme: "README.md",
}


@pytest.mark.parametrize("drift", DRIFT, ids=lambda drift: drift.__name__)
def test_drift_is_noticed_and_mended(tree, drift, capsys):
    drift(tree)
    before = files(tree)
    assert build(tree, check=True) == 1
    assert DRIFT[drift] in capsys.readouterr().err
    assert files(tree) == before, "--check wrote something"
    assert build(tree) == 0
    assert build(tree, check=True) == 0


def test_refused_test_cell(tree, capsys):
    """A test cell that breaks a rule fails the check, and nothing is built from it."""
    edit(
        tree / "solutions" / PLACE,
        replace("test_model_shape", "checks.keras", "import os\nchecks.keras"),
    )
    before = files(tree)
    for check in (True, False):
        assert build(tree, check) == 1
        said = capsys.readouterr().err
        assert f"solutions/{PLACE}: cell test_model_shape, line 2: " in said
        assert files(tree) == before


def test_command_exits_as_build_says(tree, monkeypatch):
    monkeypatch.setattr("autograder.build.ROOT", tree)
    assert cli.main(["build", "--check"]) == 0
    stale_release(tree)
    assert cli.main(["build", "--check"]) == 1
    assert cli.main(["build"]) == 0
    assert cli.main(["build", "--check"]) == 0


# --- the release ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def source():
    return canonical(read(ROOT / "solutions" / PLACE), f"exercises/{PLACE}")


def test_solutions_and_hidden_tests_are_gone(source):
    made = release(source)
    written = text(made)
    for mark in ("SOLUTION", "HIDDEN TESTS"):
        assert f"BEGIN {mark}" in text(source)
        assert mark not in written
    # No line that only a solution or a hidden test has is left.
    secret, public, hidden = set(), set(), False
    for line in "\n".join(cell.source for cell in source.cells).splitlines():
        hidden = hidden or "### BEGIN" in line
        (secret if hidden else public).add(line.strip())
        hidden = hidden and "### END" not in line
    left = {line.strip() for cell in made.cells for line in cell.source.splitlines()}
    assert len(secret - public) > 50
    assert not left & (secret - public)


def test_every_solution_cell_has_a_stub(source):
    for before, after in zip(source.cells, release(source).cells, strict=True):
        assert after.id == before.id
        about, was = grading(after), grading(before)
        assert {k: about.get(k) for k in was} == was  # checksum is added, all else kept
        stubs = before.source.count("BEGIN SOLUTION")
        raised = 'raise NotImplementedError("Your turn' in after.source
        assert stubs == 0 or raised or "YOUR CODE" in after.source
        if was.get("locked"):
            assert about["checksum"]


def test_same_bytes_as_nbgrader(tree):
    """`nbgrader generate_assignment` with our configuration writes our exercises/."""
    shutil.rmtree(tree / "exercises")
    done = subprocess.run(
        ["nbgrader", "generate_assignment", EXERCISE],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    made = (tree / "exercises" / PLACE).read_bytes()
    assert made == (ROOT / "exercises" / PLACE).read_bytes()
