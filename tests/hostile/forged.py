"""Files that are not what was released: forged by a cheat, or damaged by an accident.

Each function gets a path with a notebook as released, its solution right or wrong, and
changes it. The first line of its docstring: what it scores of 5, and why.
"""

import gzip
import json
import os
import shutil
from pathlib import Path

from tests.autograder.tiny import RIGHT

WRONG = "def double(x):\n    return 5"
FORGED = []  # the functions
NUMBER = {"output_type": "execute_result", "data": {"text/plain": "2.0"}}


def forged(change):
    """Have the function change a notebook that is read and written for it."""

    def over(path: Path) -> None:
        content = json.loads(path.read_text())
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"])
        change(content)
        path.write_text(json.dumps(content))

    over.__name__, over.__doc__ = change.__name__, change.__doc__
    FORGED.append(over)
    return over


def damaged(change):
    """Have the function change the file."""
    FORGED.append(change)
    return change


def cells(content: dict) -> dict[str, dict]:
    return {c["metadata"]["nbgrader"]["grade_id"]: c for c in coded(content)}


def coded(content: dict) -> list[dict]:
    return [c for c in content["cells"] if "nbgrader" in c["metadata"]]


def code(source: str, **metadata) -> dict:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


# --- Marks that nbgrader goes by ------------------------------------------------------


@forged
def more_points(content):
    """0: points are those of the release."""
    for cell in coded(content):
        cell["metadata"]["nbgrader"] |= {"points": 1000}


@forged
def own_tests(content):
    """0: tests are those of the release."""
    for name, cell in cells(content).items():
        if name.startswith("test"):
            cell["metadata"]["nbgrader"] |= {"locked": False, "solution": True}
            cell["source"] = "2.0"


@forged
def tests_as_text(content):
    """0: tests are those of the release."""
    for name, cell in cells(content).items():
        if name.startswith("test"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]


@forged
def tests_as_text_by_accident(content):
    """5: tests are those of the release."""
    for cell in content["cells"]:
        cell["cell_type"] = "raw"


@forged
def a_test_of_its_own(content):
    """0: there are no tests but those of the release."""
    mark = {"grade": True, "solution": False, "locked": True, "task": False}
    mark |= {"schema_version": 3, "grade_id": "test_bonus", "points": 5}
    content["cells"].append(code("5.0", nbgrader=mark))


@forged
def tests_twice(content):
    """0: tests are those of the release, once."""
    (test,) = [cells(content)["test_double"]]
    content["cells"] += [test | {"source": "2.0"}] * 3


@forged
def tests_before_the_work(content):
    """0: tests stand where the release has them."""
    content["cells"].insert(0, code("double = lambda x: 2 * x"))
    content["cells"].append(content["cells"].pop(1))


