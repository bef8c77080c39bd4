"""Changing a plan's text without losing what was written by hand."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augtui.plan.kept import parse_plan
from augtui.plan.spec import Axis, Plan, PolicySpec
from augtui.plan.writer import edit_plan, plan_text, starter_plan

from .builders import ARM, TOP, plan_of
from .strategies import plans

TEXT = """\
# My study of skin lesions.
name    = "skin"
dataset = "skin_lesion"      # from the hospital
seeds   = 3                  # a quick look

[train]
epochs = 30                  # as in the paper
lr     = 1e-3

[axes]
"data.fraction" = [0.5, 1]   # less data

# The baseline.
[[arms]]
name = "original"

# Twice the same.
[[arms]]
name = "twice"               # control
add  = { policy = "duplicate", amount = 1 }   # all of them

# Not yet decided: cutmix?

# The new idea.
[[arms]]
name   = "turned"
online = { policy = { name = "geometric", rotate = [ -9, 9 ] } }

# End of the plan.
"""
replace = msgspec.structs.replace


@pytest.fixture
def plan() -> Plan:
    return plan_of(TEXT)


def edited(plan: Plan, **changes: Any) -> str:
    """The text changed to state a changed plan, which it is checked to state."""
    after = replace(plan, **changes)
    text = edit_plan(TEXT, after)
    assert plan_of(text) == after
    return text


def test_an_equal_plan_changes_nothing(plan: Plan) -> None:
    assert edited(plan) == TEXT


def test_one_value_changes_on_its_line(plan: Plan) -> None:
    assert edited(plan, train=replace(plan.train, epochs=10)) == TEXT.replace("epochs = 30", "epochs = 10")


def test_seeds_are_a_number_again(plan: Plan) -> None:
    assert edited(plan, seeds=(0, 1, 2, 3, 4)) == TEXT.replace("seeds   = 3 ", "seeds   = 5 ")


def test_a_new_value_joins_its_table(plan: Plan) -> None:
    text = edited(plan, train=replace(plan.train, batch_size=8))
    assert text == TEXT.replace("lr     = 1e-3\n", "lr     = 1e-3\nbatch_size = 8\n")


def test_a_new_table_stands_before_the_arms_and_their_comment(plan: Plan) -> None:
    text = edited(plan, model=replace(plan.model, name="resnet18"))
    assert text == TEXT.replace("# The baseline.", '[model]\nname = "resnet18"\n\n# The baseline.')


def test_what_is_not_given_any_more_goes() -> None:
    text = TEXT.replace("seeds ", 'positive = "malignant"  # the bad one\nseeds ')
    assert edit_plan(text, replace(plan_of(text), positive=None)) == TEXT


def test_axes_change_one_by_one(plan: Plan) -> None:
    axes = (Axis(key="data.fraction", values=(0.25, 1.0)), Axis(key="train.epochs", values=(1, 2)))
    text = edited(plan, axes=axes)
    assert '"data.fraction" = [0.25, 1.0]   # less data\n"train.epochs" = [1, 2]\n' in text


def test_axes_keep_the_plans_order(plan: Plan) -> None:
    edited(plan, axes=(Axis(key="train.epochs", values=(1, 2)), *plan.axes))


def test_an_arm_changes_in_its_place(plan: Plan) -> None:
    original, twice, turned = plan.arms
    less = replace(twice, add=(replace(twice.add[0], amount=0.5),))
    assert edited(plan, arms=(original, less, turned)) == TEXT.replace("amount = 1 }", "amount = 0.5 }")


def test_an_arm_is_renamed_in_its_place(plan: Plan) -> None:
    original, twice, turned = plan.arms
    arms = (original, replace(twice, name="double"), turned)
    assert edited(plan, arms=arms) == TEXT.replace('"twice" ', '"double" ')


def test_a_new_arm_comes_in_between(plan: Plan) -> None:
    original, twice, turned = plan.arms
    new = replace(original, name="new", online=PolicySpec(name="mixup", params={"alpha": 0.2}))
    block = '[[arms]]\nname = "new"\nonline = { policy = "mixup" }\n\n'
    assert edited(plan, arms=(original, new, twice, turned)) == TEXT.replace("# Twice", f"{block}# Twice")


def test_an_arm_goes_with_its_comment_and_nothing_else(plan: Plan) -> None:
    original, _, turned = plan.arms
    text = edited(plan, arms=(original, turned))
    assert "# Twice the same." not in text
    for kept in ("# The baseline.\n[[arms]]", "# Not yet decided: cutmix?", "# The new idea.\n[[arms]]", "# End of"):
        assert kept in text


def test_arms_change_places_with_their_comments(plan: Plan) -> None:
    text = edited(plan, arms=plan.arms[::-1])
    assert text.index("# The new idea.\n[[arms]]") < text.index("# Twice the same.\n[[arms]]")


def test_what_looks_like_a_header_in_a_string_is_none() -> None:
    text = TEXT.replace('"data.fraction" = [0.5, 1]', '"data.group" = ["""\n[[arms]] # (x)""", """\n[data] # (x)"""]')
    before = plan_of(text)
    after = replace(before, data=replace(before.data, image_size=32), arms=before.arms[::-1])
    assert before.axes[0].values == ("[[arms]] # (x)", "[data] # (x)")
    assert '"data.group" = ["""\n[[arms]] # (x)""", """\n[data] # (x)"""] ' in edit_plan(text, after)


