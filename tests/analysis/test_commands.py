"""The commands that publish and prove a study, as processes, on a study that was really trained."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toys import write_dataset, write_plan

ARM = """
[[arms]]
name = "trivial"
online = { policy = "trivialaugment" }
"""


def augtui(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "OMP_NUM_THREADS": "1", "COLUMNS": "120"}
    command = [sys.executable, "-m", "augtui", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=300, check=False
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished study of two arms and two seeds in its runs/."""
    folder = tmp_path_factory.mktemp("trained")
    write_plan(folder / "toy.toml", write_dataset(folder / "images"), epochs=1, arms=ARM)
    done = augtui(folder, "run", "toy.toml", "--device", "cpu", "--slots", "1", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(trained: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    shutil.copytree(trained / "runs", tmp_path / "runs")
    return tmp_path


def test_report_writes_the_asked_formats_and_names_them(place: Path) -> None:
    done = augtui(place, "report", "last", "--format", "md", "--format", "html", "--no-samples")
    assert done.returncode == 0, done.stderr
    files = [place / line for line in done.stdout.splitlines()]
    assert [file.name for file in files] == ["report.md", "report.html"]
    assert all(file.is_file() for file in files)


def test_report_shows_samples_of_each_arm_s_images(place: Path) -> None:
    done = augtui(place, "report", "last", "--format", "md", "--out", "written")
    assert done.returncode == 0, done.stderr
    assert (place / "written" / "figures" / "samples-1-trivialaugment.png").is_file()
    assert "(figures/samples-1-trivialaugment.png)" in (place / "written" / "report.md").read_text()


def test_unknown_format_is_refused_with_the_nearest_name(place: Path) -> None:
    done = augtui(place, "report", "last", "--format", "htm")
    assert done.returncode == 2
    assert "html" in done.stderr


def test_verify_finds_that_a_fresh_study_agrees(place: Path) -> None:
    done = augtui(place, "verify", "last", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert found["agrees"]
    models = [finding for finding in found["findings"] if finding["what"] == "model"]
    assert len(models) == 2
    assert all("says of 12 test images what predictions.csv says" in finding["message"] for finding in models)


def test_verify_finds_a_model_that_says_something_else(place: Path) -> None:
    (study,) = (place / "runs").iterdir()
    other = study / "arms" / "trivial" / "seed-1" / "model.safetensors"
    shutil.copy(other, study / "arms" / "trivial" / "seed-0" / "model.safetensors")
    done = augtui(place, "verify", "last")
    assert done.returncode == 1
    assert "arms/trivial/seed-0: probabilities differ" in done.stdout
    assert "1 thing disagrees" in done.stdout


def test_study_compared_with_itself_does_not_differ(place: Path) -> None:
    (study,) = (place / "runs").iterdir()
    done = augtui(place, "compare", "last", study.name, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [(arm["name"], arm["same_runs"]) for arm in answer["arms"]] == [("original", 2), ("trivial", 2)]
    told = augtui(place, "compare", "last", study.name).stdout
    assert "2 of 2 the very same" in told


def test_export_writes_for_tensorboard(place: Path) -> None:
    done = augtui(place, "export", "last", "--to", "tensorboard", "--out", "board")
    assert done.returncode == 0, done.stderr
    assert len(list((place / "board").rglob("events.out.tfevents.*"))) == 4


def test_check_draws_near_duplicates_side_by_side(tmp_path: Path) -> None:
    from tests.analysis.pictures import picture
    from tests.analysis.pictures import write_dataset as write_pictures

    root = write_pictures(tmp_path / "set", train=6, test=4, make=lambda seed: picture(seed, side=160))
    picture(0, side=160).rotate(3).save(root / "test" / "cat" / "turned.png")
    done = augtui(tmp_path, "check", "set", "--pairs", "pairs.png")
    assert done.returncode == 3, done.stderr
    assert "near-duplicate-across-splits" in done.stdout
    assert "smallest difference that would show" in done.stdout
    assert (tmp_path / "pairs.png").is_file()
