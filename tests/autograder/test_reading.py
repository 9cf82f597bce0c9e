"""Files of all kinds: what is readable is read, the rest has a reason."""

import json
import os

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.reading import LARGEST, Unusable, choose, read

SOURCES = ["# Größe", "x = 'ß'\n\ny = 1"]


def notebook():
    return new_notebook(
        cells=[new_markdown_cell(SOURCES[0]), new_code_cell(SOURCES[1])]
    )


def saved(tmp_path, content, encoding="utf-8"):
    if not isinstance(content, str | bytes):
        content = json.dumps(content, ensure_ascii=False)
    path = tmp_path / "a.ipynb"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["the text was not UTF-8: read as UTF-16"]),
        ("utf-16-le", ["the text was not UTF-8: read as UTF-16-LE"]),
        ("utf-32", ["the text was not UTF-8: read as UTF-32"]),
        ("latin-1", ["the text was not UTF-8: read as Latin-1"]),
    ],
)
def test_encodings(tmp_path, encoding, said):
    made, repairs = read(saved(tmp_path, notebook(), encoding))
    assert [cell.source for cell in made.cells] == SOURCES
    assert repairs == said


def test_old_formats(tmp_path):
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title"},
        {
            "cell_type": "code",
            "input": ["a = 1\n", "b = 2"],
            "outputs": [],
            "language": "x",
        },
        {"cell_type": "html", "source": "<b>"},
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    made, _ = read(saved(tmp_path, old))
    assert [c.source for c in made.cells] == ["## Title", "a = 1\nb = 2", "<b>"]
    assert [c.cell_type for c in made.cells] == ["markdown", "code", "markdown"]
    for minor in range(5):
        old = {**notebook(), "nbformat_minor": minor}
        old["cells"] = [{k: v for k, v in c.items() if k != "id"} for c in old["cells"]]
        made, _ = read(saved(tmp_path, old))
        assert [cell.source for cell in made.cells] == SOURCES


def test_odd_cells(tmp_path):
    cells = [
        5,
        {},
        {"cell_type": "code", "source": 7},
        {"cell_type": "sql", "source": "a"},
    ]
    cells += [{"cell_type": "code", "source": ["a", 5, "b"], "metadata": [], "id": 3}]
    made, repairs = read(saved(tmp_path, {"cells": cells, "metadata": None}))
    assert [cell.source for cell in made.cells] == ["", "a", "ab"]
    assert repairs == ["left out what is no cell: 2 in the file"]


def test_half_a_character(tmp_path):
    text = json.dumps(notebook()).replace("x = ", "x = \\ud83d")
    made, repairs = read(saved(tmp_path, text))
    assert made.cells[1].source == SOURCES[1].replace("x = ", "x = \ufffd")
    assert "surrogate" in repairs[0]


UNREADABLE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n", "empty"),
    "half a file": (json.dumps(notebook())[:150].encode(), "not JSON"),
    "half a character": (json.dumps(notebook()).encode("utf-16")[:-3], "cut off"),
    "too deep": (b"[" * 100_000, "not JSON"),
    "a list": (b"[]", "no cells"),
    "no list of cells": (b'{"cells": {}}', "no cells"),
    "a zip": (b"PK\x03\x04", "not JSON"),
}


@pytest.mark.parametrize(
    ("content", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys()
)
def test_unreadable(tmp_path, content, reason):
    with pytest.raises(Unusable, match=reason):
        read(saved(tmp_path, content))


def test_too_large(tmp_path):
    """It isn't read: it might be larger than memory."""
    path = saved(tmp_path, notebook())
    os.truncate(path, LARGEST + 1)
    with pytest.raises(Unusable, match="too large"):
        read(path)


def test_links_and_folders(tmp_path):
    path = saved(tmp_path, notebook())
    (tmp_path / "b.ipynb").symlink_to(path)
    with pytest.raises(Unusable, match="is a link"):
        read(tmp_path / "b.ipynb")
    (tmp_path / "c.ipynb").mkdir()
    with pytest.raises(Unusable, match="no file"):
        read(tmp_path / "c.ipynb")


def test_names(tmp_path):
    def chosen(*there, expected=("a.ipynb",)):
        for path in tmp_path.iterdir():
            path.unlink()
        for name in there:
            (tmp_path / name).touch()
        found = choose(tmp_path, set(expected))
        return {name: path.name for name, path in found.items()}

    assert chosen("a.ipynb", "b.ipynb") == {"a.ipynb": "a.ipynb"}
    assert chosen("b.ipynb", ".c.ipynb") == {"a.ipynb": "b.ipynb"}
    with pytest.raises(Unusable, match=r"no a.ipynb, only b.ipynb, c.ipynb"):
        chosen("b.ipynb", "c.ipynb")
    with pytest.raises(Unusable, match=r"there is no a.ipynb"):
        chosen()
    both = ("a.ipynb", "z.ipynb")
    assert chosen("a.ipynb", "b.ipynb", expected=both) == {
        "a.ipynb": "a.ipynb",
        "z.ipynb": "b.ipynb",
    }
