"""The four screens. Each is imported when it is first shown: the first paint waits for one of them only."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

if TYPE_CHECKING:
    from augtui.tui.screens.base import PanelScreen


def load(after: Event) -> None:
    """Import all of them, once something has happened that shall not wait for it."""
    after.wait()
    for name in ("study", "runs", "results", "design"):
        import_module(f"{__name__}.{name}.screen")


def design() -> PanelScreen:
    from augtui.tui.screens.design.screen import DesignScreen

    return DesignScreen()


def study() -> PanelScreen:
    from augtui.tui.screens.study.screen import StudyScreen

    return StudyScreen()


def results() -> PanelScreen:
    from augtui.tui.screens.results.screen import ResultsScreen

    return ResultsScreen()


def runs() -> PanelScreen:
    from augtui.tui.screens.runs.screen import RunsScreen

    return RunsScreen()


MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    "design": design,
    "study": study,
    "results": results,
    "runs": runs,
}
"""By the name of a screen, what makes it."""
