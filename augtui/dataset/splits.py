"""Who trains, who validates, who tests: a function of the dataset, the plan's `[data]` and the seed.

What belongs together (the same picture, the same group) never lies on two sides. The test set of a dataset that
has none of its own is carved once, by `test_seed`, and is the same for all seeds; validation is carved from the
training images for each seed. Every draw has a stream of its own, and rows are in the order of their paths, so
that nothing depends on the file system.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.carve import choose, joined
from augtui.errors import AugtuiError
from augtui.plan.spec import DataSpec
from augtui.streams import stream_seed
from augtui.text import plain

Rows = NDArray[np.int64]


class Images(Protocol):
    """What a split asks of a dataset; see `Dataset`."""

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def labels(self) -> Rows: ...

    @property
    def splits(self) -> tuple[str, ...]: ...

    @property
    def groups(self) -> tuple[str, ...]: ...

    @property
    def pixel_ids(self) -> tuple[str, ...]: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows of a dataset, ascending, int64; no row is in two of them."""

    train: Rows
    validation: Rows
    test: Rows


def split(dataset: Images, data: DataSpec, seed: int, drop: frozenset[int] = frozenset()) -> Split:
    """The split of a seed.

    Args:
        dataset: the images.
        data: `validation`, `test`, `test_seed`, `fraction` and `leak` decide.
        seed: of the run.
        drop: further rows that may not train or validate, such as near copies of test images.

    With `leak = "drop-from-train"` nothing trains or validates that is bound to a test image, and nothing trains that
    is bound to an image of the dataset's own validation folder: the same picture, or the same group.

    Raises:
        AugtuiError: a class would have no training, validation or test image.
    """
    rest, test = _test_set(dataset, data)
    left_out = set(drop)
    if data.leak == "drop-from-train":
        left_out |= _leaked(dataset, rest, test)
    train, validation = _own_validation(dataset, rest, left_out)
    _refuse_lost_class(
        dataset, train, rest, "training", 'set data.leak = "keep", which keeps what repeats held-out images'
    )
    if validation is None:
        everything = train
        stream = np.random.default_rng(stream_seed(seed, "split", "validation"))
        validation = _carve(dataset, everything, data.validation, stream)
        train = np.setdiff1d(everything, validation)
        if data.validation > 0:
            mend = "raise data.validation, or set it to 0"
            _refuse_lost_class(dataset, validation, everything, "validation", mend)
        _refuse_lost_class(dataset, train, everything, "training", "lower data.validation")
    return Split(_fraction(dataset, train, data.fraction, seed), validation, test)


def rows_outside_test(dataset: Images, data: DataSpec) -> Rows:
    """The rows that training and validation images come from, ascending."""
    return _test_set(dataset, data)[0]


def leaked_rows(dataset: Images, data: DataSpec) -> list[int]:
    """What `leak = "drop-from-train"` leaves out, ascending: rows outside the test set that hold the same picture as
    a test image or belong to the group of one, and training rows that are so bound to the dataset's own validation
    images."""
    return sorted(_leaked(dataset, *_test_set(dataset, data)))


def _leaked(dataset: Images, rest: Rows, test: Rows) -> set[int]:
    bound = _bound_to(dataset, rest, test)
    kept = np.array([row for row in rest.tolist() if row not in bound], dtype=np.int64)
    own = np.array(dataset.splits)[kept] == "val"
    return bound | _bound_to(dataset, kept[~own], kept[own])


def _test_set(dataset: Images, data: DataSpec) -> tuple[Rows, Rows]:
    """The rows outside and inside the test set."""
    splits = np.array(dataset.splits)
    everything = np.arange(len(dataset), dtype=np.int64)
    if (splits == "test").any():
        return everything[splits != "test"], everything[splits == "test"]
    stream = np.random.default_rng(stream_seed(data.test_seed, "split", "test"))
    test = _carve(dataset, everything, data.test, stream)
    rest = np.setdiff1d(everything, test)
    _refuse_lost_class(dataset, test, everything, "test", "raise data.test")
    _refuse_lost_class(dataset, rest, everything, "training", "lower data.test")
    return rest, test


def _own_validation(dataset: Images, rest: Rows, left_out: Set[int]) -> tuple[Rows, Rows | None]:
    """The rows that may train, and those of the dataset's own validation folder; None without such a folder."""
    kept = np.array([row for row in rest.tolist() if row not in left_out], dtype=np.int64)
    own = np.array(dataset.splits)[kept] == "val"
    if "val" not in dataset.splits:
        return kept, None
    if not own.any():
        raise AugtuiError(
            "every image of the validation folder repeats a test image",
            "remove the folder: validation images are then carved from the training images",
        )
    return kept[~own], kept[own]


def _bound_to(dataset: Images, rows: Rows, held: Rows) -> set[int]:
    """Those of `rows` that hold the same picture as one of `held`, or belong to the same group."""
    keys = {key for row in held.tolist() for key in _keys(dataset, row)}
    return {row for row in rows.tolist() if not keys.isdisjoint(_keys(dataset, row))}


def _keys(dataset: Images, row: int) -> tuple[tuple[str, str], ...]:
    """What a row has in common with all that belongs to it."""
    picture = ("picture", dataset.pixel_ids[row])
    return (picture, ("group", dataset.groups[row])) if dataset.groups[row] else (picture,)


def _carve(dataset: Images, rows: Rows, share: float, stream: np.random.Generator) -> Rows:
    """About `share` of the rows of each class, rounded half up; units that belong together stay together."""
    classes = len(dataset.classes)
    units = [np.array(unit, dtype=np.int64) for unit in _units(dataset, rows.tolist())]
    counts = np.array([np.bincount(dataset.labels[unit], minlength=classes) for unit in units], dtype=np.int64)
    wanted = np.floor(share * counts.sum(0) + 0.5 + 1e-9).astype(np.int64)
    chosen = choose(counts, wanted, stream)
    return np.sort(np.concatenate([units[number] for number in chosen])) if chosen else np.array([], dtype=np.int64)


def _units(dataset: Images, rows: Iterable[int]) -> list[list[int]]:
    """The rows, those of the same picture or the same group together; in row order."""
    return joined((row, _keys(dataset, row)) for row in rows)


def _fraction(dataset: Images, train: Rows, fraction: float, seed: int) -> Rows:
    """A share of each class, at least one image; a smaller share is a subset of a larger one."""
    if fraction >= 1.0:
        return train
    kept = []
    for label in range(len(dataset.classes)):
        members = train[dataset.labels[train] == label]
        order = np.random.default_rng(stream_seed(seed, "split", "fraction", label)).permutation(members)
        kept.append(order[: max(1, int(np.floor(fraction * len(members) + 0.5 + 1e-9)))])
    return np.sort(np.concatenate(kept))


def _refuse_lost_class(dataset: Images, rows: Rows, pool: Rows, part: str, mend: str) -> None:
    """Refuse `rows`, drawn from `pool`, where a class has none."""
    lost = np.setdiff1d(np.arange(len(dataset.classes)), dataset.labels[rows])
    if not len(lost):
        return
    label = int(lost[0])
    members = pool[dataset.labels[pool] == label].tolist()
    units = len(_units(dataset, members))
    count = f"{len(members)} image{'s' * (len(members) != 1)}"
    if units < len(members):
        count += f" in {units} inseparable group{'s' * (units != 1)}"
    raise AugtuiError(
        f"the class {plain(dataset.classes[label])} ({count}) would have no {part} images",
        f"add images, or {mend}",
    )
