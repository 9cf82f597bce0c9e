"""Damaged notebooks are rebuilt: each solution in its place, nobody's in another's.

The fuzzer damages the prepared correct submissions of every exercise in ways that
editors, Colab and careless hands do, and compares the solution cells that come out with
those of the undamaged notebook. `python -m tests.autograder.test_reassemble` prints how
many are restored by each kind of damage.
"""

import ast
import copy
import random
import re
import time
from collections import Counter
from functools import cache

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.notebooks import ROOT, grading, is_locked, is_solution, is_test, read
from autograder.prepared import Prepared, make_submission, read_prepared
from autograder.reading import Unusable
from autograder.reassemble import reassemble

ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").iterdir())
ROUNDS = 40  # damaged versions of each submission


@cache
def honest(assignment):
    """The release, and the notebooks of its correct submissions."""
    release = read(ROOT / "exercises" / assignment / f"{assignment}.ipynb")
    solution = read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    folder = ROOT / "tests" / "submissions" / assignment
    ones = [read_prepared(path) for path in sorted(folder.glob("correct_*.py"))]
    made = [make_submission(release, solution, p) for p in [Prepared("r"), *ones]]
    return release, made


# --- damage --------------------------------------------------------------------------


def drop_metadata(chance, cells):
    for cell in cells:
        cell.metadata = nbformat.NotebookNode()


def drop_ids(chance, cells):
    for cell in cells:
        cell.id = f"{chance.getrandbits(32):08x}"


def lose_all(chance, cells):
    drop_metadata(chance, cells)
    drop_ids(chance, cells)


def colab(chance, cells):
    person = {"user": {"displayName": "A Student", "userId": "1"}, "timestamp": 1}
    for cell in cells:
        cell.metadata["id"] = cell.id if chance.random() < 0.5 else "xYz"
        cell.metadata |= {"executionInfo": person, "outputId": "a", "colab": {}}


def work(cells):
    return [i for i, cell in enumerate(cells) if is_solution(cell) or cell.get("ours")]


def split(chance, cells):
    """Cut a solution at a line; the second half has no mark, or the same."""
    at = chance.choice(work(cells))
    lines = cells[at].source.split("\n")
    if len(lines) < 2:
        return
    line = chance.randrange(1, len(lines))
    second = copy.deepcopy(cells[at])
    second.id = "cut"
    second.source = "\n".join(lines[line:])
    cells[at].source = "\n".join(lines[:line])
    if chance.random() < 0.5:
        second.metadata = nbformat.NotebookNode()
    cells.insert(at + 1, second)


def merge(chance, cells):
    """Merge a solution with the cell below it, or above it."""
    at = chance.choice(work(cells))
    other = at + chance.choice((-1, 1))
    if not 0 <= other < len(cells):
        return
    first, second = sorted((at, other))
    cells[first].source += chance.choice(("\n", "\n\n")) + cells[second].source
    if chance.random() < 0.5:
        cells[first].cell_type = cells[second].cell_type
    fix_type(cells[first])
    del cells[second]


def merge_solutions(chance, cells):
    """Merge a solution into the one before it, wherever that is."""
    there = work(cells)
    if len(there) < 2:
        return
    number = chance.randrange(1, len(there))
    first, second = there[number - 1], there[number]
    cells[first].source += "\n\n" + cells[second].source
    del cells[second]


def reorder(chance, cells):
    for _ in range(chance.randint(1, 4)):
        cells.insert(
            chance.randrange(len(cells)), cells.pop(chance.choice(work(cells)))
        )
        at = chance.randrange(len(cells))
        cells.insert(chance.randrange(len(cells)), cells.pop(at))


def retype(chance, cells):
    for cell in chance.sample(cells, k=4):
        cell.cell_type = "code" if cell.cell_type == "markdown" else "markdown"
        fix_type(cell)


def fix_type(cell):
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def duplicate(chance, cells):
    """Copy a cell; the copy of a solution is the stub, or a version of before."""
    at = chance.randrange(len(cells))
    if chance.random() < 0.5:
        at = chance.choice(work(cells))
    twin = copy.deepcopy(cells[at])
    if chance.random() < 0.5:
        twin.metadata = nbformat.NotebookNode()
        twin.id = "twin"
    if is_solution(cells[at]) and chance.random() < 0.7:
        stub = STUBS.get(grading(cells[at])["grade_id"], twin.source)
        twin.source = stub
        cells.insert(at + chance.randint(0, 1), twin)
    else:
        cells.insert(at + 1, twin)


