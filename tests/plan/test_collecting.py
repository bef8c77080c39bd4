"""`check` lists every problem of a plan; `run` stops at the first of them."""

from pathlib import Path

import pytest

from augtui.errors import AugtuiError
from augtui.plan.kept import parse_plan
from augtui.plan.reader import problems, read_plan

from .builders import ARM, TOP

MANY = """\
name = "x"
dataset = "demo"
seeds = -1
sede = 3

[train]
epochs = 0
lr = "fast"

[axes]
"train.epoch" = [1]

[[arms]]
name = "a"
add = { policy = "mixup", amount = 0 }

[[arms]]
name = "b"
online = { policy = { name = "geometric", rotate = "left", shear = [9, 1] } }
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("plan.toml")


def test_all_problems_are_listed_with_their_keys(path: Path) -> None:
    path.write_text(MANY)
    assert [problem.key for problem in problems(path)] == [
        "sede",
        "seeds",
        "train.epochs",
        "train.lr",
        'axes."train.epoch"',
        'arms."a".add.amount',
        'arms."a".add.policy',
        'arms."b".online.policy.rotate',
        'arms."b".online.policy.shear',
    ]


def test_reading_stops_at_the_first_of_them(path: Path) -> None:
    path.write_text(MANY)
    with pytest.raises(AugtuiError) as caught:
        read_plan(path)
    assert caught.value.message == problems(path)[0].text


def test_a_good_plan_has_no_problems(path: Path) -> None:
    path.write_text(TOP + ARM)
    assert problems(path) == []


def test_a_large_plan_is_warned_about_and_read(path: Path) -> None:
    path.write_text(f"{TOP}seeds = 501\n{ARM}")
    [warning] = read_plan(path).warnings
    assert (warning.level, warning.text) == ("warn", "plan.toml: the plan asks for 501 runs")


def test_a_plan_of_too_many_runs_is_refused_without_listing_them(path: Path) -> None:
    lists = "".join(
        f'"train.{key}" = {[round(0.001 * (1 + index), 3) for index in range(60)]}\n'
        for key in ("lr", "momentum", "weight_decay")
    )
    path.write_text(f"{TOP}[axes]\n{lists}{ARM}")
    [problem] = problems(path)
    assert problem.text == "plan.toml: the plan asks for 1,080,000 runs"


def test_a_text_is_read_as_a_file_is() -> None:
    with pytest.raises(AugtuiError) as caught:
        parse_plan(TOP + ARM.replace('"a"', '"A"'), "the form", Path())
    assert caught.value.message.startswith("the form: arms[1]")
