"""All studies: find one, open it, compare two, clear away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from augtui.tui.bindings import Hint
from augtui.tui.feed.snapshot import StudyRow
from augtui.tui.messages import StudyOpened, TaskDone
from augtui.tui.query import Query, QueryError, parse, unfinished
from augtui.tui.screens.base import PanelScreen
from augtui.tui.screens.runs.rows import COLUMNS, KEYS, SORTS, details, fields_of, line_of, sort_value
from augtui.tui.screens.runs.tasks import DeleteStudies, ReadTwo
from augtui.tui.widgets.empty import Empty
from augtui.tui.widgets.filterline import FilterLine
from augtui.tui.widgets.lines import Page
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.table import Line, Table

if TYPE_CHECKING:
    from augtui.tui.app import AugtuiApp

DETAILS_COLUMNS = 150
"""Width from which on the details stand beside the list without being asked for."""


class RunsScreen(PanelScreen):
    """The list of studies, with details of the one under the cursor."""

    NAME = "runs"
    FIRST = "studies"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "filter", "filter", id="runs.filter", key_display="/", tooltip="Filter by words and conditions"
        ),
        Binding("space", "mark", "mark", id="runs.mark", tooltip="Mark a study"),
        Binding("s", "sort", "sort", id="runs.sort", tooltip="Sort by the next column"),
        Binding("x", "reverse", "reverse", show=False, id="runs.reverse", tooltip="Turn the order round"),
        Binding("c", "compare", "compare", id="runs.compare", tooltip="Compare the two marked studies"),
        Binding("i", "details", "details", id="runs.details", tooltip="Show or hide the details"),
        Binding("d,delete", "delete", "delete", id="runs.delete", tooltip="Delete the marked studies, or this one"),
    ]
    DEFAULT_CSS = """
    RunsScreen.-tiles #body { layout: horizontal; }
    RunsScreen #details { width: 52; display: none; }
    RunsScreen.-tiles.-details #details { display: block; }
    RunsScreen.-stack #details { display: block; width: 1fr; }
    RunsScreen #details.-hidden { display: none; }
    """

    def __init__(self) -> None:
        self._details: bool | None = None
        super().__init__()
        self._rows: tuple[StudyRow, ...] = ()
        self._shown: list[StudyRow] = []
        self._query = Query()
        self._sort = "started"
        self._reversed = True
        self._lines: dict[str, tuple[StudyRow, int, Line]] = {}
        """Of studies that have ended, by name, with the hour: a key of the filter makes none of them again."""

    def compose_panels(self) -> Iterable[Widget]:
        yield Panel(5, "Studies", FilterLine(), Table(COLUMNS, id="table"), Empty(), id="studies")
        yield Panel(6, "Details", Page(id="page"), id="details")

    def _now(self) -> float:
        return cast("AugtuiApp", self.app).feed.clock()

    @property
    def table(self) -> Table:
        return self.query_one("#table", Table)

    def on_mount(self) -> None:
        app = cast("AugtuiApp", self.app)
        self.watch(app, "rows", self._take, init=True)
        self.watch(app, "study", self.header.tell, init=True)

    def looks(self, kind: str) -> dict[str, bool]:
        shown = self._details if self._details is not None else self.app.size.width >= DETAILS_COLUMNS
        return {**super().looks(kind), "-details": shown}

    # --- data ---

    def _take(self, rows: tuple[StudyRow, ...] | None) -> None:
        before, self._rows = self._rows, rows or ()
        if bool(before) != bool(self._rows):
            self.refresh_bindings()
        empty = self.query_one(Empty)
        self.table.display = bool(self._rows)
        empty.display = not self._rows
        if rows is None:
            empty.tell("Looking for studies …")
        elif not rows:
            runs_dir = cast("AugtuiApp", self.app).options.runs_dir
            empty.tell(
                f"No study under {runs_dir} yet.",
                self.hint("app.design", "design one here"),
                Hint("or", "run a plan:  augtui run data/plans/demo.toml"),
            )
        self._fill()

    def _passing(self, query: Query) -> list[StudyRow]:
        now = self._now()
        return [row for row in self._rows if query.matches(fields_of(row, now))]

    def _fill(self, shown: Sequence[StudyRow] | None = None) -> None:
        """Show all rows that pass the filter, which may be known already."""
        now = self._now()
        shown = self._passing(self._query) if shown is None else shown
        keyed = [(sort_value(row, self._sort, now), row) for row in shown]
        there = sorted((item for item in keyed if item[0][0]), key=lambda item: item[0], reverse=self._reversed)
        self._shown = [row for _, row in there] + [row for (has, _), row in keyed if not has]
        self.table.put([self._line(row, now) for row in self._shown])
        self.table.tell_order(self._sort, descending=self._reversed)
        marked = self.table.marked & {row.name for row in self._rows}
        self.table.mark(marked)
        panel = self.query_one("#studies", Panel)
        count = (
            f"{len(self._shown)} of {len(self._rows)}"
            if len(self._shown) != len(self._rows)
            else f"{len(self._rows)}"
        )
        live = sum(row.status == "running" for row in self._rows)
        panel.heading = (f"Studies · {count}" if self._rows else "Studies") + (f" · {live} running" if live else "")
        order = "" if (self._sort, self._reversed) == ("started", True) else f"sorted by {self._sort}"
        parts = (order, f"{len(marked)} marked" if marked else "")
        panel.hint = ((" · ".join(part for part in parts if part), ""),)
        self._show_details()

    def _line(self, row: StudyRow, now: float) -> Line:
        """The row of the list; what does not change with the time is made once."""
        kept, hour = self._lines.get(row.name), int(now // 3600)  # "15:30" is "22 Nov 15:30" on the next day
        if kept is not None and kept[0] is row and kept[1] == hour:
            return kept[2]
        line = line_of(row, now)
        if row.ended:
            self._lines[row.name] = (row, hour, line)
        return line

    def _show_details(self) -> None:
        row = self._current()
        self.query_one("#page", Page).show(details(row, self._now()) if row is not None else [])

    def _current(self) -> StudyRow | None:
        key = self.table.key
        return next((row for row in self._shown if row.name == key), None)

    def _chosen(self) -> list[StudyRow]:
        """The marked studies, or the one under the cursor."""
        marked = [row for row in self._rows if row.name in self.table.marked]
        current = self._current()
        return marked or ([current] if current is not None else [])

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without studies only the keys that lead away are offered; a read-only app deletes nothing."""
        if action == "delete" and cast("AugtuiApp", self.app).options.readonly:
            return False
        needs_rows = action in ("filter", "mark", "sort", "reverse", "compare", "details", "delete", "zoom")
        return bool(self._rows) or not needs_rows

    @on(Table.Highlighted)
    def _highlighted(self) -> None:
        self._show_details()

    @on(Table.Selected)
    def _opened(self) -> None:
        row = self._current()
        if row is not None:
            self.post_message(StudyOpened(row.folder, "results" if row.status == "finished" else "study"))

    @on(Table.HeaderClicked)
    def _header_clicked(self, message: Table.HeaderClicked) -> None:
        if message.column in SORTS:
            self._reversed = (
                not self._reversed if message.column == self._sort else message.column not in ("name", "dataset")
            )
            self._sort = message.column
            self._fill()

    async def action_filter(self) -> None:
        await self.query_one(FilterLine).begin()

    @on(FilterLine.Changed)
    def _filter(self, message: FilterLine.Changed) -> None:
        line = self.query_one(FilterLine)
        try:
            query = parse(message.text, KEYS)
        except QueryError as error:
            line.tell(str(error), wrong=True)  # what was shown before stays
            return
        passing = self._passing(query)
        if not passing and unfinished(message.text, KEYS):
            line.tell("… > < : ~ and a value")
            return
        self._query = query
        self._fill(passing)
        line.tell(f"{len(self._shown)} of {len(self._rows)}" if message.text else "")

    @on(FilterLine.Left)
    def _filter_left(self) -> None:
        self.table.focus()

    def action_back(self) -> None:
        line = self.query_one(FilterLine)
        if self.layout_kind == "alone" and self._zoomed:
            super().action_back()
        elif line.text:
            line.action_clear()
        elif self.table.marked:
            self.table.mark(frozenset())
            self._fill()

    def action_mark(self) -> None:
        row = self._current()
        if row is not None:
            self.table.mark(self.table.marked ^ {row.name})
            self.table.action_move(1)
            self._fill()

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._reversed = self._sort not in ("name", "dataset")
        self._fill()

    def action_reverse(self) -> None:
        self._reversed = not self._reversed
        self._fill()

    def action_details(self) -> None:
        self._details = not self.has_class("-details")
        self._arrange()

    def action_delete(self) -> None:
        from augtui.tui.dialogs.confirm import ConfirmScreen

        chosen = self._chosen()
        if not chosen:
            return
        names = "\n".join(row.name for row in chosen[:8]) + (
            f"\nand {len(chosen) - 8} more" if len(chosen) > 8 else ""
        )
        question = ConfirmScreen("Delete with all runs, models and reports?", names, "delete")

        def answered(yes: bool | None) -> None:
            if yes:
                self.want(DeleteStudies(tuple(row.folder for row in chosen)))

        self.app.push_screen(question, answered)

    def action_compare(self) -> None:
        chosen: list[Path] = [row.folder for row in self._chosen()]
        if len(chosen) != 2:
            told = f"Mark two studies with {self.key('runs.mark')}, then compare them."
            self.notify(told, severity="warning", markup=False)
            return
        self.want(ReadTwo(chosen[0], chosen[1]))

    @on(TaskDone)
    def _task_done(self, message: TaskDone) -> None:
        if isinstance(message.task, ReadTwo) and not message.outcome.failed:
            from augtui.tui.dialogs.compare import CompareScreen

            self.app.push_screen(CompareScreen(*message.outcome.value))
