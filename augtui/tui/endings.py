"""What is said when a study ends, and when the app does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from augtui.text import plain
from augtui.tui.feed.snapshot import StudyRow

ACTIVE = frozenset({"queued", "running"})
TROUBLE = frozenset({"failed", "lost", "blocked"})

News = tuple[str, Literal["information", "error"]]
"""A text, and how grave it is."""


def ended(before: Sequence[StudyRow], now: Sequence[StudyRow]) -> list[News]:
    """How studies have ended that were at work when they were looked at last, whoever started them."""
    active = {row.folder for row in before if row.status in ACTIVE}
    return [_news(row) for row in now if row.folder in active and row.status not in ACTIVE]


def _news(row: StudyRow) -> News:
    if row.status == "waiting":
        return plain(f"{row.name}: its step is done, it waits for the next"), "information"
    text = plain(f"{row.name}: {row.status}, {row.done} of {row.total} runs")
    return text, "error" if row.status in TROUBLE else "information"


def farewell(rows: Sequence[StudyRow]) -> str:
    """That studies go on without the app; empty where none runs."""
    running = [row.name for row in rows if row.status == "running"]
    if not running:
        return ""
    if len(running) == 1:
        return plain(f"{running[0]} goes on; follow it with augtui attach {running[0]}, or open augtui again")
    return f"{len(running)} studies go on; augtui studies lists them"