def delete_locked(chance, cells):
    there = [i for i, c in enumerate(cells) if is_locked(c) or is_test(c)]
    for at in sorted(chance.sample(there, k=min(6, len(there))), reverse=True):
        del cells[at]


def edit_locked(chance, cells):
    for cell in cells:
        if (is_locked(cell) or is_test(cell)) and chance.random() < 0.2:
            cell.source += "\n# my note"


def add_helpers(chance, cells):
    for number in range(3):
        helper = new_code_cell(f"helper_{number} = {number}", id=f"h{number}")
        cells.insert(chance.randrange(len(cells)), helper)


STUBS: dict[str, str] = {}
# Those that change cells come before those that make them hard to know.
CHANGES = [split, merge, merge_solutions, reorder, retype, duplicate, delete_locked]
CHANGES += [edit_locked, add_helpers]
LOSSES = [drop_metadata, drop_ids, lose_all, colab]


def damaged(notebook, release, chance, kinds):
    STUBS.clear()
    STUBS.update(texts(release))
    made = copy.deepcopy(notebook)
    for kind in kinds:
        for _ in range(chance.randint(1, 3) if kind in CHANGES else 1):
            kind(chance, made.cells)
    return made


# --- what comes out ------------------------------------------------------------------


def texts(notebook):
    return {
        grading(cell)["grade_id"]: cell.source
        for cell in notebook.cells
        if is_solution(cell)
    }


def dense(text):
    return "".join(text.split())


def nearby(notebook):
    """Each solution with the student's own cells next to it, as one text."""
    found = {}
    cells = notebook.cells
    for at, cell in enumerate(cells):
        if is_solution(cell):
            first, last = at, at
            while first and not grading(cells[first - 1]):
                first -= 1
            while last + 1 < len(cells) and not grading(cells[last + 1]):
                last += 1
            near = [c.source for c in cells[first : last + 1] if c.cell_type == "code"]
            found[grading(cell)["grade_id"]] = near
    return found


def names(text):
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    functions = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, functions)}


def fates(release, original, made, handed_in):
    """Say of each solution whether it is "whole", "beside", "lost" or "foreign".

    whole: its text, and no more than cells given to try things out, is in its cell.
    beside: with the student's cells next to it, it is all there.
    foreign: its cell has what another solution of the student has, and the student's
    own cells didn't.
    """
    asked, got, near = texts(original), texts(made), nearby(made)
    stubs = texts(release)
    for name, text in asked.items():
        others = {n for other in asked if other != name for n in names(asked[other])}
        strange = names(got[name]) & others - names(text)
        mixed = strange or any(
            dense(asked[other]) in dense(got[name]) for other in asked if other != name
        )
        if mixed and not any(
            dense(got[name]) in dense(cell.source)
            or (strange <= names(cell.source) and mingled(cell, name, text))
            for cell in handed_in.cells
        ):
            yield name, "foreign"
        elif dense(text) in dense(got[name]):
            yield name, "whole"
        elif got[name] != stubs[name] and dense(text) in dense("".join(near[name])):
            yield name, "beside"
        else:
            yield name, "lost"


def mingled(cell, name, text):
    """Tell whether a damaged cell belongs to the solution, if only in part."""
    return grading(cell).get("grade_id") == name or names(cell.source) & names(text)


def fuzz(assignment, kinds_of, rounds=ROUNDS, seed=1):
    """Damage all submissions of an exercise; count what became of the solutions."""
    release, notebooks = honest(assignment)
    counted, told = Counter(), []
    for number, notebook in enumerate(notebooks):
        for turn in range(rounds):
            chance = random.Random(f"{assignment} {number} {turn} {seed}")
            kinds = kinds_of(chance)
            bad = damaged(notebook, release, chance, kinds)
            made, _ = reassemble(release, bad)
            nbformat.validate(made)
            assert_as_released(release, made)
            found = dict(fates(release, notebook, made, bad))
            counted["notebooks"] += set(found.values()) <= {"whole", "beside"}
            counted["all notebooks"] += 1
            for name, fate in found.items():
                counted[fate] += 1
                if fate in ("lost", "foreign"):
                    how = [kind.__name__ for kind in kinds]
                    told.append((assignment, number, turn, name, fate, how))
    return counted, told


