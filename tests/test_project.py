"""What the files of the project promise each other: dependencies, arrows, no paths."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
BASE = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [
    Requirement(line)
    for lines in PROJECT["optional-dependencies"].values()
    for line in lines
]
LOCK = (ROOT / "requirements.lock").read_text()
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"(?P<via>(?:    #.*\n)*)",
    flags=re.M,
)
PINS = [match.groupdict() for match in PIN.finditer(LOCK)]
OURS = {"autograder", "cnnlab", "data", "lectures", "solutions", "exercises", "tests"}


def name_of(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


# --- dependencies --------------------------------------------------------------------


@pytest.mark.parametrize("requirement", BASE + EXTRAS, ids=str)
def test_each_dependency_is_locked_within_its_bounds(requirement):
    pins = [p for p in PINS if canonicalize_name(p["name"]) == name_of(requirement)]
    assert pins, f"{requirement} is not in requirements.lock"
    for pin in pins:
        assert requirement.specifier.contains(pin["version"]), pin["version"]
        assert "cnnlab (pyproject.toml)" in pin["via"]


def test_lock_has_no_dependency_that_pyproject_lacks():
    direct = {p["name"] for p in PINS if "cnnlab (pyproject.toml)" in p["via"]}
    assert direct == {name_of(requirement) for requirement in BASE + EXTRAS}


def test_every_line_of_the_lock_is_a_pin_with_hashes():
    assert len(PINS) > 100
    rest = PIN.sub("", LOCK)
    assert [line for line in rest.splitlines() if line.strip()] == []


def test_lock_names_no_address():
    assert "://" not in LOCK
    assert "--index" not in LOCK
    assert "--find-links" not in LOCK


def test_a_name_is_locked_twice_only_for_different_places():
    seen = {}
    for pin in PINS:
        seen.setdefault(canonicalize_name(pin["name"]), []).append(pin["marker"])
    for name, markers in seen.items():
        assert len(markers) == len(set(markers)), name
        assert len(markers) == 1 or None not in markers, name


def test_conda_environment_is_in_step():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    conda = [d for d in environment["dependencies"] if isinstance(d, str)]
    (python,) = [d for d in conda if d.startswith("python=")]
    version = python.removeprefix("python=").removesuffix(".*")
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0")
    assert sorted(conda) == ["pip", python]
    (pip,) = [d for d in environment["dependencies"] if isinstance(d, dict)]
    assert pip == {"pip": ["-r requirements.lock"]}


def test_binder_installs_the_lock():
    """Binder reads its own folder, and so not environment.yml: the same comes of it."""
    folder = ROOT / ".binder"
    lines = (folder / "requirements.txt").read_text().splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    option, name = line.split()
    assert option == "-r"
    assert (folder / name).resolve() == ROOT / "requirements.lock"
    runtime = (folder / "runtime.txt").read_text().strip()
    version = runtime.removeprefix("python-")
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert f"python={version}" in environment["dependencies"]
    script = folder / "postBuild"
    assert os.access(script, os.X_OK), "Binder runs it only if it may be run"
    subprocess.run(["bash", "-n", script], check=True)
    last = script.read_text().splitlines()[-1]
    assert last == "pip install --no-cache-dir --no-deps --editable ."


def test_codespaces_sets_up_what_the_makefile_does():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    version = container["image"].rpartition(":")[2]
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0")
    program, target = container["postCreateCommand"].split()
    asked = [program, "--dry-run", "--always-make", target]
    steps = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert "uv pip sync" in steps.stdout, steps.stderr
    vscode = container["customizations"]["vscode"]
    python = vscode["settings"]["python.defaultInterpreterPath"]
    folder = python.removeprefix("${containerWorkspaceFolder}/").split("/")[0]
    assert folder == target.split("/")[0]
    for name in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / name).is_file()
    assert container["forwardPorts"] == [8888]  # JupyterLab's, unless it is taken


def test_light_notebooks_and_no_others_have_a_link_to_binder():
    light = PYPROJECT["tool"]["cnnlab"]["binder"]["numbers"]
    links = re.findall(r"mybinder\.org/v2/\S+=lab/tree/(\S+?)\)", README)
    stems = sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))
    wanted = [stem for stem in stems if stem[:2] in light]
    assert len(wanted) == len(light)
    lectures = [f"lectures/{stem}.ipynb" for stem in wanted]
    assert set(links) == {*lectures, *(f"exercises/{s}/{s}.ipynb" for s in wanted)}
    assert all((ROOT / link).is_file() for link in links)


def test_makefile_asks_for_the_same_pythons():
    (low, high) = re.search(
        r"not \(3, (\d+)\) <= sys.version_info\[:2\] < \(3, (\d+)\)",
        MAKEFILE,
    ).groups()
    assert PROJECT["requires-python"] == f">=3.{low},<3.{high}"


def test_colab_has_what_the_notebooks_need():
    """Nothing may be reinstalled on Colab, so each lower bound admits what it has."""
    colab = PYPROJECT["tool"]["cnnlab"]["colab"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(f"{colab['python']}.0")
    for requirement in BASE:
        assert requirement.specifier.contains(colab[name_of(requirement)]), requirement


def test_colabs_packages_are_resolved_from_its_versions():
    """`python -m tests.colab.machine` writes them."""
    colab = PYPROJECT["tool"]["cnnlab"]["colab"]
    listed = (ROOT / "tests" / "colab" / "requirements.txt").read_text()
    pinned = dict(
        re.fullmatch(r"([\w.-]+)==([\w.]+)(?: ; .+)?", line).groups()
        for line in listed.splitlines()
    )
    for name, version in colab.items():
        assert name == "python" or pinned[name] == version, name
    assert {"nbgrader", "cnnlab"}.isdisjoint(pinned)


def test_tests_that_share_a_fixture_run_in_the_same_process(tmp_path):
    """With the options of `make test`; else what they share is made in each."""
    (tmp_path / "test_groups.py").write_text("""\