def test_a_key_that_a_comment_shows_takes_its_place() -> None:
    text = starter_plan("skin", ["a", "b"], {"a": 500, "b": 500}, [(64, 64)])
    before = plan_of(text)
    after = replace(
        before, positive="b", train=replace(before.train, lr=0.01), keep=replace(before.keep, models=False)
    )
    expected = (
        text.replace('# positive = "b" ', 'positive = "b"   ')
        .replace("# lr = 0.001 ", "lr = 0.01    ")
        .replace("# models = true ", "models = false  ")
    )
    assert edit_plan(text, after) == expected


def test_a_new_key_comes_before_what_an_empty_line_parts_from_its_table() -> None:
    text = f"{TOP}[train]\n# adam it is\n\n# Much later.\n\n{ARM}"
    after = replace(plan_of(text), train=replace(plan_of(text).train, epochs=3))
    assert edit_plan(text, after) == text.replace("it is\n", "it is\nepochs = 3\n")


def test_tables_inside_an_arm_belong_to_it() -> None:
    text = f'{TOP}{ARM}\n[[arms]]\nname = "b"\n[arms.online]\npolicy = "mixup"  # why\n'
    before = plan_of(text)
    after = replace(before, arms=before.arms[::-1])
    changed = edit_plan(text, after)
    assert plan_of(changed) == after
    assert '[arms.online]\npolicy = "mixup"  # why\n' in changed


@pytest.mark.parametrize("text", ["", "name = ", "name = 3\n", f"{TOP}arms = [{{ name = 'a' }}]\n"])
def test_a_text_that_cannot_be_changed_is_written_anew(plan: Plan, text: str) -> None:
    assert edit_plan(text, plan) == plan_text(plan)


def test_files_of_weights_stay_relative_where_they_do_not_change(tmp_path: Path) -> None:
    (tmp_path / "w.pt").write_bytes(b"")
    text = f'{TOP}[model]\nweights = "w.pt"\n{ARM}'
    before = parse_plan(text, "plan.toml", tmp_path)
    assert edit_plan(text, replace(before, seeds=(0,)), tmp_path) == text.replace("[model]", "seeds = 1\n[model]")


@given(plans(), plans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_plan_can_be_made_any_other(before: Plan, after: Plan, keep_arms: bool) -> None:
    if keep_arms:
        after = replace(after, arms=before.arms[::-1], on_gate_failure="use")
    assert parse_plan(edit_plan(plan_text(before), after), "plan.toml", Path()) == after
