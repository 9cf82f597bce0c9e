"""Tell nbgrader, its formgrader and `autograder` where things are and how to grade.

nbgrader reads this file in the folder it is started in: start `nbgrader` and `make lab`
here. Paths are absolute, so that they hold whatever folder a command changes to.
"""

from pathlib import Path

from autograder.course import IGNORED

c = get_config()  # noqa: F821  (traitlets defines it while reading this file)

HERE = Path(__file__).resolve().parent
GRADING = HERE / "grading"
# nbgrader makes neither the folder of its gradebook nor that of its exchange.
(GRADING / "exchange").mkdir(parents=True, exist_ok=True)

# The exchange, over which students fetch and submit, keeps the classes apart by this
# name; the formgrader has no buttons for it without one.
c.CourseDirectory.course_id = "cnnlab"

# --- Folders ------------------------------------------------------------------------
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
# nbgrader's generate_solution would write into our sources without this line.
c.CourseDirectory.solution_directory = "grading/solution"
c.CourseDirectory.source_with_tests_directory = "grading/source_with_tests"
c.CourseDirectory.db_url = f"sqlite:///{GRADING / 'gradebook.db'}"
c.CourseDirectory.ignore = list(IGNORED)
c.Exchange.root = str(GRADING / "exchange")
c.NbGrader.logfile = str(GRADING / "nbgrader.log")

# --- What students see in place of a solution ---------------------------------------
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Your turn: replace this line with your '
    'solution.")'
}

# --- Grading ------------------------------------------------------------------------
# Seconds for one cell. The longest cell of an exercise trains for about a minute on two
# cores; ten times that leaves room for a slower computer that grades several at once,
# and still ends an endless loop. nbgrader's own 30 would fail honest training.
c.Execute.timeout = 600

# Files of any encoding and format are read, and each notebook is rebuilt from the
# release before nbgrader's own steps.
c.Autograde.exporter_class = "autograder.reading.Reader"
c.Autograde.sanitize_preprocessors = [
    "autograder.reassemble.Reassemble",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# nbgrader's own steps, but its Execute: ours looks into the journal that
# `autograder grade` fills, and executes what is not there.
c.Autograde.autograde_preprocessors = [
    "autograder.replay.Replay",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The kernel for those: forked, so that it has TensorFlow already (Linux; else cold).
c.Replay.kernel = "cnnlab-zygote"

# Students' code runs in a sandbox: it sees no other submission, no gradebook and no
# network. Where that can't be had, `nbgrader autograde` says why; this goes on without,
# as `autograder grade --no-sandbox` does. Only for submissions that you trust.
# c.Replay.sandbox = False
# Limits are in autograder/payload.py. An exercise that needs others has them here:
# c.Replay.limits = {"06_fashion_mnist": {"memory_bytes": 8 << 30}}

# nbgrader's own steps, and ours, which take hidden tests out and give tables lines.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.hidden.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "autograder.style.Style",
]


def register(assignment, student, notebooks):
    """Put the assignment into the gradebook before the first submission is graded."""
    from autograder.course import Course
    from autograder.registration import register

    register(Course(GRADING, HERE), assignment)


c.Autograde.pre_convert_hook = register
