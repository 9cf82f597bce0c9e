"""What nbgrader_config.py asks for, as far as it is ours. Without nbgrader: quick."""

from dataclasses import fields

from traitlets.config import Config, PyFileConfigLoader

from autograder.course import Course, UsageError
from autograder.payload import Limits

FILE = "nbgrader_config.py"


def read(course: Course) -> Config:
    """Return the repository's nbgrader_config.py, empty where there is none."""
    if not (course.repository / FILE).is_file():
        return Config()
    return PyFileConfigLoader(FILE, path=str(course.repository)).load_config()


def limits(config: Config, assignment: str) -> Limits:
    """The limits that nbgrader's configuration asks for. Raises UsageError."""
    ours = config.get("Replay", Config())
    asked = {"sandbox": bool(ours.get("sandbox", True))}
    if seconds := config.get("Execute", Config()).get("timeout"):
        asked["cell_seconds"] = int(seconds)
    own = ours.get("limits", {}).get(assignment, {})
    if unknown := own.keys() - {each.name for each in fields(Limits)}:
        raise UsageError(
            f"c.Replay.limits[{assignment!r}] of {FILE}: there is no limit "
            f"{sorted(unknown)[0]!r}."
        )
    return Limits(**asked | own)
