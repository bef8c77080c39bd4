"""What came out: the table that goes into the paper, and what stands behind each of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from augtui.text import plain
from augtui.tui.feed.snapshot import StudySnapshot
from augtui.tui.messages import TaskDone
from augtui.tui.query import Query, QueryError, parse, unfinished
from augtui.tui.screens.base import PanelScreen
from augtui.tui.screens.results import export, figures
from augtui.tui.screens.results.keys import KEYS
from augtui.tui.screens.results.mistakes import Mistakes
from augtui.tui.screens.results.tasks import Summarise, WriteText
from augtui.tui.text import Row
from augtui.tui.widgets.bars import Bar
from augtui.tui.widgets.empty import Empty
from augtui.tui.widgets.filterline import FilterLine
from augtui.tui.widgets.lines import Page
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.table import Column, Table

if TYPE_CHECKING:
    from augtui.runlog.summary import ArmSummary, Summary
    from augtui.tui.app import AugtuiApp

RECALL_ROWS = 6
"""Rows in which the recall of a few classes can be read."""
REST_SECONDS = 0.15
PICTURES_REST_SECONDS = 0.5


class ResultsScreen(PanelScreen):
    """The table of arms; confusion, recall and mistakes of the arm under the cursor."""

    NAME = "results"
    FIRST = "table-panel"
    SHORT = "table-panel"
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    DEFAULT_CSS = """
    ResultsScreen.-tiles #body { layout: grid; grid-size: 3 2; grid-columns: 2fr 2fr 3fr; grid-rows: 1fr 14; }
    ResultsScreen.-tiles #table-panel { column-span: 3; }
    ResultsScreen #notice { dock: bottom; height: 1; margin-bottom: 1; padding: 0 1; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._study: StudySnapshot | None = None
        self._shown: list[ArmSummary] = []
        self._query = Query()
        self._sort = ""
        self._reversed = False
        self._baseline = ""
        self._asked: tuple[str, int] = ("", -1)
        self._resting: list[Timer] = []

    def compose_panels(self) -> Iterable[Widget]:
        yield Panel(5, "Arms", FilterLine(), Table([Column("arm", "arm", grows=True)], id="table"), id="table-panel")
        yield Panel(6, "Confusion", Page(id="confusion"), id="confusion-panel")
        yield Panel(7, "Recall by class", Page(id="recall"), id="recall-panel")
        yield Panel(8, "Most confident mistakes", Mistakes(id="mistakes"), id="mistakes-panel")

    def compose(self) -> Iterable[Widget]:
        yield from super().compose()
        yield Bar(id="notice")
        yield Empty(id="empty")

    def on_mount(self) -> None:
        self.watch(self.app, "study", self._take, init=True)

    @property
    def table(self) -> Table:
        return self.query_one("#table", Table)

    @property
    def summary(self) -> Summary | None:
        """The tables of the open study, once there are any."""
        return self._study.summary if self._study is not None else None

    def arranged(self, kind: str) -> None:
        if kind == "tiles":
            rows = len(self._shown) + 4
            height = self.app.size.height - 3
            below = max(11, min(height - rows, height // 2))
            self.set_rows(f"1fr {below}")
        self.call_after_refresh(self._show_arm)
        self.call_after_refresh(self._show_mistakes)

    def beside(self, opened: str) -> tuple[str, int] | None:
        """The recall of the classes stands under a table of few arms."""
        rows = len(self._shown) + 3 + bool(self.query_one(FilterLine).text)
        room = self.app.size.height - 2 - 2 - rows - self.query_one("#notice").display
        if opened not in ("table-panel", "recall-panel") or room < RECALL_ROWS:
            return None
        return ("recall-panel" if opened == "table-panel" else "table-panel"), rows

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without tables only the keys that lead away are offered; a read-only app writes no file."""
        if action == "export" and cast("AugtuiApp", self.app).options.readonly:
            return False
        if action == "warnings":
            return self._study is not None and (self._study.check is not None or self.summary is not None)
        needs_tables = ("sort", "reverse", "baseline", "mark", "copy", "export", "filter", "zoom")
        return self.summary is not None or action not in needs_tables

    # --- data ---

    def _take(self, study: StudySnapshot | None) -> None:
        other = study is not None and (self._study is None or self._study.folder != study.folder)
        changed = self._study is None or study is None or study.summary is not self._study.summary
        self._study = study
        self.header.tell(study)
        if other:
            self._baseline, self._sort = "", ""
            self.query_one(Mistakes).forget()
        if changed:
            self.refresh_bindings()
        self.show_empty(self.summary is None)
        self._say_why_empty()
        if study is not None and self.is_current:
            self._update_tables(study)
        if changed or other:
            self._fill()
            self.call_after_refresh(self._arrange)

    def on_screen_resume(self) -> None:
        if self._study is not None:
            self._update_tables(self._study)
        self._fill()

    def _say_why_empty(self) -> None:
        empty = self.query_one("#empty", Empty)
        if self._study is None:
            empty.tell(
                "No study is open.",
                self.hint("app.runs", "choose one from the list"),
                self.hint("app.design", "design a new one"),
            )
        elif self._study.done == 0:
            empty.tell("No run has finished yet.", self.hint("app.study", "watch the study"))
        elif cast("AugtuiApp", self.app).options.readonly:
            empty.tell("This study has no tables yet, and the app is read-only.")
        else:
            empty.tell("The tables are being made …")

    def _update_tables(self, study: StudySnapshot) -> None:
        """Ask for tables where there are none of what has finished; a live study gets its own at its end."""
        summary = study.summary
        missing = study.done > 0 and (
            summary is None or (study.status != "running" and len(summary.made_from) < study.done)
        )
        if missing and self._asked != (study.name, study.done) and not cast("AugtuiApp", self.app).options.readonly:
            if summary is None and self._asked[0] == study.name:
                return  # a live study without tables: once is enough, `u` asks again
            self._asked = (study.name, study.done)
            self.want(Summarise(study.folder))

    @property
    def baseline(self) -> str:
        """Name of the arm that the others are compared with on this screen."""
        return self._baseline or (self.summary.baseline if self.summary is not None else "")

    def _fill(self) -> None:
        summary = self.summary
        if summary is None:
            return
        arms = [arm for arm in summary.arms if self._query.matches(figures.fields_of(summary, arm, self.baseline))]
        if self._sort:
            keyed = [(self._sort_value(summary, arm), arm) for arm in arms]
            there = [(value, arm) for value, arm in keyed if value is not None]
            there.sort(key=lambda item: item[0], reverse=self._reversed)
            arms = [arm for _, arm in there] + [arm for value, arm in keyed if value is None]
        self._shown = arms
        self.table.put(figures.lines(summary, arms, self.baseline), figures.columns(summary))
        self.table.tell_order(self._sort, descending=self._reversed)
        panel = self.query_one("#table-panel", Panel)
        trained = self._study.done if self._study is not None else 0
        panel.heading = " · ".join(figures.heading(summary, trained, self.key("results.update")))
        by = "difference" if self._sort == "gap" else figures.metric_words(self._sort, summary)
        parts = [f"sorted by {by}" if self._sort else ""]
        if self.baseline != summary.baseline:
            parts.append(f"against {self.baseline}: intervals only against {summary.baseline}")
        panel.hint = ((plain(" · ".join(part for part in parts if part)), ""),)
        best = figures.best_arm(arms, summary.primary)
        panel.summary = ((f"best {figures.arm_words(best)}", "$foreground"),) if best is not None else ()
        self._show_notes(summary)
        self._show_arm()
        self._show_mistakes()

    def _sort_value(self, summary: Summary, arm: ArmSummary) -> float | None:
        if self._sort == "gap":
            difference = figures.gap(summary, arm, self.baseline, summary.primary)
            return difference.mean if difference is not None else None
        spread = arm.metrics.get(self._sort)
        return spread.mean if spread is not None else None

    def _show_notes(self, summary: Summary) -> None:
        told = [plain(note) for note in summary.notes]
        failures = len(summary.failures)
        told += [f"{failures} runs failed" if failures > 1 else "1 run failed"] if failures else []
        self.query_one("#notice").display = bool(told)
        if told:
            row: Row = [("! ", "bold $warn"), (f"{len(told)} notes" if len(told) > 1 else "1 note", "$foreground")]
            in_full = self.hint("results.warnings", "in full").spans("bold $accent", "$muted")
            row += [("   ", ""), *in_full, ("   ", ""), (told[0], "$muted")]
            self.query_one("#notice", Bar).show([row])

    def _show_arm(self) -> None:
        """The panels below follow the cursor."""
        arm, summary = self._current(), self.summary
        if arm is None or summary is None or self._study is None:
            return
        name = figures.arm_words(arm)
        confusion, recall = self.query_one("#confusion", Page), self.query_one("#recall", Page)
        confusion.show(figures.confusion_rows(arm, summary.classes, confusion.size.width))
        recall.show(figures.recall_rows(summary, arm, self.baseline, recall.size.width))
        self.query_one("#confusion-panel", Panel).heading = f"Confusion · {name}"
        against = f" · against {plain(self.baseline)}" if arm.name != self.baseline else ""
        self.query_one("#recall-panel", Panel).heading = f"Recall by class{against}"
        self.query_one("#mistakes-panel", Panel).heading = f"Most confident mistakes · {name}"

    def _show_mistakes(self) -> None:
        arm = self._current()
        if arm is not None and self._study is not None:
            self.query_one(Mistakes).show_of(self._study.folder, arm)

    def _current(self) -> ArmSummary | None:
        key = self.table.key
        return next((arm for arm in self._shown if figures.arm_key(arm) == key), None)

    def _chosen(self) -> list[ArmSummary]:
        """The marked rows, or all that are shown."""
        return [arm for arm in self._shown if figures.arm_key(arm) in self.table.marked] or self._shown

    # --- keys ---

    @on(Table.Highlighted)
    def _highlighted(self) -> None:
        """The other panels follow when the cursor rests: a key that is held costs two rows of the table each time."""
        for timer in self._resting:
            timer.stop()
        self._resting = [
            self.set_timer(REST_SECONDS, self._show_arm),
            self.set_timer(PICTURES_REST_SECONDS, self._show_mistakes),
        ]

    @on(Table.Selected)
    def _opened(self) -> None:
        from augtui.tui.dialogs.arm import ArmDialog

        arm, summary = self._current(), self.summary
        if arm is not None and summary is not None:
            self.app.push_screen(ArmDialog(summary, arm, self.baseline))

    @on(Table.HeaderClicked)
    def _header_clicked(self, message: Table.HeaderClicked) -> None:
        if message.column == "arm":  # the plan's order
            self._sort, self._reversed = "", False
            self._fill()
        elif message.column in self._sorts():
            self._reversed = not self._reversed if message.column == self._sort else True
            self._sort = message.column
            self._fill()

    def _sorts(self) -> list[str]:
        return ["", "gap", *figures.metric_order(self.summary)] if self.summary is not None else [""]

    def action_sort(self) -> None:
        sorts = self._sorts()
        self._sort = sorts[(sorts.index(self._sort) + 1) % len(sorts)]
        self._reversed = True
        self._fill()

    def action_reverse(self) -> None:
        self._reversed = not self._reversed
        self._fill()

    def action_baseline(self) -> None:
        arm = self._current()
        if arm is not None:
            self._baseline = "" if arm.name == self._baseline else arm.name
            self._fill()

    def action_warnings(self) -> None:
        from augtui.tui.dialogs.notes import NotesScreen

        if self._study is not None:
            notes = self.summary.notes if self.summary is not None else []
            self.app.push_screen(NotesScreen("What to know of these numbers", self._study.check, notes))

    def action_mark(self) -> None:
        if self.table.key is not None:
            self.table.mark(self.table.marked ^ {self.table.key})
            self.table.action_move(1)

    def action_copy(self, form: str) -> None:
        if self.summary is None:
            return
        text = export.for_suffix(f".{form}", self.summary, self._chosen(), self.baseline) or ""
        self.app.copy_to_clipboard(text)
        rows = len(self._chosen())
        many = f"{rows} row" + ("s" if rows != 1 else "")
        told = f"{many} copied as {'Markdown' if form == 'md' else 'TSV'}; tmux needs set-clipboard on"
        self.notify(told, markup=False)

    def action_export(self) -> None:
        summary, study = self.summary, self._study
        if summary is None or study is None:
            return
        from augtui.tui.dialogs.prompt import PromptScreen

        def answered(path: str | None) -> None:
            if path is None:
                return
            text = export.for_suffix(Path(path).suffix, summary, self._chosen(), self.baseline)
            if text is None:
                self.notify("The name must end in .md, .tsv or .csv.", severity="warning")
            else:
                self.want(WriteText(Path(path), text))

        suggestion = str(study.folder / "report" / "table.md")
        self.app.push_screen(PromptScreen("Export the table to", suggestion, ".md, .tsv or .csv"), answered)

    async def action_filter(self) -> None:
        await self.query_one(FilterLine).begin()

    @on(FilterLine.Changed)
    def _filter(self, message: FilterLine.Changed) -> None:
        line, summary = self.query_one(FilterLine), self.summary
        if summary is None:
            return
        keys = tuple(
            dict.fromkeys(key for arm in summary.arms for key in figures.fields_of(summary, arm, self.baseline))
        )
        try:
            query = parse(message.text, keys)
        except QueryError as error:
            line.tell(str(error), wrong=True)
            return
        fields = [figures.fields_of(summary, arm, self.baseline) for arm in summary.arms]
        if unfinished(message.text, keys) and not any(map(query.matches, fields)):
            line.tell("… > < : ~ and a value")
            return
        self._query = query
        self._fill()
        line.tell(f"{len(self._shown)} of {len(summary.arms)}" if message.text else "")

    @on(FilterLine.Left)
    def _filter_left(self) -> None:
        self.table.focus()

    def action_back(self) -> None:
        line = self.query_one(FilterLine)
        if self._zoomed:
            super().action_back()
        elif line.text:
            line.action_clear()
        elif self.table.marked:
            self.table.mark(frozenset())

    def action_update(self) -> None:
        if self._study is not None:
            self.want(Summarise(self._study.folder))

    @on(Mistakes.Wanted)
    def _pictures_wanted(self, message: Mistakes.Wanted) -> None:
        self.want(message.task)

    @on(TaskDone)
    def _task_done(self, message: TaskDone) -> None:
        if isinstance(message.task, WriteText) and not message.outcome.failed:
            self.notify(f"Written: {message.outcome.value}", markup=False)
        if isinstance(message.task, Summarise) and message.outcome.failed:
            self.query_one("#empty", Empty).tell(
                "The tables could not be made.", self.hint("results.update", "tries again")
            )
        self.query_one(Mistakes).take(message)
