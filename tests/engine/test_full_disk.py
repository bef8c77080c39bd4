"""A full disk while sets and label maps are made: an error with a reason, no killed process, nothing left over."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import open_dataset
from augtui.engine import sets
from augtui.engine.sets import made_set
from augtui.errors import disk_problem
from augtui.plan.grid import Environment, SetSpec
from augtui.plan.spec import DataSpec, PolicySpec
from tests.toys import write_dataset

DATA = DataSpec(image_size=64)
SPEC = SetSpec(
    policy=PolicySpec(name="duplicate"),
    copies=12,
    seed=0,
    fingerprint="toy",
    data=DATA,
    environment=Environment(device="cpu", precision="fp32", threads=1),
)

IN_SMALL_ROOM = """
import sys
from pathlib import Path
import numpy as np
import torch
from augtui.engine.policies.segments import LabelMaps
from augtui.engine.policies.slic import SlicSettings
from augtui.errors import disk_problem
from tests.engine.test_full_disk import DATA, SPEC, made

root, room = Path(sys.argv[1]), Path(sys.argv[2])

def told(work):
    try:
        work()
    except OSError as error:
        return disk_problem(error).message
    return "nothing"

class Pictures:
    fingerprint = "grey"
    pixels = np.zeros((64, 3, 128, 128), np.uint8) + np.arange(64, dtype=np.uint8)[:, None, None, None]

def maps():
    rows = np.arange(64)
    LabelMaps(room / "segments", 64, (128, 128), SlicSettings()).read(Pictures(), rows, np.full(64, 2))

print(told(lambda: made(root, root.parent / "cache", room)))
print(sorted(path.name for path in (room / "sets").iterdir()))
print(told(maps))
"""


def made(root: Path, decoded: Path, cache: Path) -> sets.MadeSet:
    dataset = open_dataset(read_layout(root), DATA.stored, cache=decoded)
    return made_set(SPEC, dataset, split(dataset, DATA, 0), torch.device("cpu"), cache)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "images", size=64)


def test_a_set_that_does_not_fit_leaves_nothing_and_is_made_later(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = sets.apply_to_rows

    def full_after_one(*arguments: object) -> Iterator[NDArray[np.uint8]]:
        yield next(chunks(*arguments))  # type: ignore[arg-type]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(sets, "apply_to_rows", full_after_one)
        with pytest.raises(OSError, match="No space left") as caught:
            made(root, tmp_path / "cache", tmp_path / "cache")
    problem = disk_problem(caught.value)
    assert problem is not None
    place = tmp_path / "cache" / "sets" / SPEC.identity
    assert problem.message == f"the disk is full: cannot write {place}"
    assert list(place.parent.iterdir()) == []
    assert len(made(root, tmp_path / "cache", tmp_path / "cache").images) == 12 * 28


@pytest.mark.skipif(shutil.which("unshare") is None, reason="a small disk is made with unshare and mount")
def test_a_disk_that_is_really_full_kills_nobody(root: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    mount = f"mount -t tmpfs -o size=1m none '{room}' || exit 77; exec \"$@\""
    arguments = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    script = [sys.executable, "-c", IN_SMALL_ROOM, str(root), str(room)]
    done = subprocess.run(
        [*arguments, *script], capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False
    )
    if done.returncode in (1, 77) and "Traceback" not in done.stderr:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    first, left, second = done.stdout.splitlines()
    assert first == f"the disk is full: cannot write {room}/sets/{SPEC.identity}"
    assert left == "[]"
    assert second == f"the disk is full: cannot write {room}/segments/labels-2.npy"
