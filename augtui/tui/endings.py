"""What is said when a study ends, and when the app does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from augtui.text import plain
from augtui.tui.feed.snapshot import StudyRow, StudySnapshot

ACTIVE = frozenset({"queued", "running"})
TROUBLE = frozenset({"failed", "lost", "blocked"})


def ended(before: StudySnapshot | None, now: StudySnapshot) -> tuple[str, Literal["information", "error"]] | None:
    """How the study that one watches has ended; None where it has not, or had before."""
    if before is None or before.folder != now.folder or before.status not in ACTIVE or now.status in ACTIVE:
        return None
    text = plain(f"{now.name}: {now.status}, {now.done} of {now.total} runs")
    if now.status == "waiting":
        step = next((step.name for step in reversed(now.steps) if step.state in ("finished", "skipped")), "a step")
        return plain(f"{now.name}: {step} is done; n goes on"), "information"
    return text, "error" if now.status in TROUBLE else "information"


def farewell(rows: Sequence[StudyRow]) -> str:
    """That studies go on without the app; empty where none runs."""
    running = [row.name for row in rows if row.status == "running"]
    if not running:
        return ""
    if len(running) == 1:
        return plain(f"{running[0]} goes on; follow it with augtui attach {running[0]}, or open augtui again")
    return f"{len(running)} studies go on; augtui studies lists them"
