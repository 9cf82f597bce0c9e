"""`autograder doctor`: is all there that teaching and grading need, and how to mend it.

Looks only: it imports no TensorFlow, downloads nothing, and leaves no file behind.
"""

import argparse
import fcntl
import json
import os
import re
import shutil
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder import course as courses
from autograder import sandbox
from autograder.course import UsageError
from autograder.grade import cores

OK, WARNING, PROBLEM = "ok", "warning", "problem"
PYTHONS = ((3, 11), (3, 14))  # from, and up to but without: as pyproject.toml has it
NEEDED_EXTRA = "lab"  # of pyproject.toml; what other extras bring may be missing
TOOLS = ("autograder", "nbgrader", "jupyter")
KERNELS = ("python3", "cnnlab-zygote")
DISK_BYTES = (1 << 30, 5 << 30)  # free: less is a problem, or deserves a warning
MEMORY_BYTES = 2 << 30  # free: TensorFlow and one small network take less
MEMORY_EACH = 1 << 30  # of a submission that trains
PORTS = range(8888, 8939)  # where JupyterLab looks for a free one
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; ([^\\]+?))? \\?$", re.MULTILINE)
# Folders of data sets, and the files that make them whole.
MNIST = tuple(
    f"{part}-{what}-ubyte.gz"
    for part in ("train", "t10k")
    for what in ("images-idx3", "labels-idx1")
)
SLICES = tuple(f"{kind}/{n}.png" for kind in ("image", "label") for n in range(30))
DATA = {"fashion-mnist": MNIST, "mnist": MNIST, "isbi2012": SLICES}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its level, what was found, and how to mend it."""

    level: str
    what: str
    found: str
    fix: str = ""


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `doctor` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="look whether all is there that teaching and grading need",
        description="Look whether all is there that teaching and grading need: Python, "
        "versions, commands, kernels, the sandbox, data, disk, memory, a port for "
        "JupyterLab, and a course's folder that can be written to. Each is ok, a "
        "warning (things work, but not as well as they could) or a problem, with a way "
        "to mend it. Exits 1 if there is a problem. Takes seconds, changes nothing.",
    )
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="the course's folder to look at (default grading)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder doctor`; return the exit status: 1 if there is a problem."""
    repository = courses.find_repository(Path.cwd())
    folder = Path(arguments.course or repository / "grading").expanduser().absolute()
    findings = []
    for finding in examine(repository, folder):
        findings.append(finding)
        print(f"{finding.level:8} {finding.what:13} {finding.found}", flush=True)
        if finding.fix:
            print(f"{'':8} {'':13} → {finding.fix}", flush=True)
    counts = {
        level: sum(f.level == level for f in findings) for level in (PROBLEM, WARNING)
    }
    if counts[PROBLEM]:
        print(f"\n{counts[PROBLEM]} to mend, {counts[WARNING]} warnings.")
        return 1
    print(f"\nReady to teach and grade; {counts[WARNING]} warnings.")
    return 0


def examine(repository: Path, folder: Path) -> Iterator[Finding]:
    """Yield what was found; a look that fails by itself is a finding, too."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Python", python),
        ("module cache", module_cache),
        ("packages", lambda: packages(repository / "requirements.lock")),
        ("commands", commands),
        ("kernels", kernels),
        ("sandbox", confinement),
        ("data", data),
        ("disk", lambda: disk(folder)),
        ("memory", memory),
        ("port", port),
        ("course folder", lambda: course_folder(folder)),
    ]
    for what, look in looks:
        try:
            yield from look()
        except Exception as error:  # whatever is odd here must not hide the rest
            yield Finding(
                WARNING,
                what,
                f"could not be looked at: {type(error).__name__}: {error}",
            )


def python() -> Iterator[Finding]:
    """Look at Python's version, and whether an environment is used."""
    version = ".".join(map(str, sys.version_info[:3]))
    low, high = PYTHONS
    if not low <= sys.version_info[:2] < high:
        yield Finding(
            PROBLEM,
            "Python",
            f"{version}, but TensorFlow needs 3.{low[1]} to 3.{high[1] - 1}",
            f"make PYTHON=/path/to/python3.{high[1] - 1} lab",
        )
    else:
        yield Finding(OK, "Python", f"{version}, {sys.prefix}")


def module_cache() -> Iterator[Finding]:
    """Look whether Python keeps what it compiles of the packages' modules."""
    packages = Path(sysconfig.get_path("purelib"))
    what, cost = "module cache", "imports of TensorFlow take three times as long"
    if sys.dont_write_bytecode:
        found = f"PYTHONDONTWRITEBYTECODE is set: {cost}"
        yield Finding(WARNING, what, found, "unset PYTHONDONTWRITEBYTECODE")
    elif not os.access(packages, os.W_OK) and not any(packages.rglob("*.pyc")):
        found = f"{packages} can't be written to and holds nothing compiled: {cost}"
        mend = f"as its owner: python -m compileall -q {packages}"
        yield Finding(WARNING, what, found, mend)
    else:
        yield Finding(OK, what, f"in {packages}")


