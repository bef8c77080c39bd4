"""Every bad dataset of bad_datasets.txt gets exactly the message and the hint that stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from .trees import TWO_BY_TWO, error_of, grow


@dataclass(frozen=True, slots=True)
class BadDataset:
    """One block of the golden file."""

    title: str
    lines: tuple[str, ...]
    code: int
    message: str
    hint: str


def golden() -> list[BadDataset]:
    """The blocks: title, files as `trees` writes them, message (with its exit code where it is not 2), hint."""
    found = []
    for block in (Path(__file__).parent / "bad_datasets.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        files, message, hint = block.split("\n---")
        title, *lines = files.replace("<two by two>", "\n".join(TWO_BY_TWO)).splitlines()
        parts = re.fullmatch(r"(?:\[(\d)\] )?(.*)", message.strip())
        assert parts is not None
        found.append(BadDataset(title, tuple(lines), int(parts[1] or 2), parts[2], hint.strip()))
    return found


@pytest.mark.parametrize("bad", golden(), ids=lambda bad: bad.title)
def test_a_bad_dataset_gets_one_located_message(bad: BadDataset, tmp_path: Path) -> None:
    root = tmp_path / "set"
    if bad.lines[0].startswith(". = "):
        root.write_text(bad.lines[0], encoding="utf-8")
    else:
        grow(root, bad.lines)
    error = error_of(root, tmp_path / "cache")
    found = [text.replace(str(root), "<root>") for text in (error.message, error.hint)]
    assert (found, error.exit_code) == ([bad.message, bad.hint], bad.code)
