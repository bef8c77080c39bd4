"""The test images that an arm gets wrong most surely, as pictures."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from augtui.text import plain
from augtui.tui.messages import TaskDone
from augtui.tui.screens.results.tasks import LoadMistakes
from augtui.tui.text import Span, fraction
from augtui.tui.widgets.mosaic import Mosaic, Tile

if TYPE_CHECKING:
    from augtui.runlog.summary import ArmSummary, Mistake
    from augtui.tui.pictures import Pixels

KEPT = 64
"""Pictures that are kept for the next look."""


class Mistakes(Mosaic):
    """Pictures with what they are and what they were taken for."""

    @dataclass
    class Wanted(Message):
        """Pictures are to be read."""

        task: LoadMistakes

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(rows=1, columns=3, captions=3, id=id)
        self._folder: Path | None = None
        self._mistakes: list[Mistake] = []
        self._runs = 0
        self._pictures: OrderedDict[tuple[str, tuple[int, int]], Pixels] = OrderedDict()
        self._asked: LoadMistakes | None = None

    def forget(self) -> None:
        """Another study is open."""
        self._pictures.clear()
        self._asked = None

    def show_of(self, folder: Path, arm: ArmSummary) -> None:
        """Show the mistakes of an arm."""
        self._folder, self._mistakes, self._runs = folder, arm.mistakes, arm.finished
        self._draw()

    def take(self, message: TaskDone) -> None:
        """Pictures have been read."""
        if message.task != self._asked or message.outcome.failed:
            return
        assert isinstance(message.task, LoadMistakes)
        for name, pixels in message.outcome.value.items():
            self._pictures[name, message.task.size] = pixels
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self._draw()

    @on(Mosaic.Resized)
    def _resized(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._folder is None or self.size.height < 4:
            return
        size = self.picture_size
        shown = self._mistakes[: self.per_row]
        tiles = [Tile(self._pictures.get((mistake.path, size)), self._captions_of(mistake)) for mistake in shown]
        self.put([tiles])
        missing = tuple(mistake.path for mistake in shown if (mistake.path, size) not in self._pictures)
        task = LoadMistakes(self._folder, missing, size)
        if missing and task != self._asked:
            self._asked = task
            self.post_message(self.Wanted(task))

    def _captions_of(self, mistake: Mistake) -> tuple[Span, ...]:
        return (
            (plain(mistake.label), "$foreground"),
            (f"as {plain(mistake.predicted)}", "$muted"),
            (f"p {fraction(1 - mistake.probability, 2)} · {mistake.wrong}/{self._runs}", "$faint"),
        )
