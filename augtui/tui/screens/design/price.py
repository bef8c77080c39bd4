"""The panel that says what a plan costs and what it could show, before anything runs."""

from __future__ import annotations

from augtui.runlog.checks import CheckReport
from augtui.text import plain
from augtui.tui.bindings import Hint, HintOf, hint_line
from augtui.tui.screens.design.datasets import DatasetInfo
from augtui.tui.screens.design.draft import Draft
from augtui.tui.screens.design.estimate import Estimate, estimate
from augtui.tui.screens.design.speed import Speed, speed_key
from augtui.tui.text import Row, duration, size, wrapped
from augtui.tui.widgets.lines import Page
from augtui.tui.widgets.panel import Panel

_LABEL = 9
"""Cells of the words before the numbers."""


class EstimatePanel(Panel):
    """What the plan will cost and could show, and what is wrong with it."""

    def __init__(self, hint: HintOf, *, readonly: bool) -> None:
        starts = () if readonly else (hint("design.start", "start"), hint("design.step", "step by step"))
        page = Page(id="estimate")
        super().__init__(9, "Before you start", page, id="estimate-panel", hint=hint_line(*starts))
        self._hint_of = hint

    def put(
        self,
        draft: Draft,
        info: DatasetInfo | None,
        report: CheckReport | None,
        speed: Speed | None,
        *,
        looking: bool,
    ) -> None:
        """Show the estimate; `looking` while images are checked and the speed is measured."""
        counted = None
        if draft.plan is not None and info is not None and info.train:
            counted = estimate(draft.plan, dict(info.train), dict(info.test), info.flat)
        if speed is not None and (draft.plan is None or speed.key != speed_key(draft.plan)):
            speed = None
        page = self.query_one("#estimate", Page)
        width = max(20, page.size.width)
        blocked = sum(problem.level == "block" for problem in draft.problems)
        if blocked:
            page.show(blocking_rows(draft, width))
            self.summary = ((f"✗ {blocked} to mend", "bold $bad"),)
        elif counted is None:
            keys = self._hint_of("panel.5").key[:1], self._hint_of("table.open").key
            page.show([[("Choose a dataset first: ", "$muted"), (" ".join(keys), "bold $accent")]])
            self.summary = (("choose a dataset", "$muted"),)
        else:
            measure = self._hint_of("design.check", "measures it")
            check = self._hint_of("design.check", "checks the images and the speed")
            rows = estimate_rows(draft, counted, speed, width, measure)
            page.show([*rows, *check_rows(report, looking, width, check)])
            self.summary = tuple(_in_short(counted, speed))


def blocking_rows(draft: Draft, width: int) -> list[Row]:
    """What keeps the draft from being a plan."""
    blocks = [problem for problem in draft.problems if problem.level == "block"]
    told = [f"{problem.key}: {problem.message}" if problem.key else problem.message for problem in blocks[:6]]
    return [row for text in told for row in _signed("✗ ", "bold $bad", text, width)]


def estimate_rows(draft: Draft, counted: Estimate, speed: Speed | None, width: int, measure: Hint) -> list[Row]:
    """The estimate, a line for each number; what is not known yet can be measured."""
    plan = draft.plan
    assert plan is not None
    grid = f"{_count(len(plan.arms), 'arm')} × {_count(len(plan.seeds), 'seed')}"
    per_arm = counted.runs // max(1, len(plan.arms) * len(plan.seeds))
    grid += f" × {per_arm} axis points" if per_arm > 1 else ""
    rows: list[Row] = [[(_count(counted.runs, "run"), "bold $title"), (f"  {grid}", "$muted")]]
    if counted.generators:
        rows.append(_line("", f"{counted.generators:,}", "generators to fit, not in the time"))
    seconds = counted.seconds(speed)
    if seconds is None or speed is None:
        rows.append([(f"{'time':<{_LABEL}}", "$muted"), *measure.spans("bold $accent", "$muted")])
    else:
        slots = _count(speed.slots, "slot")
        how = f"as in {speed.source}" if speed.source else "without augmentation"
        rows += [_line("time", f"about {duration(seconds)}", slots, bold=True)]
        rows += [[(f"  {plain(how)}", "$muted")]]
    rows.append(_line("images", _short(counted.images), "trained on"))
    rows.append(_line("", f"{counted.train_images:,} train", f"{counted.test_images:,} test"))
    rows.append(_line("disk", f"about {size(counted.disk)}", ""))
    if counted.visible is not None:
        rows.append(_line("can show", f"{counted.visible * 100:.1f} pp", "and more", bold=True))
    else:
        rows.append(_line("can show", "nothing", "one seed cannot tell chance from gain"))
    if 1 < len(plan.seeds) < 5:
        rows += _signed("! ", "bold $warn", "a verdict needs 5 seeds", width)
    for problem in draft.problems:
        if problem.level == "warn":
            rows += _signed("! ", "bold $warn", problem.message, width)
    return rows


def _line(label: str, value: str, more: str, *, bold: bool = False) -> Row:
    return [
        (f"{label:<{_LABEL}}", "$muted"),
        (value, "bold $title" if bold else "$foreground"),
        (f"  {more}" if more else "", "$muted"),
    ]


def _in_short(counted: Estimate, speed: Speed | None) -> Row:
    seconds = counted.seconds(speed)
    row: Row = [(_count(counted.runs, "run"), "bold $title")]
    row += [(f", about {duration(seconds)}", "$foreground")] if seconds is not None else []
    row += [(f", {size(counted.disk)}", "$muted")]
    return [*row, (f", shows {counted.visible * 100:.1f} pp", "$muted")] if counted.visible is not None else row


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("s" if number != 1 else "")


def _signed(sign: str, style: str, text: str, width: int) -> list[Row]:
    """A text on as many lines as it needs, with a sign before the first."""
    first, *more = wrapped(plain(text), width - len(sign), "$muted") or [[]]
    return [[(sign, style), *first], *([(" " * len(sign), ""), *row] for row in more)]


def check_rows(report: CheckReport | None, looking: bool, width: int, check: Hint) -> list[Row]:
    """What the checks of the images found, or that they can be made."""
    if looking:
        return [[], [("looking at every image …", "$muted")]]
    if report is None:
        return [[], [*check.spans("bold $accent", "$muted")]]
    if not report.problems:
        return [[], [("✓ ", "$good"), ("the images pass every check", "$muted")]]
    rows: list[Row] = [[]]
    for problem in report.problems:
        sign, style = ("✗ ", "bold $bad") if problem.level == "block" else ("! ", "bold $warn")
        rows += _signed(sign, style, f"{problem.code}: {problem.message}", width)
    return rows


def _short(count: int) -> str:
    """ "47.5 M" for large numbers."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if count >= limit:
            return f"{count / (1e3 if unit == 'k' else limit):.1f} {unit}"
    return f"{count:,}"
