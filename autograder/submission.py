"""One submission on its way: sanitised, executed, converted, in the gradebook."""

import json
import logging
import shutil
import traceback
from dataclasses import dataclass, field, replace

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from autograder import course as courses
from autograder import gradebook, verdict
from autograder.convert import (
    LOG,
    Autograder,
    Feedback,
    NotConverted,
    configuration,
    reason,
)
from autograder.course import Course
from autograder.journal import Journal
from autograder.payload import Payload, read_files
from autograder.replay import AT_HAND
from autograder.results import NOT_GRADED
from autograder.settings import limits


@dataclass
class Prepared:
    """A student's notebooks by key, with the entries that have come so far."""

    student: str
    notebooks: dict[str, str] = field(default_factory=dict)  # name: key
    wanted: dict[str, Payload] = field(default_factory=dict)  # key: not yet executed
    entries: dict[str, dict] = field(default_factory=dict)  # key: entry
    repairs: list[str] = field(default_factory=list)
    trouble: str = ""  # why there is nothing to convert
    passing: bool = False  # the trouble is not of the submission: try again next time

    @property
    def complete(self) -> bool:
        return not self.wanted

    def take(self, key: str, result: dict | Exception) -> None:
        """Take what came of an execution."""
        del self.wanted[key]
        if isinstance(result, Exception):
            self.trouble = f"could not be executed: {reason(result)}"
            self.passing = True
        else:
            self.entries[key] = result


class Converters:
    """nbgrader's converters for one assignment, and what we do around them."""

    def __init__(self, course: Course, assignment: str, sandbox: bool = True):
        self.course, self.assignment = course, assignment
        self.journal = Journal(course.journal(assignment))
        config = configuration(course)
        self.limits = limits(config, assignment)
        if not sandbox:
            self.limits = replace(self.limits, sandbox=False)
        self.autograder = Autograder(config, course, assignment)
        self.feedback = Feedback(config, course, assignment)
        log = logging.FileHandler(course.folder / "autograder.log", delay=True)
        log.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        LOG.addHandler(log)

    def prepare(self, student: str) -> Prepared:
        """Sanitise the student's notebooks and look into the journal for each.

        Whatever is wrong with the submission becomes its `trouble`.
        """
        prepared = Prepared(student)
        folder = self.course.submission(student, self.assignment)
        try:
            beside = [
                courses.files(folder),
                courses.files(self.course.source(self.assignment)),
            ]
            files = read_files(beside)
            for name, notebook, repairs in self.autograder.sanitised(student):
                prepared.repairs += repairs
                payload = Payload(notebook, files, self.limits)
                key = payload.key()
                prepared.notebooks[name] = key
                if entry := self.journal.entry(key):
                    prepared.entries[key] = entry
                else:
                    prepared.wanted[key] = payload
        except NotConverted as error:
            prepared.trouble = str(error)
        except Exception as error:  # anything may come in a submission
            self._log(student)
            prepared.trouble = reason(error)
        if prepared.trouble:
            prepared.wanted.clear()
        return prepared

    def finish(self, prepared: Prepared, version: str) -> dict:
        """Bring the submission into gradebook and feedback; return its receipt.

        Doing it again, after being killed anywhere within, gives the same.
        """
        student = prepared.student
        self.journal.drop_receipt(student)
        repairs = list(dict.fromkeys(prepared.repairs))
        if not prepared.trouble:
            try:
                self._convert(prepared)
            except NotConverted as error:
                self._log(student)
                prepared.trouble = str(error)
        if prepared.trouble:
            repairs.insert(0, NOT_GRADED + prepared.trouble)
            self._leave_to_person(student, prepared.trouble)
        cells = self._mark(prepared)
        self.write_feedback(student)
        row = gradebook.submission(self.course, self.assignment, student)
        receipt = {
            "version": version,
            "auto_scores": row.auto_scores,
            "state": row.state,
            "seconds": sum(entry["seconds"] for entry in prepared.entries.values()),
            "repairs": repairs,
            "cells": cells,
        }
        if not prepared.passing:
            self.journal.put_receipt(student, receipt)
        return receipt

    def write_feedback(self, student: str) -> None:
        """Write the student's feedback as HTML; a failure is logged, not fatal."""
        try:
            self.feedback.convert_one(student)
        except NotConverted:
            self._log(student)

    def _convert(self, prepared: Prepared) -> None:
        for name, key in prepared.notebooks.items():
            AT_HAND[prepared.student, name] = prepared.entries[key]
        try:
            self.autograder.convert_one(prepared.student)
        finally:
            AT_HAND.clear()

    def _leave_to_person(self, student: str, trouble: str) -> None:
        """Give a submission that can't be graded a row, and a notebook to grade in."""
        gradebook.mark_for_person(self.course, self.assignment, student)
        folder = self.course.autograded / student / self.assignment
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        handed_in = self.course.submission(student, self.assignment)
        note = nbformat.v4.new_markdown_cell(
            f"**This submission could not be graded: {trouble}.**\n\n"
            f"What was handed in is untouched, in `{handed_in}`. Below is the exercise "
            "as it was released, to hold the scores."
        )
        for path in courses.notebooks(self.journal.release):
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(0, note)
            nbformat.write(notebook, folder / path.name)

    def _mark(self, prepared: Prepared) -> dict[str, dict]:
        """Ask a person where the autograder can't tell; return what it saw by cell."""
        student = prepared.student
        row = gradebook.submission(self.course, self.assignment, student)
        executed = {} if prepared.trouble else self._executed(student)
        seen, unscored, doubtful = {}, set(), set()
        for cell in row.cells:
            place = f"{cell.notebook}/{cell.name}"
            node = executed.get(place)
            if prepared.trouble:
                outcome, message = "manual", prepared.trouble
            elif node is None:
                outcome, message = "manual", "the cell is missing from the submission"
                unscored.add(cell.name)
            elif node.cell_type != "code" or not is_grade(node) or is_solution(node):
                outcome, message = "manual", ""
                if not cell.needs_person and cell.auto_score == 0:
                    outcome, message = "failed", "no response"
            else:
                outcome, message = verdict.read(node)
                if outcome == "broken test" or verdict.was_not_run(node):
                    doubtful.add(cell.name)
            seen[place] = {"outcome": outcome, "message": message}
        if unscored or doubtful:
            gradebook.mark_for_person(
                self.course, self.assignment, student, unscored, doubtful
            )
        return seen

    def _executed(self, student: str) -> dict[str, NotebookNode]:
        """The graded cells of the student's autograded notebooks, by their place."""
        found = {}
        folder = self.course.autograded / student / self.assignment
        for path in courses.notebooks(folder):
            content = json.loads(path.read_text(encoding="utf-8"))
            for cell in nbformat.from_dict(content).cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if name:
                    found[f"{path.stem}/{name}"] = cell
        return found

    def _log(self, student: str) -> None:
        LOG.error("%s, %s:\n%s", self.assignment, student, traceback.format_exc())
