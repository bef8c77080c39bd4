"""`--set key=value`."""

from pathlib import Path

import pytest

from augtui.plan.reader import problems, read_plan

from .builders import refusal

TEXT = """\
# About this study
name = "x"
dataset = "demo"
seeds = 5          # as planned

[train]
epochs = 30        # long
lr = 1e-3

[axes]
"data.fraction" = [0.5, 1.0]

[[arms]]
name = "a"         # the baseline
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("plan.toml")
    path.write_text(TEXT)
    return path


def test_without_overrides_the_text_is_the_file(path: Path) -> None:
    assert read_plan(path).text == TEXT


def test_a_value_is_replaced_and_its_comment_kept(path: Path) -> None:
    read = read_plan(path, ["train.epochs=3"])
    assert read.plan.train.epochs == 3
    assert read.text == TEXT.replace("epochs = 30 ", "epochs = 3 ")


def test_a_new_key_joins_its_table(path: Path) -> None:
    read = read_plan(path, ["train.batch_size=8"])
    assert read.plan.train.batch_size == 8
    assert read.text == TEXT.replace("lr = 1e-3\n", "lr = 1e-3\nbatch_size = 8\n")


def test_a_new_table_stands_before_the_arms(path: Path) -> None:
    read = read_plan(path, ["model.name=resnet18"])
    assert read.plan.model.name == "resnet18"
    assert read.text == TEXT.replace("[[arms]]", '[model]\nname = "resnet18"\n\n[[arms]]')


@pytest.mark.parametrize("key", ['axes."train.epochs"', "axes.train.epochs"])
def test_an_axis_is_added(path: Path, key: str) -> None:
    read = read_plan(path, [f"{key}=[1, 2]"])
    assert [axis.key for axis in read.plan.axes] == ["data.fraction", "train.epochs"]
    assert '"train.epochs" = [1, 2]\n' in read.text


def test_the_last_of_two_wins(path: Path) -> None:
    assert read_plan(path, ["seeds=1", "seeds=2"]).plan.seeds == (0, 1)


def test_words_need_no_quotes(path: Path) -> None:
    assert read_plan(path, ["positive=malignant", "dataset=../data/set 1"]).plan.dataset == "../data/set 1"


@pytest.mark.parametrize(
    "overrides",
    [
        ["train.epochs=3"],
        ["keep.models=false", "margin=0.02"],
        ['axes."data.fraction"=[1.0]'],
        ["data.store_size=128"],
    ],
)
def test_the_text_states_the_plan(path: Path, overrides: list[str]) -> None:
    read = read_plan(path, overrides)
    path.write_text(read.text)
    assert read_plan(path).plan == read.plan


def test_a_text_that_cannot_be_changed_by_key_is_written_anew(path: Path) -> None:
    path.write_text('name = "x"\ndataset = "demo"\narms = [{ name = "a" }]\n[axes.train]\nepochs = [1]\n')
    read = read_plan(path, ["axes.train.epochs=[2, 3]"])
    assert read.plan.axes[0].values == (2, 3)
    path.write_text(read.text)
    assert read_plan(path).plan == read.plan


@pytest.mark.parametrize(
    ("override", "message", "hint"),
    [
        ("train.epochs=0", "--set train.epochs: must be from 1 to 100000, not 0", ""),
        ("train.epochs=ten", '--set train.epochs: an integer is needed, not the string "ten"', ""),
        (
            "train.epoch=3",
            "--set train.epoch: there is no such key",
            'did you mean "epochs"? ([train] has: epochs, batch_size, optimizer, lr, momentum, weight_decay, '
            "schedule, select, budget, precision, class_weight)",
        ),
        ("train.epochs", "--set train.epochs: key=value is needed", "for example --set train.epochs=3"),
        ("=3", "--set : key=value is needed", "for example --set train.epochs=3"),
        ("a b=3", "--set a b: is not a dotted key", "for example --set train.epochs=3"),
        ("#=3", "--set #: is not a dotted key", "for example --set train.epochs=3"),
        ("seeds=[1,", '--set seeds: "[1," is not a TOML value', "for example --set train.epochs=3"),
        (
            "seeds=3\nname='y'",
            "--set seeds: \"3\\nname='y'\" is more than one value",
            "for example --set train.epochs=3",
        ),
        ("name.first=x", "--set name.first: name is not a table in this plan", ""),
        ("arms=[]", "--set arms: arms cannot be changed on the command line", "change them in the plan's file"),
        (
            "data.fraction=0.1",
            "--set data.fraction: has no effect: the key is an axis of this plan",
            "--set 'axes.\"data.fraction\"=[...]' changes the axis",
        ),
        (
            'axes."data.fraction"=[0]',
            '--set axes."data.fraction"[1]: must be above 0 and at most 1, not 0',
            "a share, not percent: 0.2 is 20 %",
        ),
    ],
)
def test_a_wrong_override_names_the_option(path: Path, override: str, message: str, hint: str) -> None:
    error = refusal(path, override)
    assert (error.message, error.hint) == (message, hint)


def test_overrides_are_checked_even_where_the_file_is_wrong(path: Path) -> None:
    path.write_text("name = ")
    assert [problem.where for problem in problems(path, ["arms=1"])] == ["plan.toml", "--set"]


def test_a_problem_of_the_file_still_names_the_file(path: Path) -> None:
    path.write_text(TEXT.replace("1e-3", "0"))
    assert refusal(path, "train.epochs=3").message == "plan.toml: train.lr: must be above 0 and at most 100, not 0"
