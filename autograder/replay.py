"""nbgrader's Execute, replaced: take the outputs from the journal, else execute.

`nbgrader_config.py` puts `Replay` into `Autograde.autograde_preprocessors`, so that
`nbgrader autograde`, the formgrader's button and `autograder grade` give one result.
"""

from pathlib import Path

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from sqlalchemy.engine import make_url
from traitlets import Bool, Dict, Integer, Unicode

from autograder import course, verdict
from autograder.journal import Journal
from autograder.payload import Payload, read_files
from autograder.settings import limits

# {(student, notebook): entry}: what `autograder grade` has executed and now converts.
AT_HAND: dict[tuple[str, str], dict] = {}


class Replay(NbGraderPreprocessor):
    """Give each code cell of a sanitised notebook the outputs of its execution."""

    kernel = Unicode(
        "",
        help="The kernel that executes what the journal doesn't hold; empty: the "
        "notebook's own.",
    ).tag(config=True)
    threads = Integer(
        1, help="How many cores one notebook's numerical libraries may use."
    ).tag(config=True)

    sandbox = Bool(
        True,
        help="Confine students' code. Without, it can read other submissions and the "
        "gradebook, and use the network.",
    ).tag(config=True)
    limits = Dict(
        help="What an exercise may use where it isn't the usual: {assignment: {name: "
        "number}}, by the names of autograder.payload.Limits.",
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Fill in the outputs. Raises KernelFailure where no kernel starts."""
        about = resources["nbgrader"]
        entry = AT_HAND.get((about["student"], about["notebook"]))
        if entry is None:
            entry = self._recorded(nb, resources)
        fill_in(nb, entry)
        return nb, resources

    def _recorded(self, nb: NotebookNode, resources: dict) -> dict:
        """The journal's entry, after executing where there is none."""
        about = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"])
        files = read_files([course.files(folder)])
        payload = Payload(nb, files, limits(self.config, about["assignment"]))
        gradebook = Path(make_url(about["db_url"]).database)
        journal = Journal(gradebook.parent / "journal" / about["assignment"])
        key = payload.key()
        entry = journal.entry(key)
        if entry is None:
            from autograder.execute import COLD_KERNEL, execute

            self.log.info("Executing the notebook of %s", about["student"])
            own = nb.metadata.get("kernelspec", {}).get("name")
            entry = execute(payload, self.kernel or own or COLD_KERNEL, self.threads)
            journal.put_entry(key, entry)
        return entry


def fill_in(notebook: NotebookNode, entry: dict) -> None:
    """Give the notebook's code cells the outputs of `entry`, fit for scoring."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, result in zip(code, entry["cells"], strict=True):
        cell.outputs = from_dict(result["outputs"])
        cell.execution_count = result["execution_count"]
        if is_grade(cell) and not is_solution(cell):
            verdict.settle(cell)
    notebook.metadata["language_info"] = from_dict(entry["language_info"])
