"""What is said across screens. A panel's own messages are in its class.

Plain classes: the first screen waits for all of them, and a dataclass takes thirty times as long to define.
"""

from __future__ import annotations

from pathlib import Path

from textual.message import Message
from textual.message_pump import MessagePump

from augtui.tui.feed.snapshot import Interest, Update
from augtui.tui.tasks import Outcome, Task


class FeedUpdated(Message):
    """The feed's thread has something new."""

    def __init__(self, update: Update) -> None:
        super().__init__()
        self.update = update


class InterestChanged(Message):
    """A screen wants to see other parts of the study."""

    def __init__(self, interest: Interest) -> None:
        super().__init__()
        self.interest = interest


class TaskWanted(Message):
    """A screen wants something done that takes time or changes files."""

    def __init__(self, task: Task, asked_by: MessagePump) -> None:
        super().__init__()
        self.task = task
        self.asked_by = asked_by
        """Hears `TaskDone`."""


class TaskDone(Message):
    """A task's thread has ended."""

    def __init__(self, task: Task, outcome: Outcome) -> None:
        super().__init__()
        self.task = task
        self.outcome = outcome


class StudyOpened(Message):
    """A study is to be shown."""

    def __init__(self, folder: Path, screen: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.screen = screen
        """study or results; empty lets its state decide."""


class ScreenWanted(Message):
    """Another of the four screens is to be shown."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