def packages(lock: Path) -> Iterator[Finding]:
    """Compare what is installed with requirements.lock."""
    if not lock.is_file():
        yield Finding(
            WARNING,
            "packages",
            f"there is no {lock.name} in {lock.parent} to compare with",
            "run this in the course's folder",
        )
        return
    from packaging.markers import Marker
    from packaging.utils import canonicalize_name

    needed = {canonicalize_name(name) for name in _needed()}
    missing, lacking, other, count = [], [], [], 0
    for name, wanted, marker in PIN.findall(lock.read_text(encoding="utf-8")):
        if marker and not Marker(marker).evaluate():
            continue
        count += 1
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            essential = canonicalize_name(name) in needed
            (missing if essential else lacking).append(name)
            continue
        if version != wanted:
            other.append(f"{name} {version} (not {wanted})")
    mend = "make lab, or pip install -r requirements.lock"
    if missing:
        found = f"missing: {_listed(missing)}"
        yield Finding(PROBLEM, "packages", found, mend)
    if other:
        found = f"of other versions than tested: {_listed(other)}"
        yield Finding(WARNING, "packages", found, mend)
    if lacking:
        found = f"of requirements.lock, not installed: {_listed(lacking)}"
        yield Finding(WARNING, "packages", found, mend)
    if not (missing or other or lacking):
        yield Finding(OK, "packages", f"all {count} as in requirements.lock")


def commands() -> Iterator[Finding]:
    """Look whether the shell finds this environment's commands, not another's."""
    home = Path(sys.executable).parent
    absent, foreign = [], []
    for name in TOOLS:
        place = shutil.which(name)
        if place is None:
            absent.append(name)
        elif Path(place).parent.resolve() != home.resolve():
            foreign.append(place)
    activate = home / "activate"
    mend = (
        f"source {activate}" if activate.exists() else f"put {home} first on the PATH"
    )
    if foreign:
        found = f"the shell finds another environment's: {', '.join(foreign)}"
        yield Finding(PROBLEM, "commands", found, mend)
    if absent:
        found = f"the shell does not find {', '.join(absent)}"
        yield Finding(WARNING, "commands", found, mend)
    if not (foreign or absent):
        yield Finding(OK, "commands", f"{', '.join(TOOLS)} in {home}")


def kernels() -> Iterator[Finding]:
    """Look whether Jupyter knows the kernels, and whether they start this Python."""
    from jupyter_client.kernelspec import KernelSpecManager

    found = KernelSpecManager().find_kernel_specs()
    for name in KERNELS:
        if name not in found:
            course = name == "cnnlab-zygote"
            yield Finding(
                WARNING if course else PROBLEM,
                "kernels",
                f"{name} is not installed"
                + (": `nbgrader autograde` would start slowly" if course else ""),
                "rm -f .venv/ready && make lab"
                if course
                else "python -m ipykernel install --sys-prefix",
            )
            continue
        program = json.loads((Path(found[name]) / "kernel.json").read_text())["argv"][0]
        place = shutil.which(program) or program
        ours = program.startswith("python") or Path(place).exists()
        # A bare "python" is replaced by the one that runs Jupyter.
        mine = not os.path.isabs(program) or _same_environment(Path(place))
        if ours and mine:
            yield Finding(OK, "kernels", f"{name} in {found[name]}")
        else:
            yield Finding(
                WARNING,
                "kernels",
                f"{name} in {found[name]} starts {program}, not this environment",
                f"jupyter kernelspec remove {name}",
            )


def confinement() -> Iterator[Finding]:
    """Look what confines students' code."""
    tier, reason = sandbox.probe()
    if tier is None:
        found = "students' code can't be confined"
        yield Finding(PROBLEM, "sandbox", found, sandbox.refusal(reason))
    elif tier == sandbox.BUBBLEWRAP:
        yield Finding(
            WARNING,
            "sandbox",
            f"bubblewrap, which starts each kernel anew; {reason}",
            "allow user namespaces (Ubuntu 24.04: sudo sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0)",
        )
    else:
        yield Finding(OK, "sandbox", f"{tier}: students' code can be confined")


