"""Made sets: the copies that an arm adds or trains on. Each is made once, on the study's kind of device, and kept in
the cache with its lineage; training only reads it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.dataset.rehearsal import nothing_added
from augtui.dataset.splits import Split
from augtui.dataset.store import Dataset
from augtui.engine.draws import Draws, image_keys
from augtui.engine.generators.drawing import resized
from augtui.engine.generators.fitted import load_fitted
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.errors import AugtuiError, writing
from augtui.folders import new_folder
from augtui.jobs import Progress
from augtui.plan.grid import SetSpec, added
from augtui.plan.spec import content_hash
from augtui.streams import stream_seed

CHUNK = 128
"""Images made at a time; it bounds memory and does not change a single pixel."""


@dataclass(frozen=True, slots=True)
class MadeSet:
    """Images uint8 [n, 3, S, S], their labels int64 [n], parents' rows int64 [n] and passes int64 [n].

    Image i is the `passes[i]`-th copy of the dataset's row `rows[i]`, or where that is -1 a generator's image number
    `passes[i]` of its class.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    rows: NDArray[np.int64]
    passes: NDArray[np.int64]

    def tensors(self) -> tuple[Tensor, Tensor, Tensor]:
        """Images, labels and rows, on the CPU."""
        return torch.tensor(self.images), torch.tensor(self.labels), torch.tensor(self.rows)


@dataclass(frozen=True, slots=True)
class _Content:
    """A set about to be made: as in `MadeSet`, its maker's name, what each image descends from, and the images
    uint8 [<= n, 3, S, S], one chunk after the other."""

    maker: str
    labels: NDArray[np.int64]
    rows: NDArray[np.int64]
    passes: NDArray[np.int64]
    parents: list[str]
    chunks: Iterator[NDArray[np.uint8]]


