"""A warm process for previews: JSON lines in, PNG files out, with the very pixels that training would use.

A request is {"id", "dataset", "policy" (a PolicySpec or null), "size", "count", "seed", "out", "first"}; the
answer is {"result": {"id", "files": [...], "captions": [...], "originals": [...]}}. Of several waiting requests
only the newest is served. The process ends after 60 s without one, or with its standard input.
"""

from __future__ import annotations

import io
import json
import os
import select
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from PIL import Image

from augtui.dataset.layout import Layout, read_layout
from augtui.dataset.store import Dataset, open_dataset
from augtui.engine.device import use
from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.engine.sets import policy_stream
from augtui.engine.sheets import spread
from augtui.errors import AugtuiError
from augtui.jobs import Channel, error_answer
from augtui.paths import write_atomic
from augtui.plan.grid import Environment
from augtui.plan.spec import PolicySpec

IDLE_SECONDS = 60.0


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the app asks for."""

    id: int
    dataset: str
    """Folder."""
    policy: PolicySpec | None
    """None: the originals alone."""
    size: int
    """`data.store_size`: pictures are augmented at the size at which a study would."""
    count: int
    """How many originals."""
    versions: int = 1
    """Versions of each."""
    seed: int
    use: str = "online"
    """"online" or "made": which stream of the seed draws."""
    out: str
    """Folder for the PNG files."""
    cache_dir: str


def serve() -> int:
    """Answer requests until there are no more."""
    channel = Channel()
    use(Environment(device="cpu", precision="fp32", threads=1))
    previews = Previews()
    rest = b""
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        data = os.read(sys.stdin.fileno(), 1 << 16)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        waiting = [line for line in lines if line.strip()]
        if not waiting:
            continue
        try:
            result = previews.draw(msgspec.json.decode(waiting[-1], type=PreviewRequest))
        except Exception as error:  # the outermost frame of a request: every failure becomes its answer
            channel.send({**error_answer(error), "id": json.loads(waiting[-1]).get("id")})
        else:
            channel.send({"result": result})
    return 0


class Previews:
    """Draws previews; keeps the dataset of the last request open."""

    def __init__(self) -> None:
        self._key: tuple[str, int] | None = None
        self._layout: Layout | None = None
        self._dataset: Dataset | None = None

    def draw(self, request: PreviewRequest) -> dict[str, Any]:
        """Write one PNG for each original and each version; gives their paths, row by row."""
        layout, dataset = self._open(request)
        chosen = [file for _, file in spread(layout, request.count)]
        position = {path: row for row, path in enumerate(dataset.paths)}
        rows = np.array([position[file.path] for file in chosen if file.path in position], dtype=np.int64)
        originals = dataset.pixels[rows]
        files = [self._write(request, f"original-{number}", image) for number, image in enumerate(originals)]
        made, captions = self._versions(request, dataset, rows)
        versions = [self._write(request, f"version-{number}", image) for number, image in enumerate(made)]
        names = [dataset.paths[row] for row in rows]
        return {"id": request.id, "originals": names, "files": files, "versions": versions, "captions": captions}

    def _open(self, request: PreviewRequest) -> tuple[Layout, Dataset]:
        key = (request.dataset, request.size)
        if self._key != key or self._layout is None or self._dataset is None:
            self._layout = read_layout(Path(request.dataset))
            cache = Path(request.cache_dir)
            self._dataset = open_dataset(self._layout, request.size, cache=cache, on_corrupt="skip")
            self._key = key
        return self._layout, self._dataset

    def _versions(
        self, request: PreviewRequest, dataset: Dataset, rows: np.ndarray[Any, np.dtype[np.int64]]
    ) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], list[str]]:
        """uint8 [count * versions, 3, S, S], all versions of the first original first; and what was done to each."""
        if request.policy is None:
            return dataset.pixels[:0], []
        policy = build_policy(request.policy)
        if not isinstance(policy, ImagePolicy):
            raise AugtuiError(f"{request.policy.name} mixes the images of a batch: there is nothing to show of one")
        repeated = torch.from_numpy(rows).repeat_interleave(request.versions)
        passes = torch.arange(request.versions).repeat(len(rows))
        draws = Draws(image_keys(policy_stream(request.seed, request.use, request.policy), repeated, passes))
        images = torch.from_numpy(dataset.pixels[repeated.numpy()])
        made = policy.apply(images, draws, Sources.of(dataset, repeated, Path(request.cache_dir))).numpy()
        return made, policy.describe(draws, (dataset.size, dataset.size))

    @staticmethod
    def _write(request: PreviewRequest, name: str, image: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
        data = io.BytesIO()
        Image.fromarray(image.transpose(1, 2, 0)).save(data, "PNG", compress_level=1)
        path = Path(request.out) / f"{request.id}-{name}.png"
        write_atomic(path, data.getvalue())
        return str(path)