import pytest

@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in "abcd"]
)
def test_place(turn, name, worker_id):
    with open(name, "a") as file:
        file.write(worker_id + "\\n")
""")
    options = re.search(r"^PYTEST := pytest (.*)$", MAKEFILE, re.M)[1].split()
    subprocess.run([sys.executable, "-m", "pytest", *options], check=True, cwd=tmp_path)
    for name in "abcd":
        workers = (tmp_path / name).read_text().split()
        assert len(workers) == 4
        assert len(set(workers)) == 1, f"{name} ran in {set(workers)}"


# --- arrows --------------------------------------------------------------------------


def imports(source: str) -> set[str]:
    """Dotted names of the modules that a program imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where an arrow leads"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> dict[str, set[str]]:
    """What each program of a room imports."""
    found = {
        str(path.relative_to(ROOT)): imports(path.read_text())
        for path in (ROOT / name).rglob("*.py")
    }
    assert found, f"{name}/ has no program"
    return found


def ours(modules: set[str]) -> set[str]:
    return {module for module in modules if module.split(".")[0] in OURS}


def within(module: str, *packages: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def test_data_imports_only_itself():
    for path, modules in room("data").items():
        assert all(within(module, "cnnlab.data") for module in ours(modules)), path


def test_cnnlab_imports_only_itself_and_data():
    for path, modules in room("cnnlab").items():
        assert all(within(module, "cnnlab") for module in ours(modules)), path


def test_autograder_imports_no_notebook_and_no_data():
    for path, modules in room("autograder").items():
        for module in ours(modules):
            assert within(module, "autograder", "cnnlab"), path
            assert not within(module, "cnnlab.data"), path


def test_nothing_but_its_own_imports_autograder():
    for path in ROOT.glob("*.py"):
        if path.name != "nbgrader_config.py":
            assert not any(
                within(module, "autograder") for module in imports(path.read_text())
            ), path
    # data and cnnlab: above; notebooks: below.


LIBRARIES = {
    *("cnnlab", "keras", "matplotlib", "numpy", "scipy", "skimage", "sklearn"),
    "tensorflow",
}


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for name in ("lectures", "solutions", "exercises")
        for path in (ROOT / name).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    ),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_notebooks_import_the_course_and_its_libraries(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            for module in imports(cell.source):
                first = module.split(".")[0]
                assert first in LIBRARIES | sys.stdlib_module_names, cell.id


# --- nothing of one machine ----------------------------------------------------------


def text_files() -> list[Path]:
    """What git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not is_binary(path)]


def is_binary(path: Path) -> bool:
    return b"\0" in path.read_bytes()[:8192]


# Put together here, so that this file holds none of them.
NEEDLES = [
    *(f"/{folder}/" for folder in ("work", "root")),
    *(f"{site}.org" for site in ("pypi", "pythonhosted")),
    "://" + "localhost",
]
INDEX = re.compile(r"https?:" + r"//\S+/" + r"simple\b")


def test_no_file_names_a_folder_or_an_index_of_one_machine():
    files = text_files()
    assert ROOT / "pyproject.toml" in files
    for path in files:
        text = path.read_text(errors="replace")
        found = [needle for needle in NEEDLES if needle in text]
        assert not found, f"{path.relative_to(ROOT)} names {found}"
        assert not INDEX.search(text), f"{path.relative_to(ROOT)} names an index"
