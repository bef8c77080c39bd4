"""summary.json: the tables of a study, written by the analysis, read by the commands and the app.

All values are fractions in [0, 1] (or differences of fractions); what is undefined is null, never NaN.
Keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from augtui.errors import AugtuiError
from augtui.plan.spec import AxisValue

FORMAT = 1


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The base of everything in a summary; unknown fields are ignored when reading."""


class Spread(Record, frozen=True, kw_only=True):
    """One metric of one arm over its finished runs."""

    mean: float | None
    """Over the values that are defined; None without any."""
    sd: float | None
    """With ddof 1; None below two defined values."""
    values: list[float | None]
    """In the order of `ArmSummary.seeds`."""


class Difference(Record, frozen=True, kw_only=True):
    """Arm minus baseline, paired by seed."""

    mean: float | None
    sd: float | None
    """Of the paired differences, ddof 1."""
    n: int
    """Pairs in which both runs finished and the metric is defined."""
    low: float | None = None
    """The 95 % interval over seeds and test images."""
    high: float | None = None
    p: float | None = None
    """Two-sided, unadjusted."""
    p_holm: float | None = None
    """Holm over arms and axis points; only on the primary metric."""
    verdict: str | None = None
    """helps, hurts, no practical difference, no evidence either way, too few seeds, left out (by the gate); only on
    the primary metric."""
    visible: float | None = None
    """The smallest difference that this study would have shown in 80 % of its repetitions."""
    floor: float | None = None
    """What `visible` would fall to with any number of seeds: below it only more test images help."""
    df: float | None = None
    p_sign_flip: float | None = None
    """Exact, from six pairs on; of this test set only."""
    p_mcnemar: float | None = None
    """Exact, with one pair; of two trained models, not of two augmentations."""
    better: int | None = None
    """In how many of the n pairs the arm was better than the baseline."""


class Curve(Record, frozen=True, kw_only=True):
    """One value over epochs: position i belongs to epoch i + 1."""

    mean: list[float | None]
    sd: list[float | None]
    """Over runs, ddof 1."""
    n: list[int]
    """Runs that reached the epoch with a defined value."""


class Mistake(Record, frozen=True, kw_only=True):
    """A test image that an arm gets wrong."""

    path: str
    label: str
    predicted: str
    """The wrong class with the highest mean probability."""
    probability: float
    """Of the right class, the mean over runs."""
    wrong: int
    """In how many of the arm's runs it was wrong."""


class ArmSummary(Record, frozen=True, kw_only=True):
    """One arm at one axis point."""

    name: str
    axes: dict[str, AxisValue]
    runs: int
    """Planned, finished or not."""
    failed: int
    left_out: str = ""
    """Why the plan does without this arm (its generator failed the gate); empty where it does not."""
    gate: str = ""
    """What the gate says of the generators that it uses, the worst of their seeds: passed, failed or unjudged; empty
    without generators."""
    generated: str = ""
    """Where its generated images come from: "dcgan64 at 64 px"; empty without generators."""
    finished: int = 0
    seeds: list[int] = []
    """Of the finished runs, ascending."""
    metrics: dict[str, Spread] = {}
    difference: dict[str, Difference] = {}
    """From the baseline at the same axis point; empty for the baseline itself."""
    class_recall: dict[str, Spread] = {}
    confusion: list[list[int]] = []
    """Test images summed over seeds: row = true class, column = predicted, in the order of `Summary.classes`."""
    curves: dict[str, Curve] = {}
    """By what an epoch reports: loss, val_loss, val_accuracy, val_balanced_accuracy."""
    mistakes: list[Mistake] = []


class Failure(Record, frozen=True, kw_only=True):
    """A run without a result."""

    run: str
    """Its folder, relative to the study."""
    kind: str
    message: str


class CurveReading(Record, frozen=True, kw_only=True):
    """What an arm's smaller share of the images is worth, read off the baseline's curve over `data.fraction`."""

    arm: str
    axes: dict[str, AxisValue]
    metric: str
    fraction: float
    equivalent: float | None
    """The share of the images with which the baseline reaches the same; None beyond the curve's ends."""
    low: float | None
    high: float | None
    """The 95 % interval of `equivalent`; None where it leaves the curve."""
    text: str


class Summary(Record, frozen=True, kw_only=True):
    """summary.json."""

    format: int = FORMAT
    study: str
    state: str
    """finished, failed (some runs), running, stopped, blocked, waiting, queued or lost."""
    baseline: str
    primary: str
    positive: str | None = None
    margin: float = 0.0
    plan: str = ""
    dataset: str = ""
    classes: list[str] = []
    test_images: dict[str, int] = {}
    """Test images of each class."""
    groups: int | None = None
    """Patients in the test set, where groups are known; resampled as wholes."""
    arms: list[ArmSummary] = []
    """Axis point by axis point, each in the plan's order of arms."""
    readings: list[CurveReading] = []
    failures: list[Failure] = []
    made_from: list[str] = []
    """The folders of the finished runs that the numbers come from."""
    notes: list[str] = []
    """What a reader must know beside the numbers, in sentences."""

    def arm(self, name: str, axes: dict[str, AxisValue] | None = None) -> ArmSummary | None:
        """The arm of this name (at this axis point; the first one without)."""
        return next((a for a in self.arms if a.name == name and (axes is None or a.axes == axes)), None)


LOWER_IS_BETTER = frozenset({"brier", "ece"})
"""Metrics of which less is better."""


def best_of(metric: str) -> Callable[..., Any]:
    """What chooses the best of some values of a metric: `max`, or `min` where less is better."""
    return min if metric in LOWER_IS_BETTER else max


class ArmScores(Record, frozen=True, kw_only=True):
    """What a list of studies wants of an arm."""

    name: str
    metrics: dict[str, Spread] = {}
    difference: dict[str, Difference] = {}


class Scores(Record, frozen=True, kw_only=True):
    """summary.json without its curves, mistakes and tables: a fraction of the time to read."""

    format: int = FORMAT
    primary: str
    arms: list[ArmScores] = []


Kind = TypeVar("Kind", Summary, Scores)


class BrokenSummaryError(AugtuiError):
    """The file is no summary; it can be made again from the runs."""


def read_summary(path: Path) -> Summary:
    """Read summary.json.

    Raises:
        FileNotFoundError: the study has not been summarised yet.
        BrokenSummaryError: the file is broken.
        AugtuiError: it is of a later augtui.
    """
    return _read(path, Summary)


def read_scores(path: Path) -> Scores:
    """Read the metrics in summary.json; raises as `read_summary` does."""
    return _read(path, Scores)


def _read(path: Path, kind: type[Kind]) -> Kind:
    try:
        summary = msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise BrokenSummaryError(
            f"{path} is not a summary: {error}", f"make it again: augtui show {path.parent.name}"
        ) from error
    if summary.format > FORMAT:
        raise AugtuiError(f"{path} has format {summary.format}; this augtui reads up to {FORMAT}", "update augtui")
    return summary


def encode_summary(summary: Summary) -> bytes:
    """The file's bytes: equal summaries give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(summary), indent=1) + b"\n"
