"""Rebuild a submitted notebook from the release, with the student's work in it.

Colab, an editor or a careless hand may drop nbgrader's marks and the cells' ids, split,
merge, copy, move, delete or retype cells. What is graded is therefore the released
notebook, with the student's solutions put into its solution cells and the student's
other cells kept between them; locked cells and tests are always as released.

A solution is recognised by nbgrader's mark, then by the cell's id, then by likeness: it
defines the names that the stub defines (or that later cells read), and stands between
the right neighbours. The rules where that leaves a choice, and why:

- Names decide before places. A cell goes into a solution cell by likeness only if it
  defines a name that is asked for there, so that no one's `f` is graded as their `g`.
  Where a solution has no names (an answer in words, a few statements), its place
  decides, and only if no other cell could be meant.
- Of several cells that define the same, the one in the right place counts; else the
  last, which is what Python would have used. An untouched stub never wins over work.
  Earlier versions stay as helper cells before it: what they define is overwritten, as
  it was for the student, and helpers among them are not lost.
- In doubt the likeliest cell is taken. A stub left in place costs honest points: it
  runs after the student's definition and overwrites it. A wrong choice gains nothing:
  all that is ever put there is the student's own code, under the name that it defines.
- Two solutions in one cell are cut apart between their definitions, where nothing of
  the first needs the second. Else both stay in the earlier cell, and a comment takes
  the place of the other, so that no stub overwrites it.
- Nothing of the student's is dropped but untouched stubs and copies, changed locked
  cells, and metadata; nothing is added but that comment.
"""

import ast
import builtins
import re
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.engine import make_url

from autograder.journal import Journal
from autograder.notebooks import grading, is_solution
from autograder.reading import Unusable

ALIKE = 0.8  # a changed copy of a released text
RELATED = 0.6  # a version of a text, or of a released cell to try things in
LONGEST = 20_000  # characters of a text that others are compared with
MOST = 1_000  # cells that are compared with each other
LOOKED_FOR = 20  # characters that a released text needs to be looked for within others
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.M)
DEFINES = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)|^(\w+)\s*=[^=]", re.M)
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Reassemble(NbGraderPreprocessor):
    """The first of `Autograde.sanitize_preprocessors`.

    Takes the release from the journal beside the gradebook. What was repaired is added
    to `resources["nbgrader"]["repairs"]`, and to nbgrader's log.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Return the notebook rebuilt. Raises Unusable."""
        about = resources["nbgrader"]
        gradebook = Path(make_url(about["db_url"]).database)
        journal = Journal(gradebook.parent / "journal" / about["assignment"])
        release = nbformat.read(
            journal.release / f"{about['notebook']}.ipynb", as_version=4
        )
        made, repairs = reassemble(release, nb)
        about["repairs"] = [*about.get("repairs", []), *repairs]
        for repair in about["repairs"]:
            self.log.warning("%s: %s", about["student"], repair)
        return made, resources


def reassemble(
    release: NotebookNode, submitted: NotebookNode
) -> tuple[NotebookNode, list[str]]:
    """Return the release with the student's cells in it, and what was repaired.

    Raises Unusable where no cell of the release is recognised.
    """
    work = _Work(release, submitted)
    work.identify()
    work.take_apart()
    work.recognise_changed()
    if not any(piece.part is not None for piece in work.pieces):
        names = {name for part in work.solutions() for name in part.names}
        if not any(names & _defined(piece.text) for piece in work.pieces):
            raise Unusable("none of its cells is one of this exercise")
    work.choose_marked()
    work.choose_alike()
    work.cut()
    return work.assembled(), work.repairs()


@dataclass(eq=False)
class _Part:
    """A cell of the release."""

    index: int
    cell: NotebookNode
    role: str  # "solution", "locked", "free"
    names: frozenset[str] = frozenset()  # what a solution defines

    @property
    def name(self) -> str:
        return grading(self.cell).get("grade_id") or self.cell.id

    @property
    def text(self) -> str:
        return _normal(self.cell.source)


