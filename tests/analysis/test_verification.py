"""Verifying finds what was changed afterwards, and names it."""

import shutil
from pathlib import Path

import msgspec

from augtui.analysis.collect import collect
from augtui.analysis.summarise import summarise
from augtui.analysis.verification import verify_study
from augtui.dataset.fingerprint import fingerprint
from augtui.dataset.layout import read_layout
from augtui.paths import StudyPaths
from augtui.plan.spec import Plan, content_hash
from augtui.runlog.info import write_info
from augtui.runlog.summary import encode_summary
from augtui.runlog.verification import Finding
from tests.analysis.pictures import write_dataset
from tests.analysis.synthetic import INFO, make_study, plan

MADE = plan("original", "flipped")


def study(tmp_path: Path) -> StudyPaths:
    """A study that agrees with its images and its plan."""
    root = write_dataset(tmp_path / "set", train=2, test=2)
    made = make_study(tmp_path / "runs", MADE)
    now = fingerprint(read_layout(root))
    info = msgspec.structs.replace(INFO, dataset_root=str(root), fingerprint=now, plan_hash=content_hash(MADE))
    write_info(made, info)
    for path in made.arms.rglob("run.json"):
        path.write_bytes(path.read_bytes().replace(b"0" * 16, now.encode()))
    return made


def findings(made: StudyPaths, as_plan: Plan = MADE) -> dict[str, Finding]:
    return {finding.what: finding for finding in verify_study(collect(made, as_plan, 0.0))}


def wrong(made: StudyPaths, as_plan: Plan = MADE) -> list[str]:
    return [what for what, finding in findings(made, as_plan).items() if finding.ok is False]


def test_untouched_study_agrees(tmp_path: Path) -> None:
    found = findings(study(tmp_path))
    assert list(found) == ["images", "plan", "runs", "predictions", "metrics"]
    assert all(finding.ok for finding in found.values())


def test_changed_image_is_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    (tmp_path / "set" / "train" / "cat" / "0.png").write_bytes(b"other")
    assert wrong(made) == ["images"]


def test_images_that_are_gone_cannot_be_judged(tmp_path: Path) -> None:
    made = study(tmp_path)
    (tmp_path / "set").rename(tmp_path / "elsewhere")
    assert findings(made)["images"].ok is None
    assert wrong(made) == []


def test_edited_plan_is_found(tmp_path: Path) -> None:
    edited = msgspec.structs.replace(MADE, margin=0.5)
    assert wrong(study(tmp_path), edited) == ["plan"]


def test_run_of_other_content_is_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    path = made.run("arms/flipped/seed-1").run
    path.write_bytes(path.read_bytes().replace(b'"epochs":30', b'"epochs":31'))
    assert wrong(made) == ["runs"]
    assert "arms/flipped/seed-1" in findings(made)["runs"].message


def test_polished_metrics_are_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    path = made.run("arms/flipped/seed-2").metrics
    path.write_text(path.read_text().replace('"accuracy": 0.', '"accuracy": 0.9', 1))
    assert wrong(made) == ["metrics"]


def test_polished_predictions_are_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    path = made.run("arms/flipped/seed-2").predictions
    rows = path.read_text().splitlines()
    path.write_text("\n".join(rows[:-1]) + "\n")
    assert set(wrong(made)) == {"predictions", "metrics"}


def test_labels_that_are_not_those_of_the_other_runs_are_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    path = made.run("arms/flipped/seed-2").predictions
    head, *rows = path.read_text().splitlines()
    label = head.split(",").index("label")
    classes = sorted({row.split(",")[label] for row in rows})
    place = next(number for number, row in enumerate(rows) if row.startswith("test,"))
    cells = rows[place].split(",")
    cells[label] = next(name for name in classes if name != cells[label])
    rows[place] = ",".join(cells)
    path.write_text("\n".join([head, *rows]) + "\n")
    assert "predictions" in wrong(made)


def test_run_whose_result_is_gone_is_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    shutil.rmtree(made.run("arms/flipped/seed-1").folder)
    assert wrong(made) == ["predictions"]
    assert "arms/flipped/seed-1" in findings(made)["predictions"].message


def test_tables_that_do_not_follow_from_the_runs_are_found(tmp_path: Path) -> None:
    made = study(tmp_path)
    summary = summarise(collect(made, MADE, 0.0))
    made.summary.write_bytes(encode_summary(summary))
    assert findings(made)["tables"].ok
    made.summary.write_bytes(encode_summary(summary).replace(b'"verdict": "', b'"verdict": "helps, not ', 1))
    assert wrong(made) == ["tables"]


def test_last_digits_of_another_processor_are_not_a_forgery(tmp_path: Path) -> None:
    made = study(tmp_path)
    path = made.run("arms/flipped/seed-2").metrics
    metrics = msgspec.json.decode(path.read_bytes())
    metrics["test"]["brier"] += 1e-14
    path.write_bytes(msgspec.json.encode(metrics))
    assert wrong(made) == []


def test_one_run_is_told_of_as_one(tmp_path: Path) -> None:
    made = study(tmp_path)
    for metrics in sorted(made.arms.rglob("metrics.json"))[1:]:
        metrics.unlink()
    for predictions in sorted(made.arms.rglob("predictions.csv"))[1:]:
        predictions.unlink()
    made.events.unlink()  # which says that they had finished
    assert findings(made)["predictions"].message.startswith("1 run was tested on the same ")
