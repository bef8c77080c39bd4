"""check.json: what the checks of a dataset or study found, written by the analysis, read by everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from augtui.errors import AugtuiError

Level = Literal["block", "warn"]
FORMAT = 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The base of everything in a check's report; unknown fields are ignored when reading."""


class Problem(Record, frozen=True, kw_only=True):
    """One thing that is wrong."""

    level: Level
    """block: the study does not start. A block that the plan handles is a "warn" with `handled` filled."""
    code: str
    """A short word with hyphens; `accept` in a plan takes it."""
    message: str
    files: list[str] = []
    """Relative to the dataset's folder."""
    handled: str = ""
    """How the plan lets a block pass: 'accept = ["constant-image"]', 'leak = "drop-from-train"', ..."""
    reasons: list[str] = []
    """What is wrong with each of `files`, where that differs."""
    mend: str = ""
    """Of a block: what to do about it, and how a plan may go on knowingly."""

    @property
    def answer(self) -> str:
        """`handled` in a sentence's end: whether the plan mends the problem or knowingly goes on with it."""
        if not self.handled:
            return ""
        mended = any(word in self.handled for word in ("drop-from-train", "skip"))
        return f"mended by {self.handled}" if mended else f"let through by {self.handled}"


class Pair(Record, frozen=True, kw_only=True):
    """Two images on different sides of a split that show the same picture or the same subject."""

    first: str
    """On the held-out side."""
    second: str
    mirrored: bool
    agreement: float
    """Correlation of their fine structure once one is laid on the other, in (0, 1]."""
    same_label: bool


class Probe(Record, frozen=True, kw_only=True):
    """How well labels can be told without looking at what the images show."""

    name: str
    """metadata or border."""
    balanced_accuracy: float
    """Cross-validated; 1 / (number of classes) is guessing."""
    low: float
    """The 95 % interval over images."""
    high: float
    chance: float
    telling: list[str] = []
    """What tells most, in words."""


class PowerRow(Record, frozen=True, kw_only=True):
    """The smallest difference that a number of seeds would show in 80 % of studies, with this test set."""

    seeds: int | None
    """None: without end."""
    accuracy: float
    balanced_accuracy: float
    recall: float | None
    """Of the positive class; None without one."""


class CheckReport(Record, frozen=True, kw_only=True):
    """Everything that the checks found."""

    format: int = FORMAT
    problems: list[Problem] = []
    """Blocks first, then in the order of the checks."""
    counts: dict[str, dict[str, int]] = {}
    """Images by split (train, test, validation, all) and class."""
    fingerprint: str = ""
    """Of the dataset's files."""
    skipped: list[str] = []
    """Checks that were not made, each with its reason."""
    pairs: list[Pair] = []
    """Near duplicates across splits."""
    drop: list[str] = []
    """Training and validation images that leak = "drop-from-train" leaves out."""
    probes: list[Probe] = []
    power: list[PowerRow] = []
    """By seeds, ascending; the plan's own number is among them."""
    assumptions: str = ""
    """Behind `power`, in a sentence."""

    @property
    def blocks(self) -> list[Problem]:
        """The problems that keep a study from starting (exit code 3)."""
        return [problem for problem in self.problems if problem.level == "block"]


def read_check(path: Path) -> CheckReport:
    """Read check.json.

    Raises:
        FileNotFoundError: nothing has been checked yet.
        AugtuiError: the file is broken or of a later augtui.
    """
    try:
        report = msgspec.json.decode(path.read_bytes(), type=CheckReport)
    except msgspec.DecodeError as error:
        raise AugtuiError(f"{path} is not a check's report: {error}", "run `augtui check` again") from error
    if report.format > FORMAT:
        raise AugtuiError(f"{path} has format {report.format}; this augtui reads up to {FORMAT}", "update augtui")
    return report


def encode_check(report: CheckReport) -> bytes:
    """The file's bytes: equal reports give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