def assert_as_released(release, made):
    """Locked cells and tests, in order, and nothing else with a mark."""
    kept = [cell for cell in made.cells if grading(cell)]
    asked = [cell for cell in release.cells if grading(cell)]
    assert [grading(cell) for cell in kept] == [grading(cell) for cell in asked]
    for ours, theirs in zip(kept, asked, strict=True):
        assert ours.cell_type == theirs.cell_type
        assert is_solution(theirs) or ours.source == theirs.source
    for cell in made.cells:
        assert cell in kept or not set(cell.metadata) - {"mystnb"}
    assert "A Student" not in nbformat.writes(made)


def rate(counted):
    """The share of solutions that are all there."""
    there = counted["whole"] + counted["beside"]
    return there / (there + counted["lost"] + counted["foreign"])


def one_change(chance):
    kinds = [chance.choice(CHANGES)]
    return kinds + ([chance.choice(LOSSES)] if chance.random() < 0.7 else [])


def several(chance):
    kinds = chance.sample(CHANGES, k=2)
    kinds.sort(key=CHANGES.index)
    return [*kinds, chance.choice(LOSSES)]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("kinds_of", [one_change, several])
def test_fuzzed(assignment, kinds_of):
    counted, told = fuzz(assignment, kinds_of, rounds=6)
    print(f"{assignment}, {kinds_of.__name__}: {rate(counted):.1%} of {counted}")
    assert not [each for each in told if each[4] == "foreign"]
    assert rate(counted) >= 0.95, told


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nothing_changes_in_an_undamaged_notebook(assignment):
    release, _ = honest(assignment)
    solution = read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    scripts = sorted((ROOT / "tests" / "submissions" / assignment).glob("[!_]*.py"))
    prepared = [read_prepared(path) for path in scripts]
    notebooks = [make_submission(release, solution, one) for one in prepared]
    for notebook in [release, *notebooks]:
        made, repairs = reassemble(release, notebook)
        assert repairs == []
        assert made == notebook


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_all_restored_when_only_marks_are_lost(assignment, loss):
    release, notebooks = honest(assignment)
    for notebook in notebooks:
        bad = damaged(notebook, release, random.Random(1), [loss])
        made, _ = reassemble(release, bad)
        assert [c.source for c in made.cells] == [c.source for c in notebook.cells]


def main():
    total = Counter()
    for assignment in ASSIGNMENTS:
        for change in CHANGES:
            for loss in LOSSES:
                counted, told = fuzz(assignment, lambda c, k=(change, loss): k, 10)
                total += counted
                kinds = f"{change.__name__}, {loss.__name__}"
                print(f"{assignment} {kinds}: {rate(counted):.1%} {dict(counted)}")
                for each in told[:3]:
                    print("    ", each)
        for kinds_of in (one_change, several):
            counted, told = fuzz(assignment, kinds_of)
            print(f"{assignment} {kinds_of.__name__}: {rate(counted):.2%} {counted}")
            for each in told[:12]:
                print("    ", each)
            total += counted
    print(f"all: {rate(total):.2%} {dict(total)}")


# --- what a choice comes to ----------------------------------------------------------

EXERCISE = """\
locked: # Title of an exercise about two functions
locked setup: import math, random, itertools
solution one: def one(x):
    raise NotImplementedError
free: print("one", one(1))
test_one: assert one(2) == 3, "one adds one"
locked task_two: Now write the second function, please.
solution two: def two(x):
    raise NotImplementedError
test_two: assert two(2) == 4, "two adds two"
answer: YOUR ANSWER HERE
locked end: Well done, that is the end."""
ONE = "def one(x):\n    y = x\n    return y + 1"
TWO = "def two(x):\n    return x + 2"


