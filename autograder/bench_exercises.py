"""Exercises and classes made in code, to measure grading with."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import Course
from autograder.registration import register

CONFIG = """\
c = get_config()
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError('Your turn.')"}
c.Execute.timeout = 600
"""
Cells = dict[str, str]  # sources by grade id; those that begin with test_ are tests

# What a student's cells cost here, a second or so, is what most exercises' cost.
KERAS: Cells = {
    "setup": """\
import os
# nbgrader alone gives a cell 0 points for a line of TensorFlow's log.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
keras.utils.set_random_seed(0)
chance = np.random.default_rng(0)
images = chance.normal(size=(200, 16, 16, 1)).astype("float32")
labels = chance.integers(0, 4, size=200)
images[np.arange(200), labels * 4] += 3  # a bright row tells the class""",
    "build": """\
def build():
    return keras.Sequential([
        keras.Input((16, 16, 1)),
        keras.layers.Conv2D(8, 3, activation="relu", padding="same"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(4, activation="softmax"),
    ])""",
    "train": """\
def train(model):
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    return model.fit(images, labels, epochs=2, batch_size=50, verbose=0).history""",
    "test_shape": "model = build()\nassert model.output_shape == (None, 4)",
    "test_parameters": "assert build().count_params() == 80 + 4 * (8 * 8 * 8 + 1)",
    "test_train": """\
history = train(build())
assert len(history["loss"]) == 2
assert history["loss"][1] < history["loss"][0]""",
    "test_probabilities": """\
model = build()
sums = model.predict(images[:20], verbose=0).sum(axis=1)
assert np.allclose(sums, 1, atol=1e-4)""",
}
# Texts that some hand in in place of the solution's: not everyone has full marks.
KERAS_SLIPS = (
    ('"softmax"', '"relu"'),
    ("Conv2D(8, 3,", "Conv2D(8, 5,"),
    ("epochs=2", "epochs=3"),
)
LIGHT: Cells = {
    "setup": "import numpy as np",
    "mean": "def mean(x):\n    return np.sum(x) / len(x)",
    "test_mean": "assert mean([1, 2, 3]) == 2",
    "test_negative": "assert mean([-1, -2]) == -1.5",
}
LIGHT_SLIPS = (("/ len(x)", "// len(x)"),)


def make_class(
    folder: Path, name: str, cells: Cells, slips: tuple, students: range
) -> Course:
    """Make a repository with one exercise below `folder`, and a class of `students`.

    Texts that are handed in all differ, since equal ones are executed once. Every other
    student makes one of the `slips`: (text, what stands in its place).
    """
    source = folder / "repository" / "solutions" / name
    if not source.is_dir():
        source.mkdir(parents=True)
        (folder / "repository" / "nbgrader_config.py").write_text(CONFIG)
        nbformat.write(_solution(cells), source / f"{name}.ipynb")
        (folder / "class").mkdir()
    course = Course(folder / "class", folder / "repository")
    register(course, name)
    released = course.journal(name) / "release" / f"{name}.ipynb"
    for student in students:
        notebook = nbformat.read(released, as_version=4)
        for cell in notebook.cells:
            marks = cell.metadata.nbgrader
            if marks.solution:
                text = cells[marks.grade_id]
                if student % 2:
                    text = text.replace(*slips[student // 2 % len(slips)])
                cell.source = f"# by student {student}\n{text}"
        path = course.submission(f"s{student:03d}", name) / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return course


def _solution(cells: Cells) -> NotebookNode:
    """nbgrader's source of an exercise: a point for each test, the last one hidden."""
    notebook = new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    last = list(cells)[-1]
    for name, source in cells.items():
        test, solution = name.startswith("test_"), name not in ("setup",)
        solution = solution and not test
        if solution:
            source = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
        if name == last:
            source = f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
        marks = {
            "schema_version": 3,
            "grade_id": name,
            "grade": test,
            "solution": solution,
            "locked": not solution,
            "task": False,
        }
        if test:
            marks["points"] = 1
        cell = new_code_cell(source, id=name, metadata={"nbgrader": marks})
        notebook.cells.append(cell)
    return notebook
