"""The shortcut probe: can labels be told without looking at what the images show?

Two small classifiers, cross-validated so that pictures and patients are never on both sides: one sees only how the
files were made (size, mode, compression, name), one only the outermost strip of the pictures. What they can do, a
network can do as well, and then its accuracy says little about the disease.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from augtui.analysis.checks.duplicates import pictures
from augtui.analysis.checks.subject import Subject, problem
from augtui.analysis.statistics.resample import resample_weights
from augtui.plan.codes import CheckCode
from augtui.runlog.checks import Probe, Problem
from augtui.streams import stream_seed

Floats = NDArray[np.float64]
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows to learn from and rows to tell."""

CODES: dict[str, CheckCode] = {"metadata": "shortcut-metadata", "border": "shortcut-border"}
FOLDS = 5
AMBER, RED = 0.30, 0.60
"""Of the way from guessing to perfect: balanced accuracy 0.65 and 0.80 with two classes."""
BLANKED = 0.75
"""Share of the picture's area, around its centre, that the border probe does not see."""
FEWEST = 50
"""Images below which no probe is made."""
COMMON_NAMES = 20
MOST = 0.75
"""Share of a forest's splits that is named in words."""


def shortcut_probe(subject: Subject) -> tuple[list[Problem], list[Probe], list[str]]:
    """Problems, figures, and what was left out with its reason."""
    smallest = min(np.bincount(subject.labels, minlength=len(subject.classes)))
    if len(subject.labels) < FEWEST or smallest < FOLDS:
        return [], [], [f"shortcut probe: it takes {FEWEST} images and {FOLDS} of each class"]
    groups = _groups(subject)
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=_seed("folds"))
    folds = list(splitter.split(groups, subject.labels, groups))
    forest = RandomForestClassifier(
        n_estimators=100, min_samples_leaf=3, class_weight="balanced", random_state=_seed("forest")
    )
    linear = make_pipeline(
        StandardScaler(),
        PCA(n_components=min(40, len(subject.labels) // 4), random_state=_seed("pca")),
        LogisticRegression(C=0.1, max_iter=500, class_weight="balanced"),
    )
    known = metadata(subject)
    features = np.concatenate(list(known.values()), axis=1)
    probes = [
        _probe("metadata", forest, features, subject, groups, folds),
        _probe("border", linear, border(subject.pixels), subject, groups, folds),
    ]
    probes[0] = msgspec.structs.replace(probes[0], telling=_telling(forest.fit(features, subject.labels), known))
    return [found for probe in probes for found in _problems(probe)], probes, []


def metadata(subject: Subject) -> dict[str, Floats]:
    """What is known of each file without looking at its picture's middle: float64[N, F] by name."""
    sides = np.stack([subject.widths, subject.heights], axis=1).astype(np.float64)
    files = np.array([_file_features(subject.root / path) for path in subject.paths])
    strip = _strip(subject.pixels).astype(np.float64)
    return {
        "picture size": np.concatenate([sides, sides[:, :1] / sides[:, 1:]], axis=1),
        "file size": files[:, :1],
        "compression": files[:, 1:],
        "border brightness and colour": np.concatenate([strip.mean(axis=2), strip.std(axis=2)], axis=1),
        "colour mode": _one_hot(subject.modes),
        "file format": _one_hot(subject.formats),
        "file extension": _one_hot([PurePosixPath(path).suffix for path in subject.paths]),
        "beginning of the file name": _one_hot(_prefixes(subject)),
    }


def border(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32[N, F]: the outermost strip of each picture, at 64 px."""
    return _strip(pixels).reshape(len(pixels), -1).astype(np.float32)


def _probe(
    name: str,
    model: Pipeline | RandomForestClassifier,
    features: Floats | NDArray[np.float32],
    subject: Subject,
    groups: NDArray[np.int64],
    folds: list[Fold],
) -> Probe:
    predicted = cross_val_predict(model, features, subject.labels, cv=folds)
    right = (predicted == subject.labels).astype(np.float64)
    rng = np.random.default_rng(_seed("interval"))
    weights = resample_weights(subject.labels, tuple(map(str, groups)), rng, draws=1000)
    drawn = np.mean(
        [
            (weights[:, rows] * right[rows]).sum(axis=1) / weights[:, rows].sum(axis=1)
            for label in range(len(subject.classes))
            if len(rows := np.flatnonzero(subject.labels == label))
        ],
        axis=0,
    )
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Probe(
        name=name,
        balanced_accuracy=float(balanced_accuracy_score(subject.labels, predicted)),
        low=float(low),
        high=float(high),
        chance=1 / len(subject.classes),
    )


def _telling(forest: RandomForestClassifier, known: dict[str, Floats]) -> list[str]:
    """The names of what the forest splits by, until most of its splits are named."""
    ends = np.cumsum([part.shape[1] for part in known.values()])
    sums = [float(part.sum()) for part in np.split(forest.feature_importances_, ends[:-1])]
    ranked = sorted(zip(sums, known, strict=True), reverse=True)
    named: list[str] = []
    for _, name in ranked:
        named.append(name)
        if sum(value for value, _ in ranked[: len(named)]) >= MOST:
            break
    return named


def _problems(probe: Probe) -> list[Problem]:
    strength = (probe.balanced_accuracy - probe.chance) / (1 - probe.chance)
    if strength < AMBER or probe.low <= probe.chance:
        return []
    source = {
        "metadata": f"the files and the edges of their pictures alone ({', '.join(probe.telling)})",
        "border": f"the outermost {100 * (1 - BLANKED):.0f} % of the pictures alone",
    }[probe.name]
    consequence = "a good number is no proof" if strength >= RED else "a good number is only weak proof"
    message = (
        f"{source} tell the class with a balanced accuracy of {probe.balanced_accuracy:.2f} "
        f"({probe.low:.2f} to {probe.high:.2f}; guessing is {probe.chance:.2f}); unless the subject itself fills the "
        f"pictures to their borders, {consequence} that a model sees it"
    )
    return [problem("warn", CODES[probe.name], message)]


def _groups(subject: Subject) -> NDArray[np.int64]:
    """Images that must be in one fold: of one patient, or equal."""
    numbers = np.arange(len(subject.paths))
    for rows in pictures(subject):
        numbers[rows] = numbers[rows[0]]
    by_name: dict[str, int] = {}
    for row, group in enumerate(subject.groups):
        if group:
            first = by_name.setdefault(group, int(numbers[row]))
            numbers[numbers == numbers[row]] = first
    return numbers


def _file_features(path: Path) -> list[float]:
    """Bytes, and what the compressor was told: means of the quantisation tables, subsampling, progressive."""
    with Image.open(path) as image:
        tables = getattr(image, "quantization", None) or {}
        means = [float(np.mean(tables[key])) if key in tables else 0.0 for key in (0, 1)]
        progressive = float(bool(image.info.get("progressive")))
        return [float(path.stat().st_size), *means, float(len(tables)), progressive, float(len(image.info))]


def _strip(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8[N, 3, M]: the pixels outside the blanked centre, of pictures brought to 64 px."""
    small = np.stack([_resized(np.asarray(image)) for image in pixels])
    side = small.shape[-1]
    width = max(round(side * (1 - BLANKED**0.5) / 2), 1)
    outside = np.ones((side, side), dtype=bool)
    outside[width:-width, width:-width] = False
    strip: NDArray[np.uint8] = small[:, :, outside]
    return strip


def _resized(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pixels.shape[-1] == 64:
        return pixels
    image = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    return np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR)).transpose(2, 0, 1)


def _prefixes(subject: Subject) -> list[str]:
    """The letters that each file's name begins with; files named after their class tell nothing of their source."""
    found = []
    for path, label in zip(subject.paths, subject.labels, strict=True):
        letters = re.match(r"[^\W\d_]*", PurePosixPath(path).name)
        prefix = letters[0].casefold() if letters else ""
        found.append("" if subject.classes[label].casefold().startswith(prefix) else prefix)
    return found


def _one_hot(values: tuple[str, ...] | list[str]) -> Floats:
    """float64[N, V] of the most common values; the rest has none."""
    common = [value for value, _ in Counter(values).most_common(COMMON_NAMES)]
    return np.array([[float(value == name) for name in common] for value in values])


def _seed(name: str) -> int:
    return stream_seed("shortcut", name) % 2**32
