"""What is said across screens. A panel's own messages are in its class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message
from textual.message_pump import MessagePump

from augtui.tui.feed.snapshot import Interest, Update
from augtui.tui.tasks import Outcome, Task


@dataclass
class FeedUpdated(Message):
    """The feed's thread has something new."""

    update: Update


@dataclass
class InterestChanged(Message):
    """A screen wants to see other parts of the study."""

    interest: Interest


@dataclass
class TaskWanted(Message):
    """A screen wants something done that takes time or changes files."""

    task: Task
    asked_by: MessagePump
    """Hears `TaskDone`."""


@dataclass
class TaskDone(Message):
    """A task's thread has ended."""

    task: Task
    outcome: Outcome


@dataclass
class StudyOpened(Message):
    """A study is to be shown."""

    folder: Path
    screen: str = ""
    """study or results; empty lets its state decide."""


@dataclass
class ScreenWanted(Message):
    """Another of the four screens is to be shown."""

    name: str