@forged
def tags(content):
    """0: tags are not looked at."""
    for cell in content["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
        cell["metadata"] |= {"editable": False, "deletable": False, "frozen": True}


@forged
def results(content):
    """0: what was put out before is dropped."""
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [NUMBER | {"metadata": {}, "execution_count": 5}]
            cell["execution_count"] = 5


@forged
def grades(content):
    """0: grades are taken from nowhere but the tests."""
    for cell in coded(content):
        cell["metadata"]["nbgrader"] |= {
            "score": 5,
            "auto_score": 5,
            "manual_score": 5,
            "extra_credit": 5,
            "checksum": "0",
            "cell_type": "code",
        }
    content["metadata"] |= {"score": 5, "nbgrader": {"score": 5}}


@forged
def old_marks(content):
    """5: the release's marks count."""
    for cell in coded(content):
        cell["metadata"]["nbgrader"]["schema_version"] = 1


@forged
def marks_of_the_future(content):
    """5: the release's marks count."""
    for cell in coded(content):
        cell["metadata"]["nbgrader"] |= {"schema_version": 99, "grade_id": [1, {}]}


@forged
def marks_of_no_type(content):
    """5: what is no mark is none."""
    for cell, mark in zip(coded(content), [5, [], "x", None, {}, 1.5], strict=True):
        cell["metadata"]["nbgrader"] = mark
        cell["id"] = "lost"


@forged
def another_kernel(content):
    """5: the kernel is the engine's."""
    content["metadata"]["kernelspec"] = {"name": "bash; rm -rf x", "language": "R"}
    content["metadata"]["language_info"] = {"name": "julia", "file_extension": "../x"}


@forged
def no_metadata(content):
    """5: cells are known by their text."""
    content["metadata"] = None
    for cell in content["cells"]:
        cell["metadata"] = None
        cell.pop("id", None)


# --- Cells moved ----------------------------------------------------------------------


@forged
def reversed_cells(content):
    """5: cells stand where the release has them."""
    content["cells"].reverse()


@forged
def one_cell(content):
    """5: what was merged is taken apart."""
    text = "\n\n".join(c["source"] for c in content["cells"][1:-1])
    content["cells"] = [code(text)]


@forged
def split_cells(content):
    """5: what was split is joined."""
    (double,) = [cells(content)["double"]]
    place = content["cells"].index(double)
    first, rest = double["source"].split("\n", 1)
    content["cells"][place : place + 1] = [code(first), code(rest)]


@forged
def each_cell_twice(content):
    """5: copies are known."""
    content["cells"] = [c for cell in content["cells"] for c in (cell, dict(cell))]


@forged
def only_the_work(content):
    """5: the rest is as released."""
    content["cells"] = [code(RIGHT["double"])]


@forged
def extra_cells(content):
    """5: helper cells are kept."""
    extra = [code("1 / 0"), code("%%bash\nexit 1"), code("def"), code("?double")]
    for cell in extra:
        content["cells"].insert(3, cell)


@forged
def ten_thousand_cells(content):
    """5: it takes no longer than their number asks for."""
    content["cells"][4:4] = [code(f"x{n} = {n}") for n in range(150)]
    content["cells"][4:4] = [
        {"cell_type": "markdown", "metadata": {}, "source": f"*{n}*"}
        for n in range(10_000)
    ]


@forged
def a_megabyte_of_text(content):
    """5: it takes no longer than its length asks for."""
    text = {"cell_type": "markdown", "metadata": {}}
    content["cells"] += [
        code("# " + "x" * 2_000_000),
        text | {"source": "y " * 500_000},
    ]


@forged
def hopeless_text(content):
    """5: it is shown, or not, in a time that does not hold up the others."""
    for source in (
        "[" * 20_000,
        "*a **b " * 8_000,
        "<" * 20_000,
        "> " * 3_000 + "x",
        "`" * 20_001,
        "$" * 20_001,
        "![](" * 8_000,
        "<!--" * 8_000,
        "|a" * 8_000 + "\n" + "|-" * 8_000,
        "\\" * 20_001,
        "- " * 2_000 + "x",
    ):
        cell = {"cell_type": "markdown", "metadata": {}, "source": source}
        content["cells"].append(cell)
    content["cells"].append(code("'''" + '\\"' * 20_000))


@forged
def scripts(content):
    """5: text of templates is text."""
    text = "<script>alert(1)</script> {{ 7 * 7 }} {% for x in y %} ![x](/etc/passwd)"
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    content["cells"].append(cell)
    content["cells"].append({**cell, "attachments": {"../../x": {"image/png": "!"}}})


# --- Files ----------------------------------------------------------------------------


@damaged
def windows_lines(path):
    """5: it is JSON all the same."""
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@damaged
def latin_letters(path):
    """5: its encoding is found out."""
    text = path.read_text().replace("def double", "# f\\u00fcr zwei\\ndef double")
    content = json.loads(text)
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode("latin-1"))


@damaged
def no_numbers(path):
    """5: what is no JSON but read as such is no matter."""
    path.write_text(path.read_text().replace("{", '{"nan": NaN, "big": 1e999,', 1))


@damaged
def another_kind(path):
    """0: not graded: it is not JSON."""
    path.write_bytes(gzip.compress(path.read_bytes()))


