"""One run in full: how far it is, its numbers, why it failed, and what its engine printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from augtui.text import plain, plain_lines
from augtui.tui.dialogs.base import Dialog
from augtui.tui.feed.snapshot import RunView, StudySnapshot
from augtui.tui.glyphs import state_span
from augtui.tui.screens.study.curves import VALUES
from augtui.tui.screens.study.words import METRICS, run_words
from augtui.tui.sparks import sparkline
from augtui.tui.text import Row, duration, fit, fraction, number
from augtui.tui.widgets.lines import Page

if TYPE_CHECKING:
    from augtui.tui.app import AugtuiApp

LOG_LINES = 200


class RunDialog(Dialog[None]):
    """Follows the run while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "close", id="run.close")]
    DEFAULT_CSS = """
    RunDialog Page { width: 110; max-width: 100%; height: 90%; border: round $accent; padding: 0 2;
                     background: $background; border-title-color: $title; border-subtitle-color: $muted; }
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder

    def compose(self) -> ComposeResult:
        page = Page()
        page.border_title = Content(run_words(self.folder))
        page.border_subtitle = Content.assemble(*self.hint("run.close", "closes").spans())
        yield page

    def on_mount(self) -> None:
        self.watch(cast("AugtuiApp", self.app), "study", self._take, init=True)

    def _take(self, study: StudySnapshot | None) -> None:
        run = study.runs.get(self.folder) if study is not None else None
        if study is not None and run is not None:
            page = self.query_one(Page)
            page.show(run_page(study, run, max(20, page.size.width)))


def run_page(study: StudySnapshot, run: RunView, width: int) -> list[Row]:
    """All that is known of a run; a failure comes first."""
    glyph, style = state_span(run.status)
    head: Row = [(f"{glyph} {run.status}", style)]
    if run.epochs:
        head.append((f"   epoch {run.epoch} of {run.epochs}", "$foreground"))
    head += [(f"   attempt {run.attempt}", "$muted")] if run.attempt > 1 else []
    head += [(f"   {duration(run.left)} left", "$muted")] if run.left is not None and run.status == "running" else []
    head += [(f"   took {duration(run.seconds)}", "$muted")] if run.seconds else []
    rows: list[Row] = [head]
    if run.message:
        rows += [[], *_wrapped(f"{run.kind}: {run.message}" if run.kind else run.message, width, "$bad")]
    elif run.status == "lost":
        rows += [[], [("Its process is gone without a word: killed, or the machine went down.", "$bad")]]
    if run.traceback:
        rows += [[], *_wrapped(run.traceback.rstrip(), width, "$muted")]
    curve = study.curves.get(run.folder)
    if curve is not None:
        rows.append([])
        for name, column in curve.columns.items():
            low, high = min(column), max(column)
            spark = sparkline(column, min(48, max(8, width - 50)), low, high)
            last = curve.last(name)
            told = VALUES.get(name, name.replace("_", " "))
            rows.append([(fit(told, 30), "$muted"), (f"{number(last):>8}  ", "$foreground"), (spark, "$series-1")])
    if run.metrics:
        rows += [[], [("on the test set", "$muted")]]
        rows += [
            [(fit(METRICS.get(name, name.replace("_", " ")), 30), "$muted"), (f"{fraction(value):>8}", "$foreground")]
            for name, value in run.metrics.items()
        ]
    if study.log.title.startswith(run.folder) and study.log.lines:
        rows += [[], [(plain(study.log.title), "$muted")]]
        rows += [[(plain(line), "$foreground")] for line in study.log.lines[-LOG_LINES:]]
    return rows


def _wrapped(text: str, width: int, style: str) -> list[Row]:
    """Lines of a text, folded to the width: of a failure nothing is cut off."""
    return [
        [(line[start : start + width], style)]
        for line in plain_lines(text).split("\n")
        for start in range(0, max(1, len(line)), width)
    ]
