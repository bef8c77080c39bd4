"""The images of a run, on its device: the decoded dataset, its split for the seed, and the sets made for the arm."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from augtui.dataset.layout import read_layout
from augtui.dataset.splits import Split, split
from augtui.dataset.store import Dataset, open_dataset
from augtui.engine.evaluate import Examples
from augtui.jobs import Progress
from augtui.plan.spec import DataSpec
from augtui.runlog.info import StudyInfo, images_changed


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What an arm trains on.

    `images` uint8 [M, 3, S, S] holds the pixels; member i of the n in the set has the pixels
    `images[index[i]]`, the class `labels[i]` and descends from row `rows[i]` of the dataset (-1: a generator).
    """

    images: Tensor
    index: Tensor
    labels: Tensor
    rows: Tensor

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True)
class Resident:
    """A decoded dataset whose pixels are on the device."""

    dataset: Dataset
    images: Tensor
    """uint8 [N, 3, S, S]"""
    labels: Tensor
    """int64 [N]"""

    def examples(self, rows: Tensor) -> Examples:
        """The rows as images to be judged."""
        rows = rows.to(self.images.device)
        return Examples(self.images, rows, self.labels[rows])


class Library:
    """What a worker keeps between runs: the datasets that it read last, on its device."""

    KEPT = 2

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._residents: OrderedDict[tuple[object, ...], Resident] = OrderedDict()

    def resident(self, info: StudyInfo, data: DataSpec) -> Resident:
        """The study's dataset at the stored size of `data`."""
        key = (info.dataset_root, info.fingerprint, data.stored, data.on_corrupt, data.group)
        if key not in self._residents:
            self._residents[key] = self._load(info, data)
            while len(self._residents) > self.KEPT:
                self._residents.popitem(last=False)
        self._residents.move_to_end(key)
        return self._residents[key]

    def split(self, info: StudyInfo, data: DataSpec, seed: int) -> Split:
        """The rows for training, validation and test; the same for every arm of a seed."""
        dataset = self.resident(info, data).dataset
        return split(dataset, data, seed, dropped_rows(info, data, dataset))

    def _load(self, info: StudyInfo, data: DataSpec) -> Resident:
        dataset = open_study_dataset(info, data)
        with warnings.catch_warnings():
            # The pixels are mapped read-only and nothing here writes to them.
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
            images = torch.from_numpy(dataset.pixels)
        labels = torch.from_numpy(dataset.labels.copy())
        return Resident(dataset, images.to(self.device), labels.to(self.device))


def open_study_dataset(info: StudyInfo, data: DataSpec, progress: Progress | None = None) -> Dataset:
    """The dataset of a study, decoded at its stored size; from the cache where it is there.

    Raises:
        AugtuiError: it is gone, damaged, or no longer what the study began with.
    """
    dataset = open_dataset(
        read_layout(Path(info.dataset_root)),
        data.stored,
        cache=Path(info.cache_dir),
        on_corrupt=data.on_corrupt,
        group=data.group,
        progress=progress,
    )
    if info.fingerprint is not None and dataset.fingerprint != info.fingerprint:
        raise images_changed(info)
    return dataset


def dropped_rows(info: StudyInfo, data: DataSpec, dataset: Dataset) -> frozenset[int]:
    """The rows that the study's check told to leave out, where the plan wants that."""
    dropped = set(info.dropped) if data.leak == "drop-from-train" else set()
    return frozenset(row for row, path in enumerate(dataset.paths) if path in dropped)


def class_counts(dataset: Dataset, rows: Tensor) -> list[int]:
    """How many of the rows belong to each class, in the order of the classes."""
    labels = torch.from_numpy(dataset.labels[rows.numpy()])
    return torch.bincount(labels, minlength=len(dataset.classes)).tolist()


def training_set(
    resident: Resident, train: Tensor, made: list[tuple[Tensor, Tensor, Tensor]], replace: bool
) -> TrainingSet:
    """Originals and made images as one set.

    Args:
        resident: the dataset.
        train: int64, the training rows.
        made: for each made set its images uint8 [m, 3, S, S], labels int64 [m] and parents' rows int64 [m].
        replace: whether the made images take the originals' place.
    """
    device = resident.images.device
    originals = train.to(device)
    if not made:
        return TrainingSet(resident.images, originals, resident.labels[originals], originals)
    parts = [(images.to(device), labels.to(device), rows.to(device)) for images, labels, rows in made]
    if not replace:
        parts.insert(0, (resident.images.index_select(0, originals), resident.labels[originals], originals))
    images, labels, rows = (torch.cat(column) for column in zip(*parts, strict=True))
    return TrainingSet(images, torch.arange(len(images), device=device), labels, rows)
