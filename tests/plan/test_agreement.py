"""What a plan and its dataset have to agree on."""

import pytest

from augtui.plan.agreement import check_against, check_ignored, count_runs

from .builders import ARM, TOP, plan_of

TWO = ("benign", "malignant")
THREE = ("covid", "normal", "pneumonia")


def found(top: str, classes: tuple[str, ...], positive: str | None = None) -> list[tuple[str, str, str]]:
    problems = check_against(plan_of(f"{TOP}{top}\n{ARM}"), classes, "plan.toml", positive)
    return [(problem.level, problem.text, problem.hint) for problem in problems]


def test_a_positive_class_that_is_there_is_fine() -> None:
    assert found('positive = "malignant"\nprimary = "recall"', TWO) == []


def test_a_positive_class_that_the_dataset_lacks_is_told_the_nearest() -> None:
    assert found('positive = "malignent"', TWO) == [
        (
            "block",
            'plan.toml: positive: the dataset "demo" has no class "malignent"',
            'did you mean "malignant"? (its classes: "benign", "malignant")',
        )
    ]


def test_two_classes_without_a_positive_one_are_warned_about() -> None:
    assert found("", TWO) == [
        (
            "warn",
            "plan.toml: positive: not given: recall, specificity, f1 and auroc are averages over both classes",
            'write positive = "malignant", for example (its classes: "benign", "malignant")',
        )
    ]


def test_recall_needs_a_class() -> None:
    assert found('primary = "recall"', THREE) == [
        (
            "block",
            'plan.toml: primary: the recall of which class? "recall" needs positive',
            'write positive = "pneumonia", or primary = "macro_recall" (its classes: "covid", "normal", "pneumonia")',
        )
    ]


def test_the_dataset_may_name_the_positive_class() -> None:
    assert found('primary = "recall"', TWO, "malignant") == []


def test_the_plan_has_the_last_word_on_it() -> None:
    assert found('positive = "benign"', TWO, "malignant") == []


def test_three_classes_need_no_positive_one() -> None:
    assert found("", THREE) == []


@pytest.mark.parametrize(
    ("body", "runs"), [("seeds = 3", 3), ('seeds = 2\n[axes]\n"train.epochs" = [1, 2]\n"train.lr" = [0.1, 1, 2]', 12)]
)
def test_runs_are_counted(body: str, runs: int) -> None:
    assert count_runs(plan_of(f"{TOP}{body}\n{ARM}")) == runs


@pytest.mark.parametrize(
    ("keys", "own_splits", "told"),
    [
        ({"data.test"}, {"train", "test"}, ["data.test: not used: the dataset has a test folder"]),
        ({"data.test_seed"}, {"train", "test"}, ["data.test_seed: not used: the dataset has a test folder"]),
        ({"data.validation"}, {"train", "val"}, ["data.validation: not used: the dataset has a val folder"]),
        ({"data.validation"}, {"train", "test"}, []),
        ({"data.test", "data.test_seed"}, {""}, []),
    ],
)
def test_how_to_carve_a_split_that_the_dataset_has_is_no_use(
    keys: set[str], own_splits: set[str], told: list[str]
) -> None:
    problems = check_ignored(keys, own_splits, "plan.toml")
    assert [problem.text for problem in problems] == [f"plan.toml: {text} of its own" for text in told]
    assert {problem.level for problem in problems} <= {"warn"}
