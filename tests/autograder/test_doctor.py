"""`autograder doctor` notices what is wrong, says how to mend it, and is quick."""

import os
import socket
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from autograder import cli, doctor, sandbox
from autograder.doctor import OK, PROBLEM, WARNING

ROOT = Path(__file__).parents[2]


def levels(findings) -> list[str]:
    found = list(findings)
    for finding in found:
        assert finding.found
        assert finding.level == OK or finding.fix, finding
    return [finding.level for finding in found]


def test_it_is_quick_and_imports_no_tensorflow(tmp_path):
    program = (
        "import sys; from autograder import cli; status = cli.main(sys.argv[1:]);"
        "assert not {'tensorflow', 'keras', 'nbgrader'} & set(sys.modules);"
        "sys.exit(status)"
    )
    started = time.process_time(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, "doctor", "--course", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"CNNLAB_DATA": "generated"},
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.returncode == int(PROBLEM in done.stdout)
    assert time.monotonic() - started[1] < 30  # 2 s, where nothing else runs
    for what in ("Python", "packages", "kernels", "sandbox", "data", "disk", "memory"):
        assert what in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("level", [OK, WARNING, PROBLEM])
def test_only_a_problem_fails(monkeypatch, capsys, level):
    finding = doctor.Finding(level, "thing", "as it is", "do this")
    monkeypatch.setattr(doctor, "examine", lambda *places: iter([finding]))
    assert cli.main(["doctor"]) == int(level == PROBLEM)
    said = capsys.readouterr().out
    assert level in said
    assert "→ do this" in said


def test_a_look_that_fails_hides_no_other(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "memory", lambda: 1 / 0)
    found = list(doctor.examine(ROOT, tmp_path))
    (odd,) = [each for each in found if "ZeroDivisionError" in each.found]
    assert odd.level == WARNING
    assert any(each.what == "course folder" for each in found)


@pytest.mark.parametrize("version", [(3, 10, 1), (3, 14, 0)])
def test_python(monkeypatch, version):
    assert levels(doctor.python()) == [OK]
    monkeypatch.setattr(doctor.sys, "version_info", version)
    assert levels(doctor.python()) == [PROBLEM]


def test_pythons_are_those_of_the_project():
    import tomllib

    text = (ROOT / "pyproject.toml").read_text()
    (low, high) = doctor.PYTHONS
    wanted = f">={low[0]}.{low[1]},<{high[0]}.{high[1]}"
    assert tomllib.loads(text)["project"]["requires-python"] == wanted


def test_module_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.sys, "dont_write_bytecode", True)
    assert levels(doctor.module_cache()) == [WARNING]
    monkeypatch.setattr(doctor.sys, "dont_write_bytecode", False)
    assert levels(doctor.module_cache()) == [OK]
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(doctor.os, "access", lambda place, mode: False)
    assert levels(doctor.module_cache()) == [WARNING]
    (tmp_path / "module.pyc").touch()
    assert levels(doctor.module_cache()) == [OK]


def test_packages(tmp_path):
    numpy = metadata.version("numpy")
    lock = tmp_path / "requirements.lock"

    def found(text: str):
        lock.write_text(text)
        return list(doctor.packages(lock))

    pin = f"numpy=={numpy} \\\n    --hash=sha256:00\n"
    assert levels(found(pin)) == [OK]
    (one,) = found("numpy==1.0 \\\n    --hash=sha256:00\n")
    assert one.level == WARNING
    assert f"numpy {numpy} (not 1.0)" in one.found
    assert levels(found("no-such==1.0 \\\n")) == [WARNING]
    assert levels(found("no-such==1.0 ; python_version < '3' \\\n")) == [OK]
    lock.unlink()
    assert levels(doctor.packages(lock)) == [WARNING]