@dataclass(eq=False)
class _Piece:
    """A cell that the student handed in, or a part of one."""

    place: int
    source: str
    kind: str
    mark: str | None = None  # nbgrader's grade id
    id: str | None = None
    attachments: dict | None = None
    part: _Part | None = None  # which cell of the release it is
    how: str = ""  # it was recognised: "mark", "id", "text"
    used: bool = False  # in a solution cell, or dropped
    before: _Part | None = None  # an earlier version of this solution

    @property
    def text(self) -> str:
        return _normal(self.source)


@dataclass(eq=False)
class _Unit:
    """Pieces that follow each other and make up one solution."""

    pieces: list[_Piece]

    @property
    def source(self) -> str:
        return "\n".join(piece.source for piece in self.pieces)

    @property
    def text(self) -> str:
        return _normal(self.source)

    @property
    def place(self) -> int:
        return self.pieces[0].place


@dataclass
class _Notes:
    """Names of cells by what happened to them."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, name: str) -> None:
        names = self.found.setdefault(what, [])
        if name not in names:
            names.append(name)


class _Work:
    """One notebook being put together."""

    def __init__(self, release: NotebookNode, submitted: NotebookNode):
        self.release = release
        self.parts = [_part(index, cell) for index, cell in enumerate(release.cells)]
        _name_solutions(self.parts)
        self.pieces = [_piece(i, cell) for i, cell in enumerate(submitted.cells)]
        self.units: dict[int, _Unit] = {}  # solution's index: what was chosen
        self.texts: dict[int, str] = {}  # solution's index: its text
        self.notes = _Notes()

    def solutions(self) -> list[_Part]:
        return [part for part in self.parts if part.role == "solution"]

    # --- which cell is which ---------------------------------------------------------

    def identify(self) -> None:
        """Recognise cells by their marks, their ids, or their unchanged text."""
        by_mark = {grading(p.cell)["grade_id"]: p for p in self.parts if _marked(p)}
        by_id = {part.cell.id: part for part in self.parts}
        for piece in self.pieces:
            if piece.mark in by_mark:
                piece.part, piece.how = by_mark[piece.mark], "mark"
            elif piece.mark:
                self.notes.add("unknown", piece.mark)
        for piece in self.pieces:
            if piece.part is None and piece.id in by_id:
                piece.part, piece.how = by_id[piece.id], "id"
        for piece in self.pieces:
            if piece.part is None:
                self._identify_text(piece)
        self._release_misplaced()

    def _identify_text(self, piece: _Piece) -> None:
        same = [part for part in self.parts if part.text == piece.text != ""]
        there = {other.part for other in self.pieces}
        absent = [part for part in same if part not in there]
        for part in absent[:1] or same[:1]:
            if part.role != "free" or part in absent:
                piece.part, piece.how = part, "text"

    def _release_misplaced(self) -> None:
        """Forget the mark of a cell that holds another solution: it was copied."""
        done = {p.part for p in self.pieces if self._is_work(p)}
        for piece in self.pieces:
            part = piece.part
            if not self._is_work(piece) or not part.names:
                continue
            defined = _defined(piece.text)
            if not part.names & defined and any(
                other.names and other.names <= defined and other not in done
                for other in self.solutions()
            ):
                piece.part = None

    def _is_work(self, piece: _Piece) -> bool:
        """Tell whether the piece is known as a solution, and not an untouched stub."""
        part = piece.part
        known = part is not None and part.role == "solution"
        return known and piece.text not in ("", part.text)

    def take_apart(self) -> None:
        """Find released texts within other cells, as merging leaves them."""
        for part in self.parts:
            lines = part.text.split("\n")
            if len(part.text) < LOOKED_FOR or (
                part.role == "solution" and len(lines) < 2
            ):
                continue
            if any(piece.text == part.text for piece in self.pieces):
                continue
            for piece in self.pieces:
                if piece.part is part and part.role == "solution":
                    continue
                if len(piece.text) > len(part.text) and part.text in piece.text:
                    at = _find(lines, piece.text.split("\n"))
                    if at is not None:
                        self._split(piece, part, at, len(lines))
                        self.notes.add("merged", part.name)
                        break

    def _split(self, piece: _Piece, part: _Part, at: int, count: int) -> None:
        """Take `count` lines from line `at` out of the piece: they are `part`."""
        lines = piece.text.split("\n")
        kept = piece.part if piece.part is not part else None
        if kept is not None and kept.role != "solution":
            kept = None
        made = []
        for text in (lines[:at], lines[at + count :]):
            text = "\n".join(text).strip("\n")
            kind = piece.kind
            if kind != "code" and _parses(text) and _defined(text):
                kind = "code"  # text and code were merged to text
            rest = replace(piece, source=text, kind=kind, part=kept, id=None)
            made.append(rest if text else None)
            kept = None if text else kept
        found = replace(piece, source=part.cell.source, kind=part.cell.cell_type)
        found.part, found.how, found.id = part, "text", None
        made.insert(1, found)
        index = self.pieces.index(piece)
        self.pieces[index : index + 1] = [each for each in made if each is not None]
        for place, each in enumerate(self.pieces):
            each.place = place
        for each in made:
            if each is not None and each.part is None:
                self._identify_text(each)

    def recognise_changed(self) -> None:
        """Recognise locked cells without a mark although their text was changed."""
        there = {piece.part for piece in self.pieces}
        for part in self.parts if len(self.pieces) <= MOST else []:
            if part.role != "locked" or part in there or not part.text:
                continue
            for piece in self.pieces:
                if piece.part is None and _alike(part.text, piece.text) >= ALIKE:
                    if _defined(piece.text) <= _defined(part.text):
                        piece.part, piece.how = part, "text"
                    break

    # --- which solution is where -----------------------------------------------------

    def choose_marked(self) -> None:
        """Choose, for each solution, among the cells that bear its mark or id."""
        for part in self.solutions():
            known = [piece for piece in self.pieces if piece.part is part]
            for piece in known:
                piece.used = True
            work = [piece for piece in known if self._is_work(piece)]
            if not work:
                if known:
                    self.texts[part.index] = known[-1].source
                continue
            units = self._units(work, part)
            complete = [u for u in units if part.names <= _defined(u.text)]
            partial = [u for u in units if part.names & _defined(u.text)]
            chosen = (complete or partial or units)[-1]
            if len(known) > len(chosen.pieces):
                self.notes.add("twice", part.name)
            for unit in units:
                if unit is not chosen and unit.text != chosen.text:
                    for piece in unit.pieces:
                        piece.used, piece.before = False, part
            self._take(part, chosen)

    def _units(self, work: list[_Piece], part: _Part) -> list[_Unit]:
        """Join what was cut in two; copies stay apart."""
        units = [_Unit([work[0]])]
        for piece in work[1:]:
            last = units[-1]
            follows = piece.place == last.pieces[-1].place + 1
            if follows and self._continues(last.text, piece.text, part):
                last.pieces.append(piece)
            else:
                units.append(_Unit([piece]))
        return units

    def _continues(self, text: str, more: str, part: _Part) -> bool:
        """Tell whether `more` belongs to the solution that `text` begins."""
        if part.cell.cell_type != "code" or not part.names:
            return bool(text and more) and _alike(text, more) < RELATED
        if not _parses(f"{text}\n{more}"):
            return False
        if more[:1].isspace() or not _parses(text):
            return True
        lacking = part.names - _defined(text)
        return bool(lacking & _defined(more)) and not (
            part.names & _defined(text) & _defined(more)
        )

    def _take(self, part: _Part, unit: _Unit) -> None:
        """Choose the unit for the solution, with neighbours that were cut off it."""
        grown = True
        while grown and part.cell.cell_type == "code" and part.names:
            grown = False
            after = self._spare(unit.pieces[-1].place + 1)
            if after and self._continues(unit.text, after.text, part):
                unit.pieces.append(after)
                grown = True
            ahead = self._spare(unit.pieces[0].place - 1)
            if ahead and self._precedes(ahead.text, unit.text, part):
                unit.pieces.insert(0, ahead)
                grown = True
        for piece in unit.pieces:
            piece.used, piece.before = True, None
        if len(unit.pieces) > 1:
            self.notes.add("split", part.name)
        if unit.pieces[0].kind != part.cell.cell_type:
            self.notes.add(f"retyped to {part.cell.cell_type}", part.name)
        self.units[part.index] = unit
        self.texts[part.index] = unit.source

    def _precedes(self, text: str, more: str, part: _Part) -> bool:
        """Tell whether `text` was cut off the solution in `more`."""
        if not _parses(f"{text}\n{more}"):
            return False
        lacking = part.names - _defined(more)
        return more[:1].isspace() or not _parses(more) or bool(lacking & _defined(text))

    def _spare(self, place: int) -> _Piece | None:
        if not 0 <= place < len(self.pieces):
            return None
        piece = self.pieces[place]
        spare = piece.part is None and not piece.used and piece.text
        return piece if spare else None

    def choose_alike(self) -> None:
        """Find solutions in cells without a mark, by names and places."""
        while pair := self._likeliest():
            part, piece = pair
            if piece.part is not None:
                self.notes.add("found in", f"{part.name} in {piece.part.name}")
                piece.part = None
            self.notes.add("alike", part.name)
            self._take(part, _Unit([piece]))
        self._answers()

    def _likeliest(self) -> tuple[_Part, _Piece] | None:
        """The solution without work and the cell that fit best, or None."""
        best, found = None, None
        order = self._in_order()
        for part in self._undone("code"):
            for piece in self.pieces:
                if piece.used or not piece.text:
                    continue
                if piece.part is not None and piece.text == piece.part.text:
                    continue
                if piece.kind != "code" and not _parses(piece.text):
                    continue
                covered = len(part.names & _defined(piece.text))
                if not covered:
                    continue
                likeness = (
                    piece.part is None,
                    piece.part is None or piece.part.role == "free",
                    covered == len(part.names),
                    _between(order, piece.place, part.index),
                    covered,
                    self._own(part, piece),
                    piece.place,
                    -part.index,
                )
                if best is None or likeness > best:
                    best, found = likeness, (part, piece)
        return found

    def _own(self, part: _Part, piece: _Piece) -> float:
        """How like the stub the text is, where several solutions share a name."""
        shared = any(
            other is not part and other.names & part.names for other in self.solutions()
        )
        return round(_alike(part.text, piece.text), 2) if shared else 0.0

    def _undone(self, kind: str) -> list[_Part]:
        return [
            part
            for part in self.solutions()
            if part.index not in self.units and part.cell.cell_type == kind
        ]

    def _answers(self) -> None:
        """Find answers without names by their place: words, or a few statements."""
        order = self._in_order()
        for kind in ("markdown", "code"):
            parts = [p for p in self._undone(kind) if not p.names or kind != "code"]
            fits = {
                part.index: [
                    piece
                    for piece in self.pieces
                    if piece.part is None
                    and not piece.used
                    and piece.text
                    and _between(order, piece.place, part.index)
                    and not self._released_for(piece, kind)
                ]
                for part in parts
            }
            for part in parts:
                pieces = [p for p in fits[part.index] if not p.used]
                rivals = [
                    other
                    for other in parts
                    if other.index >= part.index
                    and set(fits[other.index]) & set(fits[part.index])
                ]
                if pieces and (kind == "markdown" or len(pieces) == len(rivals)):
                    if len(rivals) > 1:
                        pieces = pieces[:1]
                    self.notes.add("by place", part.name)
                    self._take(part, _Unit(pieces))

    def _released_for(self, piece: _Piece, kind: str) -> bool:
        """Tell whether the piece can't be an answer: of another kind, or a try cell."""
        if kind == "markdown":
            return piece.kind == "code" and _parses(piece.text)
        return piece.kind != "code" or any(
            part.role == "free" and _alike(part.text, piece.text) >= RELATED
            for part in self.parts
        )

    def cut(self) -> None:
        """Cut cells that hold several solutions, those without a cell of their own."""
        there = {piece.part for piece in self.pieces}
        absent = [
            part
            for part in self.solutions()
            if part.names and part.index not in self.texts and part not in there
        ]
        for index, unit in list(self.units.items()):
            defined = _defined(unit.text)
            own = self.parts[index]
            inside = [part for part in absent if part.names & defined]
            if not inside or not own.names:
                continue
            absent = [part for part in absent if part not in inside]
            for part in inside:
                self.notes.add("in one", f"{own.name} and {part.name}")
            texts = _cut(unit.source, [own, *inside])
            if texts is None:
                first = min([own, *inside], key=lambda part: part.index)
                texts = {
                    part.index: f"# The cell {first.name} holds this solution too."
                    for part in (own, *inside)
                }
                texts[first.index] = unit.source
            self.texts |= texts

    # --- putting it together ---------------------------------------------------------

    def _in_order(self) -> dict[int, int]:
        """Map places in the submission to the release's, of cells that kept order."""
        known = [
            (piece.place, piece.part.index)
            for piece in self.pieces
            if piece.part is not None and piece.before is None
        ]
        heads = {unit.place: index for index, unit in self.units.items()}
        members = {p.place for unit in self.units.values() for p in unit.pieces}
        known = [each for each in known if each[0] not in members]
        return dict(_increasing(sorted([*known, *heads.items()])))

    def assembled(self) -> NotebookNode:
        """Return the notebook to grade."""
        order = self._in_order()
        cells = []
        for part in self.parts:
            if part.role == "free":
                continue
            cell = _fresh(part.cell)
            if part.index in self.texts:
                cell.source = self.texts[part.index]
                unit = self.units.get(part.index)
                if unit and cell.cell_type == "markdown":
                    for piece in unit.pieces:
                        if piece.attachments:
                            cell.setdefault("attachments", {})
                            cell.attachments |= piece.attachments
            cells.append(((part.index, 0, 0), cell))
        taken, placed = {part.cell.id for part in self.parts}, set()
        for piece in self.pieces:
            if piece.used or not self._is_kept(piece):
                continue
            after = max((order[p] for p in order if p < piece.place), default=-1)
            key = (after, 1, piece.place)
            if piece.before is not None:
                key = (piece.before.index, -1, piece.place)
            elif piece.part is not None and (
                piece.place in order or piece.text == piece.part.text
            ):
                key = (piece.part.index, 0, 0)
            if piece.part in placed:  # a copy of a cell to try things in
                piece = replace(piece, part=None, id=None)
            if piece.part:
                placed.add(piece.part)
            cells.append((key, _helper(piece, taken)))
        cells.sort(key=lambda each: each[0])
        metadata = {
            name: self.release.metadata[name]
            for name in ("kernelspec", "language_info")
            if name in self.release.metadata
        }
        return nbformat.from_dict(
            {
                "cells": [cell for _, cell in cells],
                "metadata": metadata,
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )

    def _is_kept(self, piece: _Piece) -> bool:
        """Tell whether the piece is the student's own, not a copy of a locked cell."""
        return piece.part is None or piece.part.role == "free" or piece.before

    def repairs(self) -> list[str]:
        """Say in plain sentences what was wrong."""
        notes = self.notes.found
        self._note_locked()
        order = self._in_order()
        members = {p.place for unit in self.units.values() for p in unit.pieces[1:]}
        for piece in self.pieces:
            if (
                piece.part
                and piece.part.role != "free"
                and piece.place not in order
                and piece.place not in members
                and piece.part.name not in notes.get("twice", [])
            ):
                self.notes.add("moved", piece.part.name)
        for index, unit in self.units.items():
            if unit.place not in order:
                self.notes.add("moved", self.parts[index].name)
        for part in self.solutions():
            if part.index not in self.texts:
                self.notes.add("missing", part.name)
        how = {
            way: [p for p in self.pieces if p.how == way and p.part and _marked(p.part)]
            for way in ("id", "text")
        }
        said = []
        if how["id"] or how["text"] or notes.get("alike") or notes.get("by place"):
            lost = len(how["id"]) + len(how["text"])
            lost += len(notes.get("alike", [])) + len(notes.get("by place", []))
            ways = "their ids" if how["id"] else "what they hold and where they stand"
            many = "cells" if lost > 1 else "cell"
            said.append(f"nbgrader's mark was missing on {lost} {many}: told by {ways}")
        for what, sentence in SENTENCES.items():
            if names := notes.get(what):
                said.append(sentence.format(_listed(names)))
        said += [
            f"the text of the locked cell {name} was changed: restored"
            for name in notes.get("changed", [])
        ]
        return said

    def _note_locked(self) -> None:
        for part in self.parts:
            if part.role != "locked":
                continue
            pieces = [piece for piece in self.pieces if piece.part is part]
            if not pieces:
                self.notes.add("locked missing", part.name)
            elif all(piece.text != part.text for piece in pieces):
                self.notes.add("changed", part.name)
            elif any(piece.kind != part.cell.cell_type for piece in pieces):
                self.notes.add(f"retyped to {part.cell.cell_type}", part.name)
            if len(pieces) > 1:
                self.notes.add("locked twice", part.name)


SENTENCES = {
    "alike": "recognised by the names that it defines: {}",
    "by place": "recognised by where it stands: {}",
    "found in": "a solution was in another cell: {}",
    "merged": "merged with another cell, taken apart: {}",
    "split": "cut in several cells, joined: {}",
    "in one": "two solutions in one cell: {}",
    "twice": "there more than once, the last one with work in it counts: {}",
    "locked twice": "there more than once, as released it counts: {}",
    "moved": "stood elsewhere, put back: {}",
    "retyped to code": "had become text, is code again: {}",
    "retyped to markdown": "had become code, is text again: {}",
    "missing": "the solution is missing, the exercise's stub stands there: {}",
    "locked missing": "a locked cell was missing, put back: {}",
    "unknown": "a cell's mark is none of this exercise, it is not graded: {}",
}


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 8 else [*names[:7], f"{len(names) - 7} more"]
    return ", ".join(shown)


def _part(index: int, cell: NotebookNode) -> _Part:
    about = grading(cell)
    if is_solution(cell):
        return _Part(index, cell, "solution")
    locked = about.get("locked") or about.get("grade") or about.get("task")
    return _Part(index, cell, "locked" if locked else "free")


def _marked(part: _Part) -> bool:
    return "grade_id" in grading(part.cell)


def _piece(place: int, cell: NotebookNode) -> _Piece:
    """Read a submitted cell, whatever its metadata looks like."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    mark = marks.get("grade_id") if isinstance(marks, dict) else None
    own = cell.get("id") or metadata.get("id")
    pasted = cell.get("attachments")
    return _Piece(
        place,
        cell.get("source", ""),
        cell.cell_type,
        mark=mark if isinstance(mark, str) and mark else None,
        id=own if isinstance(own, str) else None,
        attachments=dict(pasted) if isinstance(pasted, dict) else None,
    )


def _fresh(cell: NotebookNode) -> NotebookNode:
    """A copy of a released cell, not executed."""
    cell = nbformat.from_dict({**cell, "metadata": dict(cell.metadata)})
    if "nbgrader" in cell.metadata:
        cell.metadata.nbgrader = nbformat.from_dict(dict(cell.metadata.nbgrader))
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _helper(piece: _Piece, taken: set[str]) -> NotebookNode:
    """A cell of the student's own, with nothing but its text; `taken` ids grow."""
    made = {"cell_type": piece.kind, "metadata": {}, "source": piece.source}
    free = piece.part is not None and piece.part.role == "free"
    name = piece.part.cell.id if free else piece.id
    if (name in taken and not free) or not CELL_ID.fullmatch(name or ""):
        number = 1 + piece.place
        while (name := f"student-{number}") in taken:
            number += 1
    taken.add(name)
    made["id"] = name
    if free and piece.kind == piece.part.cell.cell_type:
        made["metadata"] = piece.part.cell.metadata
    if piece.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    elif piece.attachments:
        made["attachments"] = piece.attachments
    return nbformat.from_dict(made)


# --- what a text is ------------------------------------------------------------------


def _normal(source: str) -> str:
    """The text without differences that don't show."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip("\n")


@lru_cache(256)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parses(text: str) -> bool:
    return _tree(text) is not None


@lru_cache(10_000)
def _defined(text: str) -> frozenset[str]:
    """The names that a cell defines at module level."""
    tree = _tree(text)
    if tree is None:
        return frozenset(one or two for one, two in DEFINES.findall(text))
    return frozenset(name for node in tree.body for name in _bound(node))


def _bound(node: ast.AST) -> set[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(a.asname or a.name).partition(".")[0] for a in node.names}
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    targets = ast.Tuple | ast.List | ast.Starred
    if isinstance(node, ast.expr) and not isinstance(node, targets):
        return set()
    return {name for child in ast.iter_child_nodes(node) for name in _bound(child)}


@lru_cache(10_000)
def _read(text: str) -> frozenset[str]:
    """The names that a cell may read from cells before it."""
    tree = _tree(text)
    if tree is None:
        return frozenset()
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    stored = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    stored |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return frozenset(read - stored - _defined(text) - set(dir(builtins)))


def _name_solutions(parts: list[_Part]) -> None:
    """Find what each solution defines.

    That is what its stub defines; of a stub that defines nothing, what later cells read
    that nothing in the release defines.
    """
    code = [part for part in parts if part.cell.cell_type == "code"]
    given = {name for part in code for name in _defined(part.text)}
    found: dict[int, set[str]] = {}
    last, seen = None, set()
    for part in code:
        if part.role == "solution":
            part.names = _defined(part.text)
            if not part.names:
                last = part.index
        elif last is not None:
            new = _read(part.text) - given - seen
            seen |= new
            found.setdefault(last, set()).update(new)
        else:
            seen |= _read(part.text)
    for index, names in found.items():
        parts[index].names = frozenset(names)


@lru_cache(10_000)
def _alike(one: str, two: str) -> float:
    if max(len(one), len(two)) > LONGEST:
        return float(one == two)
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < RELATED:
        return 0.0
    return matcher.ratio()


def _find(lines: list[str], within: list[str]) -> int | None:
    """The line of `within` where all of `lines` stand, or None."""
    for at in range(len(within) - len(lines) + 1):
        if within[at : at + len(lines)] == lines:
            return at
    return None


def _cut(source: str, parts: list[_Part]) -> dict[int, str] | None:
    """Cut a text into the solutions that it holds; None where that can't be done.

    What stands between two definitions goes with the second, which may need it, unless
    it is something that the first needs or that works on what the first has made.
    """
    tree = _tree(_normal(source))
    if tree is None:
        return None
    lines = _normal(source).split("\n")
    ends: dict[int, int] = {}  # solution's index: its last line, in order of the text
    last, made, needed = None, set(), set()
    for node in tree.body:
        names = _bound(node)
        owners = [part for part in parts if part.names & names]
        if len(owners) > 1:
            return None
        read = _read("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        if owners and owners[0].index != last:
            made, needed = set(), set()
        if owners or names & needed or (not names and read & made):
            made |= names
            needed |= read
            if not owners and last is not None:
                ends[last] = node.end_lineno
        for part in owners:
            if part.index in ends and part.index != last:
                return None
            ends[part.index], last = node.end_lineno, part.index
    if len(ends) < len(parts):
        return None
    begin, texts = 0, {}
    for number, (index, end) in enumerate(ends.items(), 1):
        end = len(lines) if number == len(ends) else end
        texts[index] = "\n".join(lines[begin:end]).strip("\n")
        begin = end
    by_index = {part.index: part for part in parts}
    for index, text in texts.items():
        others = {n for i in ends if i > index for n in by_index[i].names}
        if others & _read(text):
            return None
    return texts


# --- order ---------------------------------------------------------------------------


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, not all neighbours, whose second numbers grow."""
    best: list[tuple[int, int | None]] = []  # length, the one before
    for at, (_, value) in enumerate(pairs):
        before = [i for i in range(at) if pairs[i][1] < value]
        previous = max(before, key=lambda i: best[i][0], default=None)
        best.append((1 + best[previous][0] if before else 1, previous))
    at = max(range(len(pairs)), key=lambda i: best[i][0], default=None)
    found = []
    while at is not None:
        found.append(pairs[at])
        at = best[at][1]
    return found[::-1]


def _between(order: dict[int, int], place: int, index: int) -> bool:
    """Tell whether a cell stands between the neighbours that the release gives it."""
    before = max((order[p] for p in order if p < place), default=-1)
    after = min((order[p] for p in order if p > place), default=index + 1)
    return before < index < after
