"""The tables of a study follow from its run folders."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from augtui.analysis.collect import collect
from augtui.analysis.summarise import summarise
from augtui.metrics import METRICS, read_predictions, run_metrics
from augtui.plan.spec import Axis
from augtui.runlog.summary import Summary, encode_summary, read_summary
from tests.analysis.synthetic import EPOCHS, Truth, make_study, plan

NOW = 2000.0


def summary_of(tmp_path: Path, *args: object, **kwargs: object) -> Summary:
    made = args[0]
    study = make_study(tmp_path, *args, **kwargs)  # type: ignore[arg-type]
    return summarise(collect(study, made, NOW))  # type: ignore[arg-type]


def test_each_arm_has_one_entry_at_each_axis_point(tmp_path: Path) -> None:
    axes = (Axis(key="train.epochs", values=(10, 20)),)
    found = summary_of(tmp_path, plan("original", "flipped", axes=axes))
    assert [(arm.name, arm.axes) for arm in found.arms] == [
        ("original", {"train.epochs": 10}),
        ("flipped", {"train.epochs": 10}),
        ("original", {"train.epochs": 20}),
        ("flipped", {"train.epochs": 20}),
    ]


def test_metrics_are_those_of_the_runs(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    found = summarise(collect(study, made, NOW)).arm("flipped")
    values = [
        run_metrics(read_predictions(study.run(f"arms/flipped/seed-{seed}").predictions), "malignant")["test"]
        for seed in range(3)
    ]
    assert found is not None
    assert set(found.metrics) == set(METRICS)
    for name in METRICS:
        expected = [value[name] for value in values]
        assert found.metrics[name].values == expected
        assert found.metrics[name].mean == pytest.approx(np.mean(expected))
        assert found.metrics[name].sd == pytest.approx(np.std(expected, ddof=1))


def test_difference_is_paired_by_seed(tmp_path: Path) -> None:
    found = summary_of(
        tmp_path, plan("original", "flipped"), lambda cell: 1.0 + cell.seed + (cell.arm.name == "flipped")
    )
    original, flipped = found.arms
    deltas = np.subtract(flipped.metrics["auroc"].values, original.metrics["auroc"].values)
    assert flipped.difference["auroc"].mean == pytest.approx(deltas.mean())
    assert flipped.difference["auroc"].sd == pytest.approx(deltas.std(ddof=1))
    assert flipped.difference["auroc"].n == 3
    assert original.difference == {}


@pytest.mark.parametrize("broken", ["arms/original/seed-1", "arms/flipped/seed-1"])
def test_failed_run_takes_its_pair_out_of_the_difference(tmp_path: Path, broken: str) -> None:
    found = summary_of(tmp_path, plan("original", "flipped"), failing=frozenset({broken}))
    original, flipped = found.arms
    assert flipped.difference["accuracy"].n == 2
    assert (original.failed, flipped.failed) == ((1, 0) if "original" in broken else (0, 1))
    assert [(failure.run, failure.kind) for failure in found.failures] == [(broken, "diverged")]
    assert broken not in found.made_from
    assert found.state == "failed"


def test_unfinished_study_is_summarised_as_far_as_it_is(tmp_path: Path) -> None:
    found = summary_of(tmp_path, plan("original", "flipped"), missing=frozenset({"arms/flipped/seed-2"}))
    flipped = found.arms[1]
    assert (flipped.runs, flipped.finished, flipped.failed, flipped.seeds) == (3, 2, 0, [0, 1])
    assert found.failures == []


def test_single_run_has_a_mean_and_no_deviation(tmp_path: Path) -> None:
    found = summary_of(tmp_path, plan("original", "flipped", seeds=1))
    assert found.arms[0].metrics["accuracy"].mean is not None
    assert found.arms[0].metrics["accuracy"].sd is None
    assert found.arms[1].difference["accuracy"].sd is None


def test_study_without_a_finished_run_has_empty_tables(tmp_path: Path) -> None:
    made = plan("original", "flipped", seeds=1)
    found = summary_of(tmp_path, made, missing=frozenset({"arms/original/seed-0", "arms/flipped/seed-0"}))
    assert found.arms[1].metrics["accuracy"].mean is None
    assert found.arms[1].difference["accuracy"].n == 0
    assert found.classes == []


def test_undefined_metric_is_null_and_leaves_the_mean(tmp_path: Path) -> None:
    made = msgspec.structs.replace(plan("original", "flipped"), positive=None)
    found = summary_of(tmp_path, made)
    assert found.arms[0].metrics["sensitivity_at_specificity"].values == [None, None, None]
    assert found.arms[0].metrics["sensitivity_at_specificity"].mean is None


def test_confusion_matrix_is_summed_over_seeds(tmp_path: Path) -> None:
    found = summary_of(tmp_path, plan("original", "flipped"), truth=Truth(test=50))
    assert np.sum(found.arms[0].confusion) == 3 * 50
    assert found.test_images == {"benign": 25, "malignant": 25}


def test_curves_are_means_over_runs(tmp_path: Path) -> None:
    curve = summary_of(tmp_path, plan("original", "flipped")).arms[0].curves["val_accuracy"]
    assert curve.mean == pytest.approx([0.6, 0.7, 0.8])
    assert curve.n == [3] * EPOCHS


def test_worst_mistakes_come_first_and_are_wrong(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    mistakes = summarise(collect(study, made, NOW)).arms[0].mistakes
    assert [mistake.wrong for mistake in mistakes] == sorted((m.wrong for m in mistakes), reverse=True)
    test = read_predictions(study.run("arms/original/seed-0").predictions).part("test")
    worst = test.paths.index(mistakes[0].path)
    assert mistakes[0].wrong == 3
    assert test.probabilities[worst].argmax() != test.labels[worst]
    assert mistakes[0].label != mistakes[0].predicted


def test_equal_studies_give_equal_bytes_that_can_be_read_back(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    first, second = (encode_summary(summarise(collect(study, made, NOW))) for _ in range(2))
    assert first == second
    study.summary.write_bytes(first)
    assert encode_summary(read_summary(study.summary)) == first


def test_broken_predictions_are_a_failure_of_their_run(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    study.run("arms/flipped/seed-1").predictions.write_text("nothing")
    found = summarise(collect(study, made, NOW))
    assert [(failure.run, failure.kind) for failure in found.failures] == [("arms/flipped/seed-1", "data")]


def test_recomputing_finds_metrics_that_do_not_follow_from_predictions(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    assert collect(study, made, NOW).mismatches() == []
    tampered = study.run("arms/flipped/seed-0").metrics
    tampered.write_text(tampered.read_text().replace("0.", "0.9", 1))
    assert collect(study, made, NOW).mismatches() == ["arms/flipped/seed-0"]
