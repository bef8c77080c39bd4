"""Made sets: the copies that an arm adds or trains on. Each is made once, on the study's kind of device, and kept in
the cache with its lineage; training only reads it."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.dataset.splits import Split
from augtui.dataset.store import Dataset
from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.plan.grid import SetSpec, added
from augtui.plan.spec import content_hash
from augtui.streams import stream_seed

CHUNK = 128
"""Images made at a time; it bounds memory and does not change a single pixel."""


@dataclass(frozen=True, slots=True)
class MadeSet:
    """Images uint8 [n, 3, S, S], their labels int64 [n], parents' rows int64 [n] and passes int64 [n].

    Image i is the `passes[i]`-th copy of the dataset's row `rows[i]`.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    rows: NDArray[np.int64]
    passes: NDArray[np.int64]

    def tensors(self) -> tuple[Tensor, Tensor, Tensor]:
        """Images, labels and rows, on the CPU."""
        return torch.tensor(self.images), torch.tensor(self.labels), torch.tensor(self.rows)


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
    return np.concatenate(rows).astype(np.int64), np.concatenate(passes).astype(np.int64)


def policy_stream(seed: int, use: str, policy: object) -> int:
    """The stream from which a policy draws; `use` is "made" or "online"."""
    return stream_seed(seed, use, content_hash(policy))


def made_set(
    spec: SetSpec, dataset: Dataset, split: Split, device: torch.device, cache: Path, progress: Progress | None = None
) -> MadeSet:
    """The set of a spec: read from the cache, or made and put there. Safe under several processes."""
    folder = cache / "sets" / spec.identity
    if not (folder / "lineage.csv").is_file():
        _make(spec, dataset, split, device, cache, folder, progress)
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
    if spec.policy is None:
        raise AugtuiError(f"the generator {spec.generator.name if spec.generator else ''} has not been fitted yet")
    rows, passes = parents(spec, dataset.labels, split.train)
    policy = build_policy(spec.policy)
    if not isinstance(policy, ImagePolicy):
        raise AugtuiError(f"{spec.policy.name} mixes the images of a batch: it works online only", "use online = ...")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        shape = (len(rows), *dataset.pixels.shape[1:])
        images = np.lib.format.open_memmap(temporary / "images.npy", mode="w+", dtype=np.uint8, shape=shape)
        stream = policy_stream(spec.seed, "made", spec.policy)
        done = 0
        for chunk in apply_to_rows(policy, stream, dataset, rows, passes, device, cache):
            images[done : done + len(chunk)] = chunk
            done += len(chunk)
            if progress is not None:
                progress(done, len(rows), spec.policy.name)
        images.flush()
        np.save(temporary / "labels.npy", dataset.labels[rows])
        np.save(temporary / "rows.npy", rows)
        np.save(temporary / "passes.npy", passes)
        (temporary / "lineage.csv").write_text(_lineage(spec, dataset, rows, passes), encoding="utf-8")
        try:
            temporary.rename(folder)
        except OSError:
            # Another process finished the same set first; its content is the same.
            if not is_made(spec, cache):
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


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


def _lineage(spec: SetSpec, dataset: Dataset, rows: NDArray[np.int64], passes: NDArray[np.int64]) -> str:
    assert spec.policy is not None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["index", "class", "parent", "pass", "policy", "seed"])
    for index, (row, number) in enumerate(zip(rows.tolist(), passes.tolist(), strict=True)):
        name = dataset.classes[dataset.labels[row]]
        writer.writerow([index, name, dataset.paths[row], number, spec.policy.name, spec.seed])
    return text.getvalue()
