"""Datasets without files, for what needs only labels, splits, groups and picture ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from augtui.dataset.about import About
from augtui.dataset.store import Dataset


def sheet(
    labels: Sequence[int],
    splits: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    pictures: Sequence[int] | None = None,
) -> Dataset:
    """A dataset of these rows; flat, without groups, each row a picture of its own, unless told."""
    count = len(labels)
    return Dataset(
        classes=tuple("abcdefgh"[: max(labels) + 1]),
        labels=np.array(labels, dtype=np.int64),
        splits=tuple(splits) if splits is not None else ("",) * count,
        paths=tuple(f"{row:05}.png" for row in range(count)),
        groups=tuple(groups) if groups is not None else ("",) * count,
        pixel_ids=tuple(map(str, pictures if pictures is not None else range(count))),
        sizes=((4, 4),) * count,
        modes=("RGB",) * count,
        formats=("PNG",) * count,
        pixels=np.zeros((count, 3, 4, 4), dtype=np.uint8),
        fingerprint="0" * 16,
        corrupt=(),
        about=About(),
    )


def of_counts(*counts: int) -> list[int]:
    """Labels: so many rows of each class."""
    return [label for label, count in enumerate(counts) for _ in range(count)]


shares = st.floats(0.15, 0.6)
seeds = st.integers(0, 10_000)
counts = st.lists(st.integers(20, 60), min_size=2, max_size=4)


@st.composite
def entangled(draw: st.DrawFn, with_test: bool | None = None) -> Dataset:
    """Rows of two or three classes, some of which share groups (across classes too) or pictures."""
    labels = of_counts(*draw(st.lists(st.integers(20, 40), min_size=2, max_size=3)))
    some_groups = st.sampled_from(["", *(f"g{number}" for number in range(40))])
    groups = draw(st.lists(some_groups, min_size=len(labels), max_size=len(labels)))
    pictures = [
        draw(st.sampled_from([row, row, row, max(row - 1, 0), 0])) if row % 5 == 0 else row
        for row in range(len(labels))
    ]
    own_test = draw(st.booleans()) if with_test is None else with_test
    splits = ["test" if own_test and row % 3 == 0 else "train" if own_test else "" for row in range(len(labels))]
    return sheet(labels, splits, groups, pictures)