def parents(
    spec: SetSpec, labels: NDArray[np.int64], train: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which training rows are copied, and the pass that each copy belongs to; both int64 [n].

    `copies`: every row once in each pass. `amount`: per class, rounded half up, along seeded permutations of
    the class, so that no parent repeats before all have served and a smaller amount is a prefix of a larger.
    """
    if spec.copies is not None:
        return np.tile(train, spec.copies), np.repeat(np.arange(spec.copies), len(train))
    assert spec.amount is not None
    rows, passes = [], []
    for label in np.unique(labels[train]):
        members = np.sort(train[labels[train] == label])
        wanted = added(len(members), spec.amount)
        for number in range(-(-wanted // len(members))):
            stream = np.random.default_rng(stream_seed(spec.seed, "parents", int(label), number))
            drawn = stream.permutation(members)[: wanted - number * len(members)]
            rows.append(drawn)
            passes.append(np.full(len(drawn), number))
    if not rows:
        raise nothing_added(spec.amount, int(np.bincount(labels[train]).max()))
    return np.concatenate(rows).astype(np.int64), np.concatenate(passes).astype(np.int64)


def policy_stream(seed: int, use: str, policy: object) -> int:
    """The stream from which a policy draws; `use` is "made" or "online"."""
    return stream_seed(seed, use, content_hash(policy))


def made_set(
    spec: SetSpec, dataset: Dataset, split: Split, device: torch.device, cache: Path, progress: Progress | None = None
) -> MadeSet:
    """The set of a spec: read from the cache, or made and put there. Safe under several processes.

    Raises:
        OSError: the cache cannot be written; the exception names it, and nothing is left behind.
    """
    folder = cache / "sets" / spec.identity
    if not is_made(spec, cache):
        with writing(folder), new_folder(folder, lambda: is_made(spec, cache)) as unfinished:
            _make(spec, dataset, split, device, cache, unfinished, progress)
    return MadeSet(
        images=np.load(folder / "images.npy", mmap_mode="r"),
        labels=np.load(folder / "labels.npy"),
        rows=np.load(folder / "rows.npy"),
        passes=np.load(folder / "passes.npy"),
    )


def is_made(spec: SetSpec, cache: Path) -> bool:
    """Whether the set lies in the cache."""
    return (cache / "sets" / spec.identity / "lineage.csv").is_file()


def _make(
    spec: SetSpec,
    dataset: Dataset,
    split: Split,
    device: torch.device,
    cache: Path,
    folder: Path,
    progress: Progress | None,
) -> None:
    """Fill a new folder with the files of a set."""
    content = (
        _copies(spec, dataset, split, device, cache)
        if spec.policy
        else _drawings(spec, dataset, split, device, cache)
    )
    shape = (len(content.rows), *dataset.pixels.shape[1:])
    with (folder / "images.npy").open("wb") as images:
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(np.uint8)), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(images, header)
        done = 0
        for chunk in content.chunks:
            # Written, not mapped: on a full disk a write fails with a reason, a mapped page kills the process.
            images.write(np.ascontiguousarray(chunk).tobytes())
            done += len(chunk)
            if progress is not None:
                progress(done, len(content.rows), content.maker)
        images.flush()
        os.fsync(images.fileno())
    np.save(folder / "labels.npy", content.labels)
    np.save(folder / "rows.npy", content.rows)
    np.save(folder / "passes.npy", content.passes)
    (folder / "lineage.csv").write_text(_lineage(spec, dataset, content), encoding="utf-8")


def _copies(spec: SetSpec, dataset: Dataset, split: Split, device: torch.device, cache: Path) -> _Content:
    """A policy's versions of training images."""
    assert spec.policy is not None
    rows, passes = parents(spec, dataset.labels, split.train)
    policy = build_policy(spec.policy)
    if not isinstance(policy, ImagePolicy):
        raise AugtuiError(f"{spec.policy.name} mixes the images of a batch: it works online only", "use online = ...")
    stream = policy_stream(spec.seed, "made", spec.policy)
    names = [dataset.paths[row] for row in rows.tolist()]
    chunks = apply_to_rows(policy, stream, dataset, rows, passes, device, cache)
    return _Content(spec.policy.name, dataset.labels[rows], rows, passes, names, chunks)


def _drawings(spec: SetSpec, dataset: Dataset, split: Split, device: torch.device, cache: Path) -> _Content:
    """A generator's images, in proportion to the training images of each class, at the dataset's size."""
    assert spec.generator is not None
    assert spec.amount is not None
    fitted = load_fitted(spec, cache, device)
    counts = np.bincount(dataset.labels[split.train], minlength=len(dataset.classes)).tolist()
    wanted = [added(count, spec.amount) for count in counts]
    size = dataset.pixels.shape[-1]
    return _Content(
        maker=spec.generator.name,
        labels=np.repeat(np.arange(len(wanted)), wanted),
        rows=np.full(sum(wanted), -1),
        passes=np.concatenate([np.arange(count) for count in wanted]),
        parents=[f"generator:{fitted.quality.identity}"] * sum(wanted),
        chunks=(resized(fitted.draw(label, count), size).numpy() for label, count in enumerate(wanted) if count),
    )


def apply_to_rows(
    policy: ImagePolicy,
    stream: int,
    dataset: Dataset,
    rows: NDArray[np.int64],
    passes: NDArray[np.int64],
    device: torch.device,
    cache: Path,
) -> Iterator[NDArray[np.uint8]]:
    """The policy's version of each row, in chunks uint8 [<= 128, 3, S, S]."""
    for first in range(0, len(rows), CHUNK):
        part = torch.from_numpy(rows[first : first + CHUNK])
        number = torch.from_numpy(passes[first : first + CHUNK])
        images = torch.from_numpy(np.ascontiguousarray(dataset.pixels[part.numpy()])).to(device)
        draws = Draws(image_keys(stream, part, number))
        yield policy.apply(images, draws, Sources.of(dataset, part, cache)).cpu().numpy()


def _lineage(spec: SetSpec, dataset: Dataset, content: _Content) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["index", "class", "parent", "pass", "policy", "seed"])
    lines = zip(content.labels.tolist(), content.parents, content.passes.tolist(), strict=True)
    for index, (label, parent, number) in enumerate(lines):
        writer.writerow([index, dataset.classes[label], parent, number, content.maker, spec.seed])
    return text.getvalue()
