"""Policies of the user's own in a plan's file: where they lie, what they contain, and that they run code."""

from pathlib import Path

import pytest

from augtui.errors import AugtuiError
from augtui.plan.kept import kept_plan
from augtui.plan.own_sources import SOURCE, SOURCE_HASH, hash_of, needs_trial
from augtui.plan.reader import problems, read_plan
from augtui.plan.spec import Plan, PolicySpec

TEXT = """
name = "own"
dataset = "demo"
[[arms]]
name = "original"
[[arms]]
name = "mine"
online = { policy = { name = "sometimes", policy = { name = "my_augmentations:warp", by = [1, 2] } } }
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "my_augmentations.py").write_text(
        "def warp(batch, generators, by=1): return batch\n", encoding="utf-8"
    )
    path = tmp_path / "plan.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def own(plan: Plan) -> PolicySpec:
    outer = plan.arms[1].online
    assert outer is not None
    inner = outer.params["policy"]
    assert isinstance(inner, PolicySpec)
    return inner


def test_the_source_becomes_a_part_of_the_policy(plan: Path) -> None:
    params = own(read_plan(plan).plan).params
    assert params[SOURCE] == str(plan.parent / "my_augmentations.py")
    assert len(str(params[SOURCE_HASH])) == 16


def test_another_content_is_another_policy(plan: Path) -> None:
    before = own(read_plan(plan).plan)
    (plan.parent / "my_augmentations.py").write_text("def warp(batch, generators, by=2): return batch\n")
    assert own(read_plan(plan).plan) != before


def test_the_plan_as_written_down_means_the_same_elsewhere(plan: Path, tmp_path: Path) -> None:
    read = read_plan(plan)
    elsewhere = tmp_path / "study" / "plan.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(read.text, encoding="utf-8")
    assert read_plan(elsewhere).plan == read.plan


def test_an_edit_after_it_was_written_down_is_told(plan: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "study.toml"
    elsewhere.write_text(read_plan(plan).text, encoding="utf-8")
    (plan.parent / "my_augmentations.py").write_text("def warp(batch, generators): return batch + 1\n")
    with pytest.raises(
        AugtuiError, match=r'arms."mine": .*my_augmentations.py, or what it imports from its folder, was edited since'
    ):
        read_plan(elsewhere)


def test_a_plan_that_is_only_looked_at_does_not_need_the_file(plan: Path, tmp_path: Path) -> None:
    read = read_plan(plan)
    elsewhere = tmp_path / "study.toml"
    elsewhere.write_text(read.text, encoding="utf-8")
    source = plan.parent / "my_augmentations.py"
    source.write_text("def warp(batch, generators): return batch + 1\n")
    assert kept_plan(elsewhere) == read.plan
    source.unlink()
    assert kept_plan(elsewhere) == read.plan


def test_a_check_says_that_the_plan_runs_code(plan: Path) -> None:
    told = [
        problem for problem in problems(plan) if problem.level == "warn" and "runs code of yours" in problem.message
    ]
    assert [problem.key for problem in told] == ['arms."mine"']


def test_a_module_that_is_not_there_is_named(plan: Path) -> None:
    (plan.parent / "my_augmentations.py").unlink()
    with pytest.raises(AugtuiError, match="there is no module my_augmentations for the policy my_augmentations:warp"):
        read_plan(plan)


def test_what_a_module_imports_from_its_folder_is_part_of_its_content(plan: Path) -> None:
    source, helper = plan.parent / "my_augmentations.py", plan.parent / "helper.py"
    helper.write_text("from deeper.tools import by\n")
    (plan.parent / "deeper").mkdir()
    deepest = plan.parent / "deeper" / "tools.py"
    deepest.write_text("by = 1\n")
    source.write_text("import os\nfrom helper import by\ndef warp(batch, generators, by=by): return batch\n")
    found = {hash_of(source)}
    for changed in (helper, deepest):
        changed.write_text(changed.read_text() + "# changed\n")
        found.add(hash_of(source))
    assert len(found) == 3


def test_a_function_may_have_a_parameter_called_source(plan: Path) -> None:
    plan.write_text(TEXT.replace("by = [1, 2]", 'source = "red"'))
    assert own(read_plan(plan).plan).params["source"] == "red"


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        ('"flip"', False),
        ('{ name = "flip", implementation = "imgaug" }', True),
        ('{ name = "one_of", policies = ["flip", "my_augmentations:warp"] }', True),
    ],
)
def test_an_engine_is_asked_about_what_only_it_can_answer(plan: Path, policy: str, asked: bool) -> None:
    before = '{ name = "sometimes", policy = { name = "my_augmentations:warp", by = [1, 2] } }'
    plan.write_text(TEXT.replace(before, policy))
    assert needs_trial(read_plan(plan).plan) is asked
