"""What is said when a study ends, and when the app does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from augtui.text import plain
from augtui.tui.feed.snapshot import StudyRow, StudySnapshot

ACTIVE = frozenset({"queued", "running"})
TROUBLE = frozenset({"failed", "lost", "blocked"})

News = tuple[str, Literal["information", "error"]]
"""A text, and how grave it is."""


class Endings:
    """Notices when a study ends that was at work before, whoever started it; each end once."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}
        """What each study did when it was looked at last."""

    def heard(self, studies: Iterable[StudyRow | StudySnapshot]) -> list[News]:
        """What is to be said of studies as they are now."""
        news = []
        for study in studies:
            if self._known.get(study.folder) in ACTIVE and study.status not in ACTIVE:
                news.append(_news(study))
            self._known[study.folder] = study.status
        return news


def _news(row: StudyRow | StudySnapshot) -> News:
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
