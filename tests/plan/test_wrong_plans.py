"""Every wrong plan of wrong_plans.txt gets exactly the message and the hint that stand there."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from augtui.errors import ExitCode
from augtui.plan.reader import problems

from .builders import ARM, TOP, refusal


@dataclass(frozen=True, slots=True)
class WrongPlan:
    """One block of the golden file."""

    title: str
    text: str
    message: str
    hint: str


def golden() -> list[WrongPlan]:
    """The blocks of the golden file: title, plan (`<top>` and `<arm>` stand for the smallest plan), message, hint."""
    found = []
    for block in (Path(__file__).parent / "wrong_plans.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        plan, message, hint = (*block.split("\n---"), "")[:3]
        title, _, text = plan.partition("\n")
        text = f"{text}\n".replace("<top>\n", TOP).replace("<arm>\n", ARM)
        found.append(WrongPlan(title, text, message.strip(), hint.strip()))
    return found


@pytest.fixture
def plan(wrong: WrongPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("plan.toml")
    path.write_text(wrong.text, encoding="utf-8")
    return path


@pytest.mark.parametrize("wrong", golden(), ids=lambda wrong: wrong.title)
def test_a_wrong_plan_gets_one_located_message(wrong: WrongPlan, plan: Path, tmp_path: Path) -> None:
    error = refusal(plan)
    hint = error.hint.replace(str(tmp_path.resolve()), "<folder>")
    assert (error.message, hint) == (wrong.message, wrong.hint)
    assert error.exit_code == ExitCode.WRONG_INPUT


@pytest.mark.parametrize("wrong", golden(), ids=lambda wrong: wrong.title)
def test_the_listing_begins_with_the_same_problem(wrong: WrongPlan, plan: Path) -> None:
    assert problems(plan)[0].text == wrong.message