@cache
def release():
    cells = []
    for block in re.split(r"\n(?! )", EXERCISE):
        head, source = block.split(": ", 1)
        kind, *name = head.split()
        name = name[0] if name else kind
        code = name not in ("locked", "task_two", "answer", "end")
        cell = (new_code_cell if code else new_markdown_cell)(source, id=name)
        marks = {"grade": name[:5] in ("test_", "answe"), "locked": kind == "locked"}
        marks |= {"solution": kind in ("solution", "answer"), "points": 1}
        if name != "free":
            cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, **marks}
        cells.append(cell)
    return new_notebook(cells=cells)


def hand_in(**sources):
    notebook = copy.deepcopy(release())
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    return notebook


def at(notebook, name):
    return [cell.id for cell in notebook.cells].index(name)


def rebuilt(notebook):
    made, repairs = reassemble(release(), notebook)
    assert_as_released(release(), made)
    return texts(made), made, "\n".join(repairs)


def lost(notebook):
    lose_all(random.Random(1), notebook.cells)
    return notebook


def test_helpers_stay_where_they_stood():
    notebook = hand_in(one=ONE, two=TWO)
    for name in ("setup", "one", "test_two"):
        helper = new_code_cell(f"near = '{name}'", id=f"near-{name}")
        notebook.cells.insert(at(notebook, name) + 1, helper)
    sources = [cell.source for cell in notebook.cells]
    for bad in (notebook, lost(copy.deepcopy(notebook))):
        _, made, repairs = rebuilt(bad)
        assert [cell.source for cell in made.cells] == sources
        assert bool(repairs) == (bad is not notebook)


def test_deleted_solution_is_the_stub():
    notebook = hand_in(two=TWO)
    del notebook.cells[at(notebook, "one")]
    got, _, repairs = rebuilt(notebook)
    assert (got["one"], got["two"]) == (texts(release())["one"], TWO)
    assert "stub stands there: one" in repairs


@pytest.mark.parametrize("stub_last", [True, False])
def test_stub_never_wins_over_work(stub_last):
    notebook = hand_in(one=ONE)
    stub = copy.deepcopy(release().cells[at(release(), "one")])
    notebook.cells.insert(at(notebook, "one") + stub_last, stub)
    for bad in (notebook, lost(copy.deepcopy(notebook))):
        got, made, _ = rebuilt(bad)
        assert got["one"] == ONE
        assert "NotImplementedError" not in "".join(
            cell.source for cell in made.cells if not grading(cell)
        )
    assert "there more than once" in rebuilt(notebook)[2]


def test_last_version_counts_and_earlier_ones_come_before():
    notebook = hand_in(one="bonus = 1\ndef one(x):\n    return 0")
    later = copy.deepcopy(notebook.cells[at(notebook, "one")])
    later.source = ONE
    notebook.cells.append(later)
    got, made, repairs = rebuilt(notebook)
    assert got["one"] == ONE
    assert "last one with work in it counts: one" in repairs
    assert "bonus" in made.cells[at(made, "one") - 1].source


def test_experiment_at_the_end_is_no_solution():
    notebook = hand_in(one=ONE, two=TWO)
    notebook.cells.append(new_code_cell("def one(x):\n    return 'other'"))
    for bad in (notebook, lost(copy.deepcopy(notebook))):
        got, made, _ = rebuilt(bad)
        assert got["one"] == ONE
        assert "other" in made.cells[-1].source


def test_pasted_mark_does_not_decide():
    """The mark of `one` was copied along with its cell, to write `two` in it."""
    notebook = hand_in(one=ONE)
    pasted = copy.deepcopy(notebook.cells[at(notebook, "one")])
    pasted.source, pasted.id = TWO, "pasted"
    notebook.cells[at(notebook, "two")] = pasted
    got, _, _ = rebuilt(notebook)
    assert (got["one"], got["two"]) == (ONE, TWO)


def test_two_solutions_in_one_cell():
    notebook = hand_in(one=ONE + "\n\n\n# helps\nbase = 2\n" + TWO)
    del notebook.cells[at(notebook, "two")]
    got, _, repairs = rebuilt(notebook)
    assert (got["one"], got["two"]) == (ONE, "# helps\nbase = 2\n" + TWO)
    assert "two solutions in one cell: one and two" in repairs


def test_what_a_solution_needs_stays_with_it_when_cut():
    one = "def one(x):\n    return after(x)\n\ndef after(x):\n    return x + 1"
    more = "numbers = []\nnumbers.append(one(1))"
    notebook = hand_in(one=f"{one}\n{more}\n{TWO}")
    del notebook.cells[at(notebook, "two")]
    got, _, _ = rebuilt(notebook)
    assert (got["one"], got["two"]) == (f"{one}\n{more}", TWO)