def data() -> Iterator[Finding]:
    """Look which data sets are real, as `cnnlab.datasets` would find them."""
    place = os.environ.get("CNNLAB_DATA", "")
    if place == "generated":
        found = "CNNLAB_DATA=generated: stand-ins everywhere, as asked for"
        yield Finding(OK, "data", found)
        return
    if place and not Path(place).is_dir():
        yield Finding(
            PROBLEM,
            "data",
            f"CNNLAB_DATA is {place!r}, which is no folder",
            "correct it, or unset it",
        )
        return
    folders = [Path(place)] if place else []
    folders.append(Path(sandbox.keras_home()) / "datasets")
    for name, files in DATA.items():
        there = next((f / name for f in folders if (f / name).is_dir()), None)
        if there is None:
            yield Finding(
                WARNING,
                "data",
                f"{name}: no copy here; it is downloaded on first use, else a stand-in "
                "is made",
                f"put its files into {folders[0] / name}/, or CNNLAB_DATA=generated",
            )
        elif lost := [each for each in files if not _is_file(there / each)]:
            yield Finding(
                PROBLEM,
                "data",
                f"{name}: {there} lacks {_listed(lost)}",
                "delete the folder, and copy or download it again",
            )
        else:
            yield Finding(OK, "data", f"{name}: real, in {there}")


def disk(folder: Path) -> Iterator[Finding]:
    """Look at free space, for the course and for what kernels write meanwhile."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    for place in dict.fromkeys((existing, Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(place).free
        low, enough = DISK_BYTES
        level = PROBLEM if free < low else WARNING if free < enough else OK
        fix = "" if level == OK else "make room: grading needs about 5 GB"
        yield Finding(level, "disk", f"{free / (1 << 30):.1f} GB free at {place}", fix)


def memory() -> Iterator[Finding]:
    """Look how many submissions may train at a time."""
    free = available_memory()
    if free is None:
        yield Finding(WARNING, "memory", "this system does not tell how much is free")
        return
    told = f"{free / (1 << 30):.1f} GB free"
    at_once = max(1, (free - MEMORY_BYTES // 2) // MEMORY_EACH)
    if free < MEMORY_BYTES:
        fix = "close other programs: TensorFlow and a small network take 2 GB"
        yield Finding(PROBLEM, "memory", told, fix)
    elif at_once < cores():
        found = f"{told}, for {at_once} submissions at a time on {cores()} processors"
        yield Finding(WARNING, "memory", found, f"autograder grade --jobs {at_once}")
    else:
        yield Finding(OK, "memory", f"{told}, {cores()} processors")


def available_memory() -> int | None:
    """Bytes that programs may still take, also where a container limits them."""
    found = []
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                found.append(1024 * int(line.split()[1]))
    except OSError:
        return None
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        if limit != "max":
            used = int((group / "memory.current").read_text())
            # Cached files are given back when programs ask for memory.
            stat = dict(
                line.split() for line in (group / "memory.stat").open(encoding="utf-8")
            )
            found.append(int(limit) - used + int(stat.get("inactive_file", 0)))
    except (OSError, ValueError):  # no container, or one of another kind
        pass
    return min(found, default=None)


def port() -> Iterator[Finding]:
    """Look for a port for JupyterLab."""
    for number in PORTS:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", number))
            except OSError:
                continue
        taken = "" if number == PORTS[0] else f"; {PORTS[0]} is taken"
        yield Finding(OK, "port", f"{number} is free for JupyterLab{taken}")
        return
    yield Finding(
        PROBLEM,
        "port",
        f"none of {PORTS[0]} to {PORTS[-1]} is free for JupyterLab",
        "stop other servers (jupyter server list), or jupyter lab --port NUMBER",
    )


def course_folder(folder: Path) -> Iterator[Finding]:
    """Look whether the course's folder takes files and locks."""
    if not folder.is_dir():
        yield Finding(
            WARNING,
            "course folder",
            f"there is no {folder} yet",
            f"mkdir -p {folder}, or name another with --course",
        )
        return
    try:
        courses.open_course(folder)
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except UsageError as error:
        fix = "rename it, or name another with --course"
        yield Finding(PROBLEM, "course folder", str(error), fix)
    except OSError as error:
        yield Finding(
            PROBLEM,
            "course folder",
            f"{folder} can't be written to, or takes no locks ({error.strerror})",
            "change its owner or mode, or name a folder on a local disk with --course",
        )
    else:
        yield Finding(OK, "course folder", f"{folder} can be written to")


def _needed() -> Iterator[str]:
    """Names of the packages that cnnlab needs for notebooks and grading."""
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires("cnnlab") or []
    except metadata.PackageNotFoundError:
        return
    for line in lines:
        requirement = Requirement(line)
        extra = {"extra": NEEDED_EXTRA}
        if requirement.marker is None or requirement.marker.evaluate(extra):
            yield requirement.name


def _same_environment(program: Path) -> bool:
    return program.parent.resolve() == Path(sys.executable).parent.resolve()


def _is_file(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
