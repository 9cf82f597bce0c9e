"""The functions that a notebook defines in view, for tests to call.

    lecture = definitions("lectures/03_convolution_arithmetic.ipynb", "output_size")
    assert lecture["output_size"](5, 3) == 3

Of each named cell, and of the setup cell before it, only the imports and the function
definitions are run: no kernel, no data, no pictures, and no waiting for them.
"""

import ast
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef)


def definitions(notebook: str | Path, *cell_ids: str, **given) -> dict[str, object]:
    """Run the imports and function definitions of some cells; return the names.

    `notebook` is a path from the repository's root; the cells are run in the order
    given, after the setup cell where there is one. `given` are names that the
    functions read and that no definition makes, such as constants. Raises KeyError for
    a cell that is not there, ValueError for one that defines no function.
    """
    cells = {
        cell.id: cell.source
        for cell in nbformat.read(ROOT / notebook, as_version=4).cells
        if cell.cell_type == "code"
    }
    unknown = [cell_id for cell_id in cell_ids if cell_id not in cells]
    if unknown:
        raise KeyError(f"{notebook} has no code cell {', '.join(unknown)}")
    names = dict(given)
    if "setup" in cells:
        _run(cells["setup"], f"{notebook}: setup", names)
    for cell_id in cell_ids:
        defined = _run(cells[cell_id], f"{notebook}: {cell_id}", names)
        if not defined:
            raise ValueError(f"{notebook}: the cell {cell_id} defines no function")
    return names


def _run(source: str, where: str, names: dict[str, object]) -> list[str]:
    """Run what is kept of a cell into `names`; return the functions' names."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if isinstance(node, KEPT)]
    exec(compile(tree, where, "exec"), names)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
