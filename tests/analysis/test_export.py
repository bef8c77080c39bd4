"""Exports hold the study's numbers in the format that was asked for."""

import csv
import importlib.util
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from augtui.analysis.collect import StudyData, collect
from augtui.analysis.export.tables import write_csv, write_parquet
from augtui.analysis.export.tensorboard import crc32c, masked_crc, write_tensorboard
from augtui.errors import AugtuiError
from tests.analysis.synthetic import EPOCHS, make_study, plan


def study(tmp_path: Path) -> StudyData:
    made = plan("original", "flipped", seeds=2)
    return collect(make_study(tmp_path, made, missing=frozenset({"arms/flipped/seed-1"})), made, 0.0)


def records(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert struct.unpack("<I", data[8:12]) == (masked_crc(data[:8]),)
        content = data[12 : 12 + length]
        assert struct.unpack("<I", data[12 + length : 16 + length]) == (masked_crc(content),)
        yield content
        data = data[16 + length :]


def test_checksum_is_the_published_one() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"\x00" * 32) == 0x8A9136AA


def test_tensorboard_gets_one_file_for_each_run_with_whole_records(tmp_path: Path) -> None:
    written = write_tensorboard(study(tmp_path), tmp_path / "board")
    folders = [str(path.parent.relative_to(tmp_path / "board")) for path in written]
    assert folders == ["original/seed-0", "flipped/seed-0", "original/seed-1"]
    events = list(records(written[0]))
    assert b"brain.Event:2" in events[0]
    losses = [event for event in events if b"\x04loss" in event]
    assert [event[-4:] for event in losses] == [struct.pack("<f", 1 / epoch) for epoch in (1, 2, 3)]
    assert sum(b"val_accuracy" in event for event in events) == EPOCHS
    assert sum(b"test/" in event for event in events) == 11


def test_tensorboard_export_twice_is_the_same(tmp_path: Path) -> None:
    data = study(tmp_path)
    first = [path.read_bytes() for path in write_tensorboard(data, tmp_path / "board")]
    assert [path.read_bytes() for path in write_tensorboard(data, tmp_path / "board")] == first
    assert len(list((tmp_path / "board").rglob("events*"))) == 3


def test_csv_has_a_row_for_each_planned_run(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    _, runs, _ = write_csv(study(tmp_path), tmp_path / "out")
    rows = list(csv.DictReader(runs.open()))
    assert [row["state"] for row in rows] == ["finished", "finished", "finished", "missing"]
    assert rows[3]["accuracy"] == ""


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is there")
def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(AugtuiError, match="pyarrow") as caught:
        write_parquet(study(tmp_path), tmp_path)
    assert "augtui[parquet]" in caught.value.hint


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    import pandas as pd

    _, runs, _ = write_parquet(study(tmp_path), tmp_path)
    table = pd.read_parquet(runs)
    assert table["accuracy"].dtype.kind == "f"
    assert table["seed"].dtype.kind == "i"
