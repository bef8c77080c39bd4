"""Two processes at one cache, and processes that are killed while they write it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .trees import SIDE, grow, opened

OPEN = """
import hashlib, json, sys
from pathlib import Path
from augtui.dataset.layout import read_layout
from augtui.dataset.store import open_dataset
root, cache, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
told = []

def progress(done, total, message):
    told.append(message)
{progress}

dataset = open_dataset(read_layout(root), size, cache=cache, on_corrupt="skip", progress=progress)
pixels = hashlib.sha256(dataset.pixels).hexdigest()
print(json.dumps([dataset.paths, dataset.fingerprint, pixels, "decoding" in told]))
"""
MEET = """
    if message == "decoding" and done == 1:
        print("ready", flush=True)
        sys.stdin.readline()
"""
DIE = """
    if message == "decoding" and done == 5:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
"""
PLAIN = "    pass"


@pytest.fixture
def dataset(root: Path) -> Path:
    lines = [f"{part}/{name}/{n}.png" for part in ("train", "test") for name in ("a", "b") for n in range(4)]
    return grow(root, [*lines, "train/a/2.png <- cut", "train/b/x.png <- text"])


def start(root: Path, cache: Path, progress: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN.format(progress=progress), str(root), str(cache), str(SIDE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def entries(cache: Path) -> list[str]:
    return os.listdir(cache / "decoded")


def test_two_processes_that_decode_at_once_agree(dataset: Path, cache: Path) -> None:
    both = [start(dataset, cache, MEET) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [json.loads(process.communicate("go\n", timeout=60)[0]) for process in both]
    assert answers[0] == answers[1]
    assert answers[0][3], "both were decoding"
    assert len(entries(cache)) == 1


def test_every_process_leaves_out_the_same_rows(dataset: Path, cache: Path) -> None:
    here = opened(dataset, cache, on_corrupt="skip")
    there = json.loads(start(dataset, cache.with_name("other"), PLAIN).communicate(timeout=60)[0])
    assert tuple(there[0]) == here.paths
    assert "train/a/2.png" not in here.paths


def test_a_killed_builder_leaves_nothing_that_counts_or_stays(dataset: Path, cache: Path) -> None:
    process = start(dataset, cache, DIE)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len([name for name in entries(cache) if not name.endswith(".lock")]) == 1

    whole = opened(dataset, cache, on_corrupt="skip")
    assert len(entries(cache)) == 1
    there = json.loads(start(dataset, cache, PLAIN).communicate(timeout=60)[0])
    assert (tuple(there[0]), there[3]) == (whole.paths, False)
