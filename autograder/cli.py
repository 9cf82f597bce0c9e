"""The command line: `autograder COMMAND`. Each command lives in a module of its own."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from autograder.course import UsageError

# A module here has add_command(subparsers) and imports what is slow only when it runs.
COMMANDS = ("build", "grade", "demo", "collect", "report", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status: 0 well, 2 for what the user can mend."""
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Build, collect, grade and show the course's exercises.",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        importlib.import_module(f"autograder.{command}").add_command(subparsers)
    arguments = parser.parse_args(argv)
    try:
        return arguments.run(arguments)
    except UsageError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