def test_a_package_that_is_needed_is_missing(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such==1.0 \\\n")
    monkeypatch.setattr(doctor, "_needed", lambda: iter(["No_Such"]))
    (one,) = doctor.packages(lock)
    assert one.level == PROBLEM
    assert "no-such" in one.found


def test_needed_are_what_notebooks_and_grading_import():
    needed = set(doctor._needed())
    assert {"tensorflow", "numpy", "nbgrader", "jupyterlab"} <= needed
    assert not {"ruff", "pytest", "distributed"} & needed


def test_commands(tmp_path, monkeypatch):
    home = Path(sys.executable).parent
    monkeypatch.setenv("PATH", str(home))
    assert levels(doctor.commands()) == [OK]
    other = tmp_path / "nbgrader"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{home}")
    (one,) = doctor.commands()
    assert one.level == PROBLEM
    assert str(other) in one.found
    monkeypatch.setenv("PATH", "")
    assert levels(doctor.commands()) == [WARNING]


def test_kernels(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager

    found = {name: str(tmp_path / name) for name in doctor.KERNELS}
    monkeypatch.setattr(KernelSpecManager, "find_kernel_specs", lambda self: found)
    for name, program in zip(
        doctor.KERNELS, (sys.executable, "/no/python"), strict=True
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kernel.json").write_text(f'{{"argv": ["{program}"]}}')
    assert levels(doctor.kernels()) == [OK, WARNING]
    found.clear()
    assert levels(doctor.kernels()) == [PROBLEM, WARNING]


@pytest.mark.parametrize(
    ("tier", "level"),
    [(sandbox.NAMESPACES, OK), (sandbox.BUBBLEWRAP, WARNING), (None, PROBLEM)],
)
def test_sandbox(monkeypatch, tier, level):
    monkeypatch.setattr(sandbox, "probe", lambda: (tier, "namespaces: refused"))
    (one,) = doctor.confinement()
    assert one.level == level
    assert tier is not None or "--no-sandbox" in one.fix


def test_data(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    assert levels(doctor.data()) == [OK]
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "none"))
    assert levels(doctor.data()) == [PROBLEM]
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    assert levels(doctor.data()) == [WARNING] * 3
    for folder in (tmp_path / "mnist", tmp_path / "keras/datasets/fashion-mnist"):
        folder.mkdir(parents=True)
        for name in doctor.MNIST:
            (folder / name).write_bytes(b"x")
    assert levels(doctor.data()) == [OK, OK, WARNING]
    (tmp_path / "mnist" / doctor.MNIST[0]).write_bytes(b"")
    assert levels(doctor.data()) == [OK, PROBLEM, WARNING]


def test_data_files_are_those_that_are_read():
    from cnnlab.datasets import MNIST_FILES

    assert set(doctor.MNIST) == set(MNIST_FILES)


@pytest.mark.parametrize(("free", "level"), [(0.5, PROBLEM), (3, WARNING), (9, OK)])
def test_disk(tmp_path, monkeypatch, free, level):
    class Usage:
        free = 0

    Usage.free = int(free * 2**30)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: Usage)
    assert set(levels(doctor.disk(tmp_path / "not" / "yet"))) == {level}


@pytest.mark.parametrize(("free", "level"), [(1, PROBLEM), (2.5, WARNING), (64, OK)])
def test_memory(monkeypatch, free, level):
    monkeypatch.setattr(doctor, "available_memory", lambda: int(free * 2**30))
    monkeypatch.setattr(doctor, "cores", lambda: 4)
    assert levels(doctor.memory()) == [level]


def test_memory_is_known_here():
    assert doctor.available_memory() > 1 << 20


def test_port(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        monkeypatch.setattr(doctor, "PORTS", range(number, number + 1))
        assert levels(doctor.port()) == [PROBLEM]
    assert levels(doctor.port()) == [OK]


def test_course_folder(tmp_path, monkeypatch):
    assert levels(doctor.course_folder(tmp_path)) == [OK]
    assert list(tmp_path.iterdir()) == []
    assert levels(doctor.course_folder(tmp_path / "none")) == [WARNING]
    (tmp_path / "what?").mkdir()
    assert [f.level for f in doctor.course_folder(tmp_path / "what?")] == [PROBLEM]

    def refuse(**where):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    assert levels(doctor.course_folder(tmp_path)) == [PROBLEM]
