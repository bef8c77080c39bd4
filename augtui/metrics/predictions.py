"""predictions.csv: what a model said about each validation and test image."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from augtui.errors import AugtuiError
from augtui.paths import write_atomic

SPLITS = ("validation", "test")
DIGITS = 9
"""Significant digits of a probability: enough to hold every float32 exactly."""

_LEADING = ("split", "path", "group", "label")
_PREFIX = "p_"


@dataclass(frozen=True, slots=True)
class Predictions:
    """One row for each image, in the order in which the model saw them.

    Attributes:
        splits: "validation" or "test", N of them.
        paths: of the images, relative to the dataset's folder.
        groups: the patient (or other group) of each image; empty strings without groups.
        labels: int64[N], the true class as an index into `classes`.
        probabilities: float64[N, K], each row sums to about 1.
        classes: the K class names, in the order of the columns.
    """

    splits: tuple[str, ...]
    paths: tuple[str, ...]
    groups: tuple[str, ...]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        rows = len(self.splits)
        shapes = (len(self.paths), len(self.groups), len(self.labels), len(self.probabilities))
        if any(shape != rows for shape in shapes):
            raise ValueError(f"columns of different lengths: {rows}, {', '.join(map(str, shapes))}")
        if self.probabilities.shape != (rows, len(self.classes)):
            raise ValueError(f"{len(self.classes)} classes, but probabilities of shape {self.probabilities.shape}")
        if rows and not (self.labels.min() >= 0 and self.labels.max() < len(self.classes)):
            raise ValueError(f"labels outside 0..{len(self.classes) - 1}")
        if unknown := set(self.splits) - set(SPLITS):
            raise ValueError(f"unknown split {min(unknown)!r}")

    def part(self, split: str) -> Predictions:
        """The rows of one split, in their order."""
        rows = [row for row, name in enumerate(self.splits) if name == split]
        return Predictions(
            splits=(split,) * len(rows),
            paths=tuple(self.paths[row] for row in rows),
            groups=tuple(self.groups[row] for row in rows),
            labels=self.labels[rows],
            probabilities=self.probabilities[rows],
            classes=self.classes,
        )


def rounded(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The same probabilities as they come back from predictions.csv: to 9 significant digits.

    Every number is counted from these, so that the file alone reproduces it.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    return np.array([float(_digits(value)) for value in values.ravel()], dtype=np.float64).reshape(values.shape)


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions.csv; equal predictions give equal bytes."""
    write_atomic(path, encode_predictions(predictions))


def encode_predictions(predictions: Predictions) -> bytes:
    """The bytes of predictions.csv. File names that are not UTF-8 come back as they were."""
    lines = [[*_LEADING, *(f"{_PREFIX}{name}" for name in predictions.classes)]]
    names = [predictions.classes[label] for label in predictions.labels]
    for split, file, group, name, row in zip(
        predictions.splits, predictions.paths, predictions.groups, names, predictions.probabilities, strict=True
    ):
        lines.append([split, file, group, name, *map(_digits, row)])
    text = "".join(",".join(map(_quoted, line)) + "\n" for line in lines)
    return text.encode(errors="surrogateescape")


def read_predictions(path: Path) -> Predictions:
    """Read predictions.csv.

    Raises:
        AugtuiError: the file is missing or broken.
    """
    try:
        return decode_predictions(path.read_bytes())
    except FileNotFoundError as error:
        raise AugtuiError(f"{path} is missing", f"augtui resume {path.parent} repeats the run") from error
    except (ValueError, csv.Error) as error:
        raise AugtuiError(f"{path} is not a table of predictions: {error}") from error


def decode_predictions(data: bytes) -> Predictions:
    """Predictions from the bytes of a predictions.csv.

    Raises:
        ValueError: they are not one.
    """
    reader = csv.reader(io.StringIO(data.decode(errors="surrogateescape"), newline=""))
    header = next(reader, [])
    lead = len(_LEADING)
    columns = header[lead:]
    if tuple(header[:lead]) != _LEADING or not columns or not all(name.startswith(_PREFIX) for name in columns):
        raise ValueError(f"its columns are not {', '.join(_LEADING)}, p_<class>...")
    classes = tuple(name.removeprefix(_PREFIX) for name in columns)
    index = {name: number for number, name in enumerate(classes)}
    rows = list(reader)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} values instead of {len(header)}")
        if row[3] not in index:
            raise ValueError(f"row {number} has the unknown class {row[3]!r}")
    probabilities = np.array([[float(p) for p in row[lead:]] for row in rows]).reshape(len(rows), len(classes))
    if not np.isfinite(probabilities).all():
        raise ValueError("a probability is not a finite number")
    return Predictions(
        splits=_column(rows, 0),
        paths=_column(rows, 1),
        groups=_column(rows, 2),
        labels=np.array([index[row[3]] for row in rows], dtype=np.int64),
        probabilities=probabilities,
        classes=classes,
    )


def _column(rows: Sequence[Sequence[str]], column: int) -> tuple[str, ...]:
    return tuple(row[column] for row in rows)


def _digits(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def _quoted(field: str) -> str:
    """A CSV field. (csv.writer leaves a bare carriage return unquoted, which csv.reader takes for a new row.)"""
    return '"' + field.replace('"', '""') + '"' if any(mark in field for mark in ',"\r\n') else field
