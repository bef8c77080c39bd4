"""The study on a terminal while it runs: the steps, the runs done of all, the running ones, the time left."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from augtui.commands.feed import StudyFeed
from augtui.commands.terminal import Glyphs, glyphs, state_text
from augtui.commands.wording import duration, fraction, many
from augtui.runlog.estimate import seconds_left
from augtui.runlog.fold import RunState, StepState
from augtui.text import plain

ROOMY, COMPACT = 92, 66
"""From ROOMY columns on every run has a bar; below COMPACT only its epoch and validation accuracy are told."""


BAR = 24
"""Columns of a step's bar."""


class StudyView:
    """Draws what a feed holds; asks it at each drawing, so that the time left goes down between events.

    Args:
        feed: of the study.
        hint: the last line.
    """

    def __init__(self, feed: StudyFeed, hint: str) -> None:
        self.hint = hint
        self._feed = feed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        signs = glyphs(console)
        width, height = options.max_width, options.size.height
        yield self._header(signs, width)
        yield self._steps(signs, width)
        rows = list(self._feed.running.items())
        room = max(height - 6 - len(self._feed.state.steps), 1)
        if rows:
            yield ""
            yield _runs(rows[:room], width)
        if len(rows) > room:
            yield Text(f"  {signs.ellipsis} and {many(len(rows) - room, 'run')} more", style="dim")
        yield Text(self.hint, style="dim", no_wrap=True, overflow="ellipsis")

    def _header(self, signs: Glyphs, width: int) -> RenderableType:
        state = self._feed.state
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        grid.add_column(justify="right", no_wrap=True)
        told = Text().append_text(state_text(self._feed.status, signs))
        if state.total:
            told.append(f"  {state.done}/{state.total}")
        if state.failed:
            told.append(f"  {state.failed} failed", style="red")
        left = seconds_left(state, self._feed.running, self._feed.clock())
        if left is not None and self._feed.status == "running":
            told.append(f"  {'ETA ' if width >= COMPACT else ''}{duration(max(round(left), 1))}")
        grid.add_row(Text(plain(self._feed.paths.name), style="bold"), told)
        return grid

    def _steps(self, signs: Glyphs, width: int) -> RenderableType:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True, min_width=12)
        grid.add_column(
            no_wrap=True, overflow="ellipsis", max_width=width - (12 + 2 + 2 + BAR if width >= COMPACT else 14)
        )
        if width >= COMPACT:
            grid.add_column(no_wrap=True, justify="right", min_width=8)
        now = self._feed.clock()
        for step in self._feed.state.steps.values():
            if step.state == "skipped":
                continue
            cells: list[RenderableType] = [state_text(step.state, signs, step.name), Text(self._found(step))]
            if width >= COMPACT:
                cells.append(self._time(step, now))
            grid.add_row(*cells)
        return grid

    def _found(self, step: StepState) -> str:
        if step.state == "running" and step.name == "train":
            return f"{self._feed.state.done} of {many(self._feed.state.total, 'run')}"
        if step.state == "running" and step.total:
            return plain(" ".join(part for part in (f"{step.done:,} of {step.total:,}", step.message) if part))
        return plain((step.found or step.message).partition("\n")[0])

    def _time(self, step: StepState, now: float) -> RenderableType:
        if step.state == "running":
            done, total = self._share(step)
            if total:
                return _bar(done, total, BAR)
        return Text(duration((step.ended or now) - step.started), style="dim") if step.started else ""

    def _share(self, step: StepState) -> tuple[float, float]:
        """How much of a step is done, of how much."""
        if step.name != "train":
            return step.done, step.total
        state = self._feed.state
        parts = (run.step / run.steps for run in self._feed.running.values() if run.steps)
        return state.settled + sum(parts), state.total


def _runs(rows: list[tuple[str, RunState]], width: int) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="ellipsis", no_wrap=True)
    for name, run in rows:
        epoch, validation = f"{run.epoch}/{run.epochs}" if run.epochs else "starts", _validation(run)
        cells: list[RenderableType] = [Text(f"  {plain(run_label(name))}")]
        if width < COMPACT:
            cells += [Text(epoch, justify="right"), Text(validation, justify="right")]
        else:
            if width >= ROOMY:
                cells.append(_bar(run.step, run.steps or 1, 16))
            cells.append(Text(f"epoch {epoch}" if run.epochs else epoch, justify="right"))
            cells.append(Text(f"loss {fraction(run.loss)}" if run.loss is not None else "", justify="right"))
            cells.append(Text(f"val {validation}" if validation else "", justify="right"))
            rate = run.images_per_second
            cells.append(Text(f"{rate:,.0f} img/s" if rate is not None else "", style="dim", justify="right"))
        grid.add_row(*cells)
    for column in grid.columns[1:]:
        column.no_wrap = True
    return grid


def _bar(done: float, total: float, width: int) -> ProgressBar:
    return ProgressBar(total=total, completed=done, width=width, complete_style="cyan", finished_style="green")


def _validation(run: RunState) -> str:
    newest = run.curve.get(run.epoch)
    return fraction(newest.val_accuracy) if newest is not None and newest.val_accuracy is not None else ""


def run_label(folder: str) -> str:
    """`original, train.epochs=10, seed 3` for the folder arms/original/train.epochs=10/seed-3."""
    parts = folder.split("/")
    kept = parts[1:] if parts[0] in ("arms", "generators") else parts
    words = [part.replace("seed-", "seed ", 1) if part.startswith("seed-") else part for part in kept]
    return ", ".join(words)
