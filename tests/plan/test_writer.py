"""Plans as text."""

from pathlib import Path

from hypothesis import given, settings

from augtui.plan.kept import parse_plan
from augtui.plan.spec import Plan, canonical
from augtui.plan.writer import plan_text

from .builders import ARM, TOP, plan_of
from .strategies import plans

READABLE = """\
name = "skin"
dataset = "skin_lesion"
positive = "malignant"
seeds = [3, 5]
primary = "balanced_accuracy"

[data]
store_size = 128
group = 'patient_(\\d+)'

[axes]
"train.epochs" = [10, 20]

[[arms]]
name = "original"

[[arms]]
name = "both"
add = [
    { policy = "duplicate", amount = 0.2 },
    { policy = { name = "geometric", rotate = [-10, 10], border = { choice = ["edge"] } }, amount = 1.0 },
]
online = { policy = "mixup" }
"""


@given(plans())
@settings(max_examples=150, deadline=None)
def test_a_plan_and_its_text_say_the_same(plan: Plan) -> None:
    text = plan_text(plan)
    read = parse_plan(text, "plan.toml", Path())
    assert read == plan
    assert canonical(read) == canonical(plan)
    assert plan_text(read) == text


def test_the_text_is_what_a_person_would_write() -> None:
    assert plan_text(plan_of(READABLE)) == READABLE


def test_the_smallest_plan_has_a_short_text() -> None:
    assert plan_text(plan_of(TOP + ARM)) == (
        'name = "x"\ndataset = "demo"\nseeds = 5\nprimary = "balanced_accuracy"\n\n[[arms]]\nname = "a"\n'
    )
