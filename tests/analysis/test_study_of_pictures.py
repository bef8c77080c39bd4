"""What the check finds and what the axes ask for reaches the trainings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augtui.paths import StudyPaths, studies
from augtui.runlog.info import read_info
from augtui.runlog.summary import read_summary
from tests.analysis.pictures import picture, write_dataset
from tests.analysis.test_commands import augtui

PLAN = """
name = "pictures"
dataset = "{dataset}"
seeds = 1

[data]
image_size = 32
validation = 0
leak = "{leak}"

[train]
epochs = 1
batch_size = 8

[axes]
"data.fraction" = [0.5, 1.0]

[[arms]]
name = "original"

[[arms]]
name = "trivial"
online = {{ policy = "trivialaugment" }}
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Ten training pictures of each class, one of which lies in test as well, turned a little."""
    root = write_dataset(tmp_path / "set", train=10, test=6, make=lambda seed: picture(seed, side=160))
    picture(0, side=160).rotate(3).save(root / "test" / "cat" / "turned.png")
    return root


def carried_out(tmp_path: Path, dataset: Path, leak: str) -> StudyPaths:
    (tmp_path / "plan.toml").write_text(PLAN.format(dataset=dataset, leak=leak))
    done = augtui(tmp_path, "run", "plan.toml", "--device", "cpu", "--slots", "1", "--quiet")
    assert done.returncode == 0, done.stderr
    (study,) = studies(tmp_path / "runs")
    return study


def train_images(study: StudyPaths, fraction: str) -> int:
    run = study.run(f"arms/trivial/data.fraction={fraction}/seed-0")
    return int(json.loads(run.metrics.read_bytes())["train_images"])


@pytest.mark.parametrize(("leak", "all_of_them"), [("drop-from-train", 19), ("keep", 20)])
def test_near_copies_of_test_images_follow_the_plan(
    tmp_path: Path, dataset: Path, leak: str, all_of_them: int
) -> None:
    study = carried_out(tmp_path, dataset, leak)
    assert train_images(study, "1.0") == all_of_them
    assert train_images(study, "0.5") == 10
    info = read_info(study)
    assert (info.training_fingerprint != info.fingerprint) is (leak == "drop-from-train")
    summary = read_summary(study.summary)
    answer = "mended by" if leak == "drop-from-train" else "let through by"
    assert any(f'{answer} leak = "{leak}"' in note for note in summary.notes)
    augtui(tmp_path, "report", "last", "--format", "md", "--no-samples")
    assert "(figures/near-duplicates.png)" in (study.report / "report.md").read_text()
    assert (study.report / "figures" / "near-duplicates.png").is_file()
    assert [reading.fraction for reading in summary.readings] == [0.5, 1.0]


def test_near_copies_block_where_the_plan_says_nothing(tmp_path: Path, dataset: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN.format(dataset=dataset, leak="block"))
    done = augtui(tmp_path, "run", "plan.toml", "--device", "cpu", "--slots", "1", "--quiet")
    assert done.returncode == 3
    assert "near-duplicate-across-splits" in done.stderr
