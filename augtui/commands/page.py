"""What `augtui show` prints: the table, the curves, what failed and why, what a reader must know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from augtui.commands.curves import CurvePanel, lines_of
from augtui.commands.live import run_label
from augtui.commands.tables import ResultTable
from augtui.commands.terminal import Glyphs, glyphs, state_text
from augtui.commands.wording import many
from augtui.runlog.summary import Summary
from augtui.text import plain, plain_lines

SHOWN_FAILURES = 12
"""More failed runs than these are counted; `augtui runs STUDY` lists all."""


class StudyPage:
    """One study's results.

    Args:
        summary: with the state that holds now.
        state: what the state is called, for example "running on gpu-box, last sign 12 s ago".
        message: why the study as a whole did not get to its end; may be empty.
    """

    def __init__(self, summary: Summary, state: str, message: str = "") -> None:
        self._summary = summary
        self._state = state
        self._message = message

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        summary, signs = self._summary, glyphs(console)
        yield self._title(signs)
        for fact in self._facts():
            yield Text(fact, style="dim")
        if self._message:
            yield ""
            yield _hanging(Text(signs.failed, style="red"), Text(plain_lines(self._message)))
        yield ""
        if any(arm.finished for arm in summary.arms):
            yield ResultTable(summary)
        else:
            yield Text("No run has finished yet.")
        if summary.readings:
            yield ""
            yield from self._readings()
        title, lines = lines_of(summary)
        if lines:
            yield ""
            yield CurvePanel(title, lines)
        if summary.failures:
            yield ""
            yield from self._failures(signs)
        for note in summary.notes:
            yield ""
            yield _hanging(Text(signs.warning, style="yellow"), Text(plain(note)))

    def _readings(self) -> Iterator[RenderableType]:
        """What arms are worth in images, arm by arm."""
        yield Text("What an arm is worth in images", style="bold")
        yield from (_hanging(Text("-", style="dim"), Text(plain(reading.text))) for reading in self._summary.readings)

    def _title(self, signs: Glyphs) -> Text:
        summary = self._summary
        finished = sum(arm.finished for arm in summary.arms)
        planned = sum(arm.finished if arm.left_out else arm.runs for arm in summary.arms)
        without = sum(arm.runs - arm.finished for arm in summary.arms if arm.left_out)
        text = Text(plain(summary.study), style="bold").append("   ")
        text.append_text(Text(style="not bold").append_text(state_text(summary.state, signs, self._state)))
        told = f"   {finished} of {many(planned, 'run')}" + (f", {without} left out" if without else "")
        return text.append(told, style="not bold")

    def _facts(self) -> Iterator[str]:
        summary = self._summary
        if summary.test_images:
            classes = ", ".join(f"{plain(name)} {count:,}" for name, count in summary.test_images.items())
            images = many(sum(summary.test_images.values()), "test image")
            yield f"{plain(Path(summary.dataset).name)}, {images}: {classes}"
        margin = f", margin {summary.margin * 100:g} pp" if summary.margin else ""
        yield f"primary {summary.primary.replace('_', ' ')}{margin}"
        if summary.positive is not None:
            yield f"recall, specificity, F1, AUROC: {plain(summary.positive)} against the rest"
        else:
            yield "recall, specificity, F1, AUROC: means over the classes"

    def _failures(self, signs: Glyphs) -> Iterator[RenderableType]:
        failures = self._summary.failures
        yield Text(f"{many(len(failures), 'run')} failed", style="bold red")
        for failure in failures[:SHOWN_FAILURES]:
            told = Text(f"{plain(run_label(failure.run))}  ")
            told.append(plain(f"{failure.kind}: {failure.message}"))
            yield _hanging(Text(signs.failed, style="red"), told)
        if len(failures) > SHOWN_FAILURES:
            yield Text(f"  and {len(failures) - SHOWN_FAILURES} more: augtui runs {plain(self._summary.study)}")


def _hanging(mark: Text, told: Text) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(mark, told)
    return Padding(grid, 0)
