"""One study, step by step: the screen that stays open all day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from msgspec.structs import replace
from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from augtui.text import plain
from augtui.tui.bindings import hint_line
from augtui.tui.feed.snapshot import Interest, StudySnapshot
from augtui.tui.messages import InterestChanged
from augtui.tui.screens.base import PanelScreen
from augtui.tui.screens.study import words
from augtui.tui.screens.study.curves import SCOPES, Means, curve_hint, picture, values_of
from augtui.tui.screens.study.gridrows import MeanCurves, grid_rows
from augtui.tui.screens.study.keys import KEYS
from augtui.tui.screens.study.tasks import Ask, Launch, next_step
from augtui.tui.text import Row
from augtui.tui.widgets.bars import Bar
from augtui.tui.widgets.chart import SMOOTHING, Chart
from augtui.tui.widgets.empty import Empty
from augtui.tui.widgets.lines import LinesView, Tail
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.seedgrid import SeedGrid

if TYPE_CHECKING:
    from augtui.tui.app import AugtuiApp

REST_SECONDS = 0.15
CHART_ROWS = 8
"""Rows in which curves can be read."""
LOG_ROWS = 40
"""Rows of the screen from which on the log has a tile of its own."""


class StudyScreen(PanelScreen):
    """Steps, grid, running runs, curves and log of one study."""

    NAME = "study"
    FIRST = "grid-panel"
    SHORT = "grid-panel"
    HINTED = (Chart,)
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    DEFAULT_CSS = """
    StudyScreen.-tiles #body { layout: grid; grid-size: 3 3; grid-columns: 29 1fr 36; grid-rows: 10 1fr 1; }
    StudyScreen.-tiles.-wide #body { grid-columns: 46 1fr 52; }
    StudyScreen.-tiles #chart-panel { column-span: 3; }
    StudyScreen.-tiles #log-panel { column-span: 3; }
    StudyScreen #notice { dock: bottom; height: 1; margin-bottom: 1; padding: 0 1; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._study: StudySnapshot | None = None
        self._value = "val_accuracy"
        self._scope = "arm"
        self._means, self._grid_means = Means(), MeanCurves()
        self._legend: Row = []
        self._stopping = ""
        self._resting: Timer | None = None
        self._shown = self._show_due = False
        """Whether the study is shown as it is now, and whether it is about to be."""

    def compose_panels(self) -> Iterable[Widget]:
        yield Panel(5, "Steps", LinesView(id="steps"), id="steps-panel")
        yield Panel(6, "Arms × seeds", SeedGrid(id="grid"), id="grid-panel")
        yield Panel(7, "Running", LinesView(id="running"), id="running-panel")
        yield Panel(8, "Curves", Chart(id="chart"), id="chart-panel")
        yield Panel(9, "Log", Tail(id="log"), id="log-panel")

    def compose(self) -> Iterable[Widget]:
        yield from super().compose()
        yield Bar(id="notice")
        yield Empty(id="empty")

    def on_mount(self) -> None:
        self.query_one("#empty", Empty).tell(
            "No study is open.",
            self.hint("app.runs", "choose one from the list"),
            self.hint("app.design", "design a new one"),
        )
        self.watch(self.app, "study", self._take, init=True)

    @property
    def grid(self) -> SeedGrid:
        return self.query_one(SeedGrid)

    @property
    def chart(self) -> Chart:
        return self.query_one(Chart)

    def arranged(self, kind: str) -> None:
        arms = len(self.grid.grid)
        height = self.app.size.height
        log = self.query_one("#log-panel", Panel)
        if kind == "tiles":
            tall = height >= LOG_ROWS
            top = min(max(9, arms + 3), max(9, (height - 4) * 2 // 5))
            self.set_rows(f"{top} 1fr {8 if tall else 1}")
            log.shut = not tall
        self._show_soon()

    def beside(self, opened: str) -> tuple[str, int] | None:
        """The curves stand under a grid of few arms."""
        rows = len(self.grid.grid) + 3
        room = self.app.size.height - 2 - 3 - rows - self.query_one("#notice").display
        if opened not in ("grid-panel", "chart-panel") or room < CHART_ROWS:
            return None
        return ("chart-panel" if opened == "grid-panel" else "grid-panel"), rows

    # --- data ---

    def _take(self, snapshot: StudySnapshot | None) -> None:
        other = snapshot is not None and (self._study is None or self._study.folder != snapshot.folder)
        grown = snapshot is not None and self._study is not None and len(self._study.runs) != len(snapshot.runs)
        before, self._study = self._study, snapshot
        if _offers(before) != _offers(snapshot):
            self.refresh_bindings()
        self.show_empty(snapshot is None)
        self.header.tell(snapshot)
        if snapshot is not None and snapshot.status != "running":
            self._stopping = ""
        if not self.is_current:
            self._shown = False
        else:
            if self.grid.size:
                self._show()
            elif snapshot is not None:  # how the panels are laid out depends on its rows
                self.grid.put(*grid_rows(snapshot, 0, self._grid_means))
            if other or grown:
                self._arrange()
            if other:
                self.grid.go_to(_telling_run(snapshot))

    def on_screen_resume(self) -> None:
        if not self._shown:
            self._show_soon()

    @property
    def unsettled(self) -> bool:
        return self._show_due and self._study is not None

    def _show_soon(self) -> None:
        """When the panels have their room, on which depends what is in them; however often it is asked for, once."""
        if not self._show_due:
            self._show_due = True
            self.call_after_refresh(self._show)

    def _show(self) -> None:
        self._show_due, self._shown = False, True
        study = self._study
        if study is None:
            return
        self.grid.put(*grid_rows(study, self.grid.size.width, self._grid_means))
        self._panel("grid-panel", "Arms × seeds", words.counts(study))
        steps = self.query_one("#steps", LinesView)
        steps.show(words.step_rows(study, steps.size.width))
        self._panel("steps-panel", "Steps", words.step_strip(study))
        keys = ((self.hint("study.next", "next"), "next_step"), (self.hint("study.run", "all"), "run_all"))
        offered = [hint for hint, action in keys if self.check_action(action, ())]
        self.query_one("#steps-panel", Panel).hint = hint_line(*offered)
        self._show_running(study)
        self._show_log(study)
        self._show_notice(study)
        self._show_curves()

    def _panel(self, panel_id: str, heading: str, summary: Row) -> None:
        panel = self.query_one(f"#{panel_id}", Panel)
        panel.heading = heading
        panel.summary = tuple(summary)

    def _show_running(self, study: StudySnapshot) -> None:
        view = self.query_one("#running", LinesView)
        width, height = view.size.width, view.size.height
        loads = words.load_rows(study.loads, width) if len(study.loads) > 1 else []
        room = height - len(loads) - 1 if loads else height
        rows = words.running_rows(study.running, width, room)
        view.show([*rows, [], *loads] if rows and loads else rows or self._idle(study))
        load = words.load_title(study.loads)
        self._panel("running-panel", f"Running · {load}" if load else "Running", words.running_summary(study.running))

    def _idle(self, study: StudySnapshot) -> list[Row]:
        """What stands where nothing runs."""
        told = {
            "finished": ("All runs have finished.", "app.results", "results"),
            "failed": ("Some runs failed.", "study.retry", "retries them"),
            "stopped": ("Stopped, with checkpoints.", "study.run", "goes on"),
            "waiting": ("Waits for you.", "study.next", "next step"),
            "blocked": ("A check blocks this study.", "app.design", "change the plan"),
            "lost": ("Its supervisor is gone.", "study.run", "goes on"),
            "queued": ("Has not begun.", "study.run", "runs it all"),
        }.get(study.status)
        if told is None:
            at_work = next((step.name for step in study.steps if step.state == "running"), "")
            return [[(f"No run yet: {at_work} is at work." if at_work else "No run at the moment.", "$muted")]]
        text, binding_id, does = told
        rows: list[Row] = [[(text, "$foreground")], []]
        rows.append([*self.hint(binding_id, does).spans("bold $accent", "$muted")])
        if study.message:
            rows += [[], [(plain(study.message), "$warn" if study.status in ("blocked", "lost") else "$muted")]]
        return rows

    def _show_log(self, study: StudySnapshot) -> None:
        lines: list[Row] = [[(plain(line), "$muted")] for line in study.log.lines]
        self.query_one("#log", Tail).show(lines)
        last = next((line for line in reversed(study.log.lines) if line.strip()), "")
        self._panel(
            "log-panel", f"Log · {plain(study.log.title)}" if study.log.title else "Log", [(plain(last), "$muted")]
        )

    def _show_notice(self, study: StudySnapshot) -> None:
        row = words.failure_row(study)
        self.query_one("#notice").display = bool(row)
        if row:
            there = self.hint("study.failed", "go there").spans("bold $accent", "$muted")
            self.query_one("#notice", Bar).show([[*row, ("   ", ""), *there]])

    def _show_curves(self) -> None:
        study = self._study
        if study is None:
            return
        values = values_of(study)
        if self._value not in values and values:
            self._value = values[0]
        chart = self.chart
        drawn = picture(study, self._value, self._scope, self.grid.folder, self._means)
        self._legend = drawn.legend
        chart.tell(self._curve_hint(chart.log_y, chart.smoothing))
        chart.say("" if drawn.series else words.no_curves(study))
        chart.put(drawn.series, drawn.bands, drawn.until)
        panel = self.query_one("#chart-panel", Panel)
        panel.heading = drawn.title
        panel.summary = tuple(chart.readout())

    def _curve_hint(self, log_y: bool, smoothing: float) -> Row:
        """What stands under the curves: the keys that change how they are drawn."""
        smooth, cursor = f"smooth {smoothing:g}" if smoothing else "smooth", self.hint("chart.right", "cursor")
        hints = (
            self.hint("study.value", "metric"),
            self.hint("study.scope", "runs"),
            self.hint("study.log", "linear" if log_y else "log"),
            self.hint("study.smoother"),
            self.hint("study.rougher", smooth),
            replace(cursor, key=self.key("chart.left") + cursor.key),
        )
        return curve_hint(hints, self._legend, self.chart.size.width)

    # --- what is looked at ---

    @on(SeedGrid.Moved)
    def _moved(self) -> None:
        """The curves follow when the cursor rests: a key that is held costs two rows of the grid each time."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_SECONDS, self._show_curves)

    @on(SeedGrid.Opened)
    def _open_run(self, message: SeedGrid.Opened) -> None:
        from augtui.tui.dialogs.run import RunDialog

        study = self._study
        if study is None:
            return
        self.post_message(InterestChanged(Interest(study.folder, (message.folder,), message.folder)))

        def closed(_: None) -> None:
            self.post_message(InterestChanged(Interest(study.folder)))

        self.app.push_screen(RunDialog(message.folder), closed)

    def action_failed(self) -> None:
        if self._study is None or not self._study.failures:
            return
        failed = [run.folder for run in self._study.failures]
        # The newest first, which the line at the bottom names.
        place = failed.index(self.grid.folder) if self.grid.folder in failed else len(failed) - 2
        self.open_panel(self.query_one("#grid-panel", Panel))
        self.grid.go_to(failed[(place + 1) % len(failed)])

    def action_warnings(self) -> None:
        from augtui.tui.dialogs.notes import NotesScreen

        if self._study is not None and self._study.check is not None:
            self.app.push_screen(NotesScreen("What the checks found", self._study.check))

    def action_value(self) -> None:
        values = values_of(self._study) if self._study is not None else []
        if values:
            self._value = (
                values[(values.index(self._value) + 1) % len(values)] if self._value in values else values[0]
            )
            self._show_curves()

    def action_scope(self) -> None:
        self._scope = SCOPES[(SCOPES.index(self._scope) + 1) % len(SCOPES)]
        self._show_curves()

    def action_log_y(self) -> None:
        self._set_view(not self.chart.log_y, self.chart.smoothing)

    def action_smooth(self, step: int) -> None:
        place = SMOOTHING.index(self.chart.smoothing) + step
        self._set_view(self.chart.log_y, SMOOTHING[max(0, min(place, len(SMOOTHING) - 1))])

    def _set_view(self, log_y: bool, smoothing: float) -> None:
        self.chart.tell(self._curve_hint(log_y, smoothing))
        self.chart.set_view(log_y=log_y, smoothing=smoothing)

    # --- what is done ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are not offered."""
        study = self._study
        if study is None and action in ("zoom", "scope", "value", "log_y", "smooth", "failed"):
            return False
        if action == "warnings":
            return study is not None and study.check is not None and bool(study.check.problems)
        if action in ("next_step", "run_all", "stop", "retry"):
            if study is None or cast("AugtuiApp", self.app).options.readonly:
                return False
            live = study.status == "running"
            if action == "stop":
                return live
            if action == "retry":
                return bool(study.failures)
            return not live and study.status != "finished" if action == "next_step" else study.status != "finished"
        return True

    def action_next_step(self) -> None:
        if self._study is not None:
            step = next_step({step.name: step.state for step in self._study.steps})
            self.want(Launch(self._study.folder, step))

    def action_run_all(self) -> None:
        if self._study is None:
            return
        if self._study.status == "running":
            self.want(Ask(self._study.folder, "until", step="compare"))
        else:
            self.want(Launch(self._study.folder))

    def action_stop(self) -> None:
        from augtui.tui.dialogs.confirm import ConfirmScreen

        study = self._study
        if study is None:
            return
        now = self._stopping == study.name
        title = "Stop at once?" if now else "Stop this study?"
        later = f"Every run writes a checkpoint; {self.key('study.run')} goes on later."
        text = "Work since the last checkpoint is lost." if now else later

        def answered(yes: bool | None) -> None:
            if yes:
                self._stopping = study.name
                self.want(Ask(study.folder, "stop-now" if now else "stop"))

        self.app.push_screen(ConfirmScreen(title, text, "stop"), answered)

    def action_retry(self) -> None:
        study = self._study
        if study is None or not study.failures:
            return
        failed = tuple(run.folder for run in study.failures)
        chosen = (self.grid.folder,) if self.grid.folder in failed else failed
        if study.status == "running":
            self.want(Ask(study.folder, "retry", chosen))
        else:
            self.want(Launch(study.folder))


def _telling_run(study: StudySnapshot | None) -> str:
    """The run that a person who opens a study wants to see first: one that runs, or the first of a real arm."""
    if study is None or study.plan is None:
        return ""
    if study.running:
        return study.running[0].folder
    baseline = f"arms/{study.plan.baseline.name}/"
    return next((name for name in study.runs if not name.startswith(baseline)), "")


def _offers(study: StudySnapshot | None) -> tuple[str, bool, bool] | None:
    """What decides which keys are offered."""
    return None if study is None else (study.status, bool(study.failures), study.check is not None)