@damaged
def cut_off(path):
    """0: not graded: it is not JSON."""
    path.write_text(path.read_text()[:-200])


@damaged
def nothing_but_null(path):
    """0: not graded: there are no cells in it."""
    path.write_text("null")


@damaged
def nested_json(path):
    """0: not graded: it is not JSON."""
    path.write_text('{"cells":' + "[" * 1_000_000)


@damaged
def a_folder(path):
    """0: not graded: it is no file."""
    path.unlink()
    path.mkdir()
    (path / path.name).write_text("{}")


@damaged
def a_pipe(path):
    """0: not graded: it is no file."""
    path.unlink()
    os.mkfifo(path)


@damaged
def a_link_to_a_device(path):
    """0: not graded: it is a link."""
    path.unlink()
    path.symlink_to("/dev/zero")


@damaged
def a_link_to_the_solution(path):
    """0: not graded: it is a link."""
    path.unlink()
    (solution,) = path.parents[4].glob("repository/solutions/*/*.ipynb")
    path.symlink_to(solution)


@damaged
def a_folder_of_anothers(path):
    """0: not graded: its folder is a link."""
    shutil.rmtree(path.parent)
    path.parent.symlink_to(f"../a_honest/{path.parent.name}")


@damaged
def a_notebook_without_end(path):
    """0: not graded: it is too large."""
    os.truncate(path, 40 << 30)


@damaged
def files_without_end(path):
    """0: not graded: its files are too large."""
    (path.parent / "data.bin").touch()
    os.truncate(path.parent / "data.bin", 40 << 30)


@damaged
def links_beside(path):
    """5: links are left out."""
    for name, target in (("root", "/"), ("me", "."), ("shadow", "/etc/shadow")):
        (path.parent / name).symlink_to(target)
    os.mkfifo(path.parent / "numbers.fifo")


@damaged
def modules_beside(path):
    """5: a file of the student's is no module of the engine's."""
    for name in ("autograder", "numpy", "json", "sitecustomize", "IPython", "asyncio"):
        (path.parent / f"{name}.py").write_text("import os\nos._exit(0)")
    (path.parent / "matplotlibrc").write_text("backend: no_such")
    (path.parent / "pyvenv.cfg").write_text("home = /nowhere")


@damaged
def other_numbers(path):
    """5: tests read the files that were released."""
    (path.parent / "numbers.txt").write_text("4 5 6\n")


@damaged
def a_folder_for_a_file(path):
    """0: not graded: Is a directory."""
    (path.parent / "numbers.txt").mkdir()
    (path.parent / "numbers.txt" / "x").write_text("4 5 6\n")


@damaged
def odd_names_beside(path):
    """5: a file's name is no matter."""
    for name in (b"a\nb", b"\xff\xfe", "ü" * 120, "-rf", "$(x)", "a'b\"c", "%s", "*"):
        name = name if isinstance(name, bytes) else name.encode()
        Path(os.fsdecode(os.path.join(os.fsencode(path.parent), name))).write_text("x")


@damaged
def two_notebooks(path):
    """5: the one of the right name counts."""
    shutil.copy(path, path.with_name("Copy of it.ipynb"))
    path.with_name("another.ipynb").write_text("{")


@damaged
def two_of_other_names(path):
    """0: not graded: there is no 01_tiny.ipynb, only a.ipynb, b.ipynb."""
    shutil.copy(path, path.with_name("a.ipynb"))
    path.rename(path.with_name("b.ipynb"))


@damaged
def in_a_folder_too_deep(path):
    """0: not graded: there is no 01_tiny.ipynb."""
    (path.parent / "Downloads").mkdir()
    path.rename(path.parent / "Downloads" / path.name)


# Names of students, as an archive may hold them.
STUDENTS = (
    " a b ",
    "-rf",
    "--help",
    "Zoë Größe",
    "学生",
    "[1-9]*?",
    "a'b\"c;--",
    "%s{0}{x}",
    "$HOME`x`",
    "~",
    "new\nline",
    "x" * 250,
    "é" * 120,
    "null",
    "a&b<i>c",
    "back\\slash",
)