def test_two_solutions_that_need_each_other_stay_together():
    both = "def one(x):\n    return two(x) - 1\n" + TWO
    for keeps in ("one", "two"):
        notebook = hand_in(**{keeps: both})
        del notebook.cells[at(notebook, "two" if keeps == "one" else "one")]
        got, _, _ = rebuilt(notebook)
        assert got["one"] == both
        assert got["two"] == "# The cell one holds this solution too."


def test_definition_in_a_solution_stays_where_the_other_has_its_stub():
    """As nbgrader has it: the student left the second cell alone."""
    both = ONE + "\n" + TWO
    got, _, repairs = rebuilt(hand_in(one=both))
    assert got["one"] == both
    assert repairs == ""


def test_solution_in_a_cell_given_to_try_things():
    notebook = hand_in(two=TWO, free=ONE + "\nprint(one(7))")
    del notebook.cells[at(notebook, "one")]
    got, _, repairs = rebuilt(notebook)
    assert got["one"].startswith(ONE)
    assert "one in free" in repairs


def test_work_below_a_test_is_taken_apart():
    notebook = hand_in(one=ONE)
    test = notebook.cells[at(notebook, "test_one")]
    task = notebook.cells.pop(at(notebook, "task_two"))
    del notebook.cells[at(notebook, "two")]
    test.source += "\n\n" + task.source + "\n\n" + TWO
    got, _, repairs = rebuilt(notebook)
    assert got["two"] == TWO
    assert "taken apart: test_one, task_two" in repairs


def test_changed_locked_cells():
    notebook = hand_in(one=ONE, test_one="assert True", setup="import math")
    _, _, repairs = rebuilt(notebook)
    assert "the text of the locked cell test_one was changed: restored" in repairs
    assert "the locked cell setup" in repairs


def test_answers_in_words():
    notebook = hand_in(one=ONE, answer="Because it is so.")
    assert rebuilt(lost(notebook))[0]["answer"] == "Because it is so."
    notebook = hand_in(answer="See the picture.")
    cell = notebook.cells[at(notebook, "answer")]
    cell.attachments = {"a.png": {"image/png": "aa"}}
    made = rebuilt(notebook)[1]
    assert made.cells[at(made, "answer")].attachments == cell.attachments


def test_unknown_marks_and_tags_go():
    notebook = hand_in(one=ONE)
    notebook.cells[at(notebook, "test_one")].metadata["tags"] = ["skip-execution"]
    stray = new_code_cell("a = 1", metadata={"nbgrader": {"grade_id": "other"}})
    notebook.cells += [stray, new_code_cell("b = 1", metadata={"nbgrader": 5})]
    _, made, repairs = rebuilt(notebook)
    assert "skip-execution" not in nbformat.writes(made)
    assert "none of this exercise, it is not graded: other" in repairs


def test_code_that_does_not_parse_is_kept():
    broken = "def one(x)\n    return x + 1"
    assert rebuilt(hand_in(one=broken))[0]["one"] == broken
    assert rebuilt(lost(hand_in(one=broken)))[0]["one"] == broken


def test_great_and_odd_submissions_take_no_long_time():
    notebook = hand_in(one="x = " + "1 + " * 5_000 + "1\n" + ONE)
    stray = ["# a\n" * 100_000, "# b\n" * 100_000, "f(" * 500, "x = 1\0"]
    notebook.cells += [new_code_cell(source) for source in stray]
    notebook.cells += [copy.deepcopy(notebook.cells[1]) for _ in range(500)]
    notebook.cells += [new_code_cell(f"a_{i} = {i}") for i in range(3_000)]
    before = time.monotonic()
    got, _, _ = rebuilt(lost(notebook))
    assert got["one"].endswith(ONE)
    assert time.monotonic() - before < 20


def test_another_exercise():
    with pytest.raises(Unusable, match="none of its cells"):
        reassemble(release(), new_notebook(cells=[new_code_cell("x = 1")]))
    with pytest.raises(Unusable):
        reassemble(release(), new_notebook())


if __name__ == "__main__":
    main()
