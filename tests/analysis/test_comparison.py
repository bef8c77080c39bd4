"""Two studies are compared where they looked at the same images, and refused with the reason where not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from augtui.analysis.collect import StudyData, collect
from augtui.analysis.comparison import compare_studies
from augtui.analysis.statistics.paired import independent_estimate
from augtui.errors import AugtuiError
from augtui.plan.spec import Axis, Plan, TrainSpec
from augtui.runlog.comparison import Comparison
from augtui.runlog.info import read_info, write_info
from tests.analysis.synthetic import Quality, Truth, make_study, plan


def study(folder: Path, made: Plan, quality: Quality = lambda cell: 1.5, **truth: Any) -> StudyData:
    return collect(make_study(folder, made, quality, Truth(**truth)), made, 0.0)


def compared(first: StudyData, second: StudyData) -> Comparison:
    return compare_studies(first, second, np.random.default_rng(0))


def test_equal_studies_do_not_differ_and_are_known_to_be_the_same(tmp_path: Path) -> None:
    made = plan("original", "flipped", seeds=5)
    found = compared(study(tmp_path / "a", made), study(tmp_path / "b", made))
    assert [arm.name for arm in found.arms] == ["original", "flipped"]
    assert all(arm.paired and arm.same_runs == 5 for arm in found.arms)
    assert all(difference.mean == 0 for difference in found.arms[0].difference.values() if difference.n)
    assert all(difference.low is None for difference in found.arms[0].difference.values())
    assert found.settings == []


def test_better_study_is_better_with_an_interval(tmp_path: Path) -> None:
    made = plan("original", "flipped", seeds=5)
    slower = msgspec.structs.replace(made, train=TrainSpec(epochs=90))
    found = compared(study(tmp_path / "a", made), study(tmp_path / "b", slower, lambda cell: 4.0))
    difference = found.arms[0].difference["accuracy"]
    assert difference.low is not None
    assert difference.mean is not None
    assert 0 < difference.low < difference.mean
    assert difference.verdict is None
    assert [(s.key, s.first, s.second) for s in found.settings] == [("train.epochs", "30", "90")]
    assert found.arms[0].same_runs == 0


def test_other_splits_are_compared_as_independent_runs(tmp_path: Path) -> None:
    made = plan("original", seeds=4)
    other = msgspec.structs.replace(made, data=msgspec.structs.replace(made.data, validation=0.3), seeds=(7, 8, 9))
    found = compared(study(tmp_path / "a", made), study(tmp_path / "b", other))
    assert not found.arms[0].paired
    assert found.arms[0].difference["accuracy"].n == 3
    assert any("independent" in note for note in found.notes)


def test_arms_that_only_one_has_are_named(tmp_path: Path) -> None:
    axes = (Axis(key="train.epochs", values=(10, 20)),)
    first = study(tmp_path / "a", plan("original", "flipped"))
    found = compared(first, study(tmp_path / "b", plan("original", "turned")))
    assert (found.only_first, found.only_second) == (["flipped"], ["turned"])
    with pytest.raises(AugtuiError, match="share no arm"):
        compared(first, study(tmp_path / "c", plan("original", axes=axes)))


def test_different_files_are_refused(tmp_path: Path) -> None:
    made = plan("original")
    first, second = study(tmp_path / "a", made), study(tmp_path / "b", made)
    write_info(second.paths, msgspec.structs.replace(read_info(second.paths), fingerprint="f" * 16))
    with pytest.raises(AugtuiError, match="looked at different images"):
        compared(first, second)


def test_different_test_images_are_refused(tmp_path: Path) -> None:
    made = plan("original")
    with pytest.raises(AugtuiError, match="tested on different images"):
        compared(study(tmp_path / "a", made), study(tmp_path / "b", made, test=40))


def test_different_classes_are_refused(tmp_path: Path) -> None:
    made = plan("original", positive=None)
    with pytest.raises(AugtuiError, match="different classes"):
        compared(study(tmp_path / "a", made), study(tmp_path / "b", made, classes=("x", "y")))


def test_different_positive_classes_are_refused(tmp_path: Path) -> None:
    first, second = plan("original"), plan("original", positive="benign")
    with pytest.raises(AugtuiError, match="positive class is malignant in"):
        compared(study(tmp_path / "a", first), study(tmp_path / "b", second))


def test_different_labels_of_the_same_images_are_refused(tmp_path: Path) -> None:
    first, second = (study(tmp_path / name, plan("original", seeds=2)) for name in "ab")
    changed = []
    for run in second.runs:
        assert run.predictions is not None
        labels = run.predictions.labels.copy()
        labels[-1] = 1 - labels[-1]
        changed.append(replace(run, predictions=replace(run.predictions, labels=labels)))
    with pytest.raises(AugtuiError, match="different labels"):
        compared(first, replace(second, runs=changed))


def test_different_patients_of_the_same_images_are_refused(tmp_path: Path) -> None:
    made = plan("original", seeds=2)
    with pytest.raises(AugtuiError, match="different patients"):
        compared(study(tmp_path / "a", made), study(tmp_path / "b", made, groups=7))


def test_study_without_results_is_refused(tmp_path: Path) -> None:
    made = plan("original", seeds=1)
    empty = make_study(tmp_path / "b", made, missing=frozenset({"arms/original/seed-0"}))
    with pytest.raises(AugtuiError, match="no finished run"):
        compared(study(tmp_path / "a", made), collect(empty, made, 0.0))


def test_independent_estimate_without_images_is_welch() -> None:
    from scipy import stats

    first, second = np.array([0.8, 0.9, 0.85]), np.array([0.7, 0.72, 0.74, 0.71])
    found = independent_estimate(first, second, 0.0, 100)
    expected = stats.ttest_ind(first, second, equal_var=False)
    assert found is not None
    # Satterthwaite's degrees of freedom are kept at least as large as the first side's, as in the paired case.
    assert found.df == pytest.approx(max(expected.df, 2.0))
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6) or expected.df < 2
