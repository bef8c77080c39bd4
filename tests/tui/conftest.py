"""The app for tests: on pretended studies, with a frozen clock, waited for by what it shows."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.message import Message
from textual.pilot import Pilot

from augtui.tui.app import AugtuiApp
from augtui.tui.feed.feed import Feed
from augtui.tui.options import Options
from augtui.tui.start import begin
from tests.tui.fakes.preview import FakePreview
from tests.tui.fakes.study import T0, Clock

DEADLINE = 20.0
"""Seconds after which a state that has not come counts as missing."""


@pytest.fixture(autouse=True)
def _no_machine_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No config, host name, time zone or editor of the machine that runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in ("NO_COLOR", "TMUX", "STY", "EDITOR", "VISUAL", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("socket.gethostname", lambda: "gpu-box")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


class Driver:
    """A running app and the means to wait for it."""

    def __init__(self, app: AugtuiApp, messages: list[Message], arrived: asyncio.Event) -> None:
        self.app, self.messages, self._arrived = app, messages, arrived
        self.pilot: Pilot[None]

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait until something holds; it is looked at again whenever a message has come."""
        end = time.monotonic() + DEADLINE
        while not holds():
            left = end - time.monotonic()
            assert left > 0, f"did not come: {what or holds}\n{self.text()}"
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), min(left, 0.1))
            except TimeoutError:
                continue
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def click(self, text: str, *, times: int = 1) -> None:
        """Click on the first place of a text on the screen, once it is there."""
        await self.shows(text)
        await self.pilot.click(offset=self.place(text), times=times)
        await self.pilot.pause()

    def place(self, text: str) -> tuple[int, int]:
        """Column and row of a text on the screen."""
        row, line = next((y, line) for y, line in enumerate(self.text().splitlines()) if text in line)
        return cell_len(line[: line.index(text)]), row

    async def shows(self, *texts: str) -> None:
        """Wait until all texts are on the screen."""
        for text in texts:
            await self.until(lambda text=text: text in self.text(), f"{text!r} on the screen")

    def text(self) -> str:
        """The screen as lines of text."""
        screen = self.app.screen
        width, height = screen.size
        lines = screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines[:height])[
            : width * height * 2
        ]


@asynccontextmanager
async def open_app(
    options: Options,
    *,
    size: tuple[int, int] = (120, 40),
    start: str = "",
    clock: Clock | None = None,
    preview: FakePreview | None = None,
) -> AsyncIterator[Driver]:
    """The app as `augtui` opens it, in a terminal of this size."""
    feed = Feed(options.runs_dir, clock or Clock(T0 + 3600))
    first, screen = begin(feed, options)
    app = AugtuiApp(options, feed, start or screen, first, preview or FakePreview())  # type: ignore[arg-type]
    messages: list[Message] = []
    arrived = asyncio.Event()

    def hook(message: Message) -> None:
        messages.append(message)
        arrived.set()

    driver = Driver(app, messages, arrived)
    async with app.run_test(size=size, message_hook=hook, notifications=True) as pilot:
        driver.pilot = pilot
        await pilot.pause()
        yield driver


def options_for(runs_dir: Path, **changes: object) -> Options:
    """Options on a folder of studies; datasets lie beside it."""
    return replace(Options(runs_dir=runs_dir, data_dir=runs_dir.parent / "data", theme="dark"), **changes)  # type: ignore[arg-type]


def process_environment() -> dict[str, str]:
    """For processes that tests start: as here, but one thread."""
    return {**os.environ, "OMP_NUM_THREADS": "1"}
