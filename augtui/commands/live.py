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

COMPACT = 64
"""Below this many columns the rate and the bar are left out."""


class StudyView:
    """Draws what a feed holds; asks it at each drawing, so that the time left goes down between events."""

    def __init__(self, feed: StudyFeed, hint: str) -> None:
        self._feed = feed
        self._hint = hint

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        signs = glyphs(console)
        width, height = options.max_width, options.size.height
        yield self._header(signs, width)
        yield self._steps(signs, width)
        rows = list(self._feed.running.items())
        room = max(height - 6 - len(self._feed.state.steps), 1)
        if rows:
            yield _runs(rows[:room], width)
        if len(rows) > room:
            yield Text(f"   {signs.ellipsis} and {many(len(rows) - room, 'run')} more", style="dim")
        if self._hint:
            yield Text(self._hint, style="dim", no_wrap=True, overflow="ellipsis")

    def _header(self, signs: Glyphs, width: int) -> RenderableType:
        state = self._feed.state
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        grid.add_column(justify="right", no_wrap=True)
        told = state_text(self._feed.status, signs)
        if state.failed:
            told.append(f"  {state.failed} failed", style="red")
        if state.total:
            told.append(f"  {state.done}/{state.total}")
        left = seconds_left(state, self._feed.running, self._feed.clock())
        if left is not None and self._feed.status == "running":
            told.append(f"  ETA {duration(max(left, 1.0))}" if width >= COMPACT else f"  {duration(max(left, 1.0))}")
        grid.add_row(Text(plain(self._feed.paths.name), style="bold"), told)
        return grid

    def _steps(self, signs: Glyphs, width: int) -> RenderableType:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True, min_width=12)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        if width >= COMPACT:
            grid.add_column(no_wrap=True)
        now = self._feed.clock()
        for step in self._feed.state.steps.values():
            if step.state == "skipped":
                continue
            cells: list[RenderableType] = [state_text(step.state, signs, step.name), Text(self._found(step))]
            if width >= COMPACT:
                cells.append(_step_time(step, now, self._done(step)))
            grid.add_row(*cells)
        return grid

    def _done(self, step: StepState) -> float:
        if step.name != "train":
            return step.done
        parts = (run.step / run.steps for run in self._feed.running.values() if run.steps)
        return self._feed.state.done + self._feed.state.failed + sum(parts)

    def _found(self, step: StepState) -> str:
        if step.name == "train" and step.state == "running":
            return f"{self._feed.state.done} of {many(self._feed.state.total, 'run')}"
        if step.state == "running" and step.total:
            return plain(" ".join(part for part in (f"{step.done:,} of {step.total:,}", step.message) if part))
        return plain(step.found or step.message)


def _step_time(step: StepState, now: float, done: float) -> RenderableType:
    if step.state == "running" and step.total:
        return ProgressBar(total=step.total, completed=done, width=24)
    if not step.started:
        return ""
    return Text(duration((step.ended or now) - step.started), style="dim")


def _runs(rows: list[tuple[str, RunState]], width: int) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=False)
    grid.add_column(no_wrap=True, overflow="ellipsis", min_width=12, ratio=None)
    for _ in range(3 if width < COMPACT else 4):
        grid.add_column(no_wrap=True, justify="right")
    for name, run in rows:
        cells = [
            Text(f"   {plain(run_label(name))}"),
            Text(f"epoch {run.epoch}/{run.epochs}" if run.epochs else "starts"),
            Text(f"loss {fraction(run.loss)}" if run.loss is not None else ""),
            Text(_validation(run)),
        ]
        if width >= COMPACT:
            rate = run.images_per_second
            cells.append(Text(f"{rate:,.0f} img/s" if rate is not None else "", style="dim"))
        grid.add_row(*cells)
    return grid


def _validation(run: RunState) -> str:
    newest = run.curve.get(run.epoch)
    return f"val {fraction(newest.val_accuracy)}" if newest is not None and newest.val_accuracy is not None else ""


def run_label(folder: str) -> str:
    """`original, train.epochs=10, seed 3` for the folder arms/original/train.epochs=10/seed-3."""
    parts = folder.split("/")
    kept = parts[1:] if parts[0] in ("arms", "generators") else parts
    words = [part.replace("seed-", "seed ", 1) if part.startswith("seed-") else part for part in kept]
    return ", ".join(words)
