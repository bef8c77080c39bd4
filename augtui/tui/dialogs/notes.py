"""Texts to be read in full, such as what the checks found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from augtui.text import plain
from augtui.tui.dialogs.base import PageDialog
from augtui.tui.text import Row, wrapped

if TYPE_CHECKING:
    from augtui.runlog.checks import CheckReport

FILES = 8
"""Files that are named for each problem."""


class NotesScreen(PageDialog):
    """A page of them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,w", "dismiss", "close", id="notes.close")]
    WIDTH = 96
    CLOSE = "notes.close"

    def __init__(self, title: str, report: CheckReport | None, notes: Sequence[str] = ()) -> None:
        super().__init__(title)
        self._report, self._notes = report, notes

    def rows(self) -> list[Row]:
        return notes_page(self._report, self._notes, max(20, min(self.WIDTH, self.app.size.width) - 7))


def notes_page(report: CheckReport | None, notes: Sequence[str], width: int) -> list[Row]:
    """What blocks, then warnings, each with what its plan does about it and the files; then other notes."""
    rows: list[Row] = []
    problems = sorted(report.problems, key=lambda problem: problem.level) if report is not None else []
    for problem in problems:
        sign = ("✗ ", "bold $bad") if problem.level == "block" else ("! ", "bold $warn")
        rows += [[], [sign, (plain(problem.code), "bold $title")]]
        rows += [[("  ", ""), *row] for row in wrapped(plain(problem.message), width - 2, "$foreground")]
        if problem.handled:
            rows.append([("  the plan: ", "$muted"), (plain(problem.handled), "$foreground")])
        rows += [[("  ", ""), (plain(name), "$muted")] for name in problem.files[:FILES]]
        if len(problem.files) > FILES:
            rows.append([(f"  and {len(problem.files) - FILES:,} more, in check.json", "$muted")])
    told = {problem.message for problem in problems}
    for note in notes:
        if not any(message in note for message in told):
            rows.append([])
            rows += wrapped(plain(note), width, "$foreground")
    return rows[1:] or [[("Nothing was found.", "$muted")]]
