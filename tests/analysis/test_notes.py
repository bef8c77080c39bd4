"""What must be said beside the numbers is said."""

from pathlib import Path

import msgspec
import pytest

from augtui.analysis.collect import collect
from augtui.analysis.summarise import summarise
from augtui.metrics import encode_metrics, read_predictions, run_metrics
from augtui.paths import StudyPaths
from augtui.plan.grid import RunCell
from augtui.plan.spec import Axis, Plan
from augtui.runlog.checks import CheckReport, Problem, encode_check
from augtui.runlog.info import Extension, write_info
from tests.analysis.synthetic import INFO, make_study, plan


def notes(study: StudyPaths, made: Plan) -> list[str]:
    return summarise(collect(study, made, 0.0)).notes


def test_plain_study_needs_no_notes(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    assert notes(make_study(tmp_path, made), made) == []


def test_models_that_learnt_nothing_are_said_to_have_learnt_nothing(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    for run in study.runs():
        if "flipped" in study.relative(run):
            head, *rows = run.predictions.read_text().splitlines()
            told = [",".join([*row.split(",")[:-2], "0.9", "0.1"]) for row in rows]
            run.predictions.write_text("\n".join([head, *told]) + "\n")
            run.metrics.write_bytes(encode_metrics(run_metrics(read_predictions(run.predictions), made.positive)))
    (said,) = notes(study, made)
    assert said.startswith("every run of flipped gives all test images the same class")


def test_runs_whose_numbers_do_not_follow_from_their_predictions_are_named(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    run = study.run("arms/flipped/seed-1")
    run.metrics.write_bytes(run.metrics.read_bytes().replace(b"0.", b"0.1", 1))
    (said,) = notes(study, made)
    assert said.startswith("1 run (arms/flipped/seed-1): metrics.json does not follow from predictions.csv")


@pytest.mark.parametrize("what", ["2 seeds", "1 seed", "arm flipped", "arms a, b"])
def test_extension_is_said_for_ever(tmp_path: Path, what: str) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    write_info(study, msgspec.structs.replace(INFO, extensions=(Extension(t=0.0, what=what),)))
    (said,) = notes(study, made)
    assert said.startswith(f"extended after a look: by {what} on 1970-01-01")


def test_problems_that_were_let_through_are_carried_along(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    problems = [
        Problem(level="warn", code="near-duplicate-across-splits", message="3 pairs", handled='leak = "keep"'),
        Problem(level="warn", code="no-groups", message="nothing says"),
        Problem(level="warn", code="tiny-image", message="small"),
    ]
    study.check.write_bytes(encode_check(CheckReport(problems=problems)))
    assert notes(study, made) == [
        'near-duplicate-across-splits: 3 pairs (let through by leak = "keep")',
        "no-groups: nothing says",
    ]


def test_single_pair_compares_models_and_not_augmentations(tmp_path: Path) -> None:
    made = plan("original", "flipped", seeds=1)
    study = make_study(tmp_path, made)
    summary = summarise(collect(study, made, 0.0))
    flipped = summary.arms[1].difference["accuracy"]
    assert flipped.p_mcnemar is not None
    assert (flipped.low, flipped.p) == (None, None)
    assert "two trained models can be compared, not two augmentations" in summary.notes[0]


@pytest.mark.parametrize("better", ["original", "flipped"])
def test_baseline_that_beats_every_arm_elsewhere_is_pointed_out(tmp_path: Path, better: str) -> None:
    def quality(cell: RunCell) -> float:
        return 3.0 if cell.arm.name == better and dict(cell.point)["train.epochs"] == 10 else 1.0

    made = plan("original", "flipped", axes=(Axis(key="train.epochs", values=(10, 30)),))
    said = notes(make_study(tmp_path, made, quality), made)
    expected = "no arm at any axis point has a higher mean balanced accuracy than original at train.epochs=10"
    assert [note.startswith(expected) for note in said] == ([True] if better == "original" else [])
