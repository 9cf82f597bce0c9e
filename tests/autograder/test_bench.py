"""`make bench` runs through, and keeps what other measurements have recorded."""

import json

import pytest

from autograder import bench


@pytest.mark.slow
def test_quick_run(tmp_path, capsys):
    file = tmp_path / "bench.json"
    file.write_text('{"training": {"seconds": 1}, "grading": {"other": 2}}')
    bench.main(["--quick", "--output", str(file)])
    content = json.loads(file.read_text())
    assert content["training"] == {"seconds": 1}
    grading = content["grading"]
    assert grading["other"] == 2
    assert grading["submissions"] == 3
    assert grading["ratio_to_nbgrader"] > 0
    assert {"start_s", "overhead_s"} <= set(grading)  # of any sign in so few
    assert grading["kernel_memory_mb"] > 10  # the kernel, not what confines it
    assert set(grading["light_s"]) == {"2", "4"}
    assert "confinement_light_s" in grading
    assert "same scores" in capsys.readouterr().out


def test_differences_are_named():
    bench.compare({"ada": {"a/x": 1.0}}, {"ada": {"a/x": 1.0}})
    with pytest.raises(RuntimeError, match="a/x"):
        bench.compare({"ada": {"a/x": 0.0}}, {"ada": {"a/x": 1.0}})
    with pytest.raises(RuntimeError, match="the scores differ"):
        bench.compare({"ada": {}}, {})
