"""Event files that TensorBoard reads, written without it: one folder for each run, one scalar for each number.

An event file is a sequence of records (length, its checksum, content, its checksum; TFRecord), each holding an
Event message of TensorFlow's event.proto. Only the few fields that scalars need are encoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from augtui.analysis.collect import RunRecord, StudyData
from augtui.metrics import METRICS
from augtui.paths import write_atomic

FILE = "events.out.tfevents.0.augtui"
"""A fixed name: exporting again replaces instead of doubling every curve."""
CURVES = ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "lr", "images_per_second")

_WALL_TIME, _STEP, _VERSION, _SUMMARY = 1, 2, 3, 5
_VALUE, _TAG, _SIMPLE_VALUE = 1, 1, 2
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def write_tensorboard(data: StudyData, folder: Path) -> list[Path]:
    """Write `folder`/<arm>/[<axes>/]seed-<n>/, for every run that has curves or a result; gives the files."""
    written = []
    for run in data.runs:
        if not run.curve and not run.finished:
            continue
        place = folder.joinpath(*Path(run.cell.folder).parts[1:])
        place.mkdir(parents=True, exist_ok=True)
        write_atomic(place / FILE, b"".join(_records(run)))
        written.append(place / FILE)
    return written


def _records(run: RunRecord) -> Iterator[bytes]:
    last = 0.0
    yield _record(_event(last, 0, _field(_VERSION, b"brain.Event:2")))
    for epoch, event in run.curve.items():
        last = event.t
        values = {name: getattr(event, name) for name in CURVES} | event.values
        for name, value in values.items():
            if value is not None:
                yield _record(_event(event.t, epoch, _scalar(name, value)))
    if run.finished:
        for name in METRICS:
            value = run.metrics["test"][name]
            if value is not None:
                yield _record(_event(last, max(run.curve, default=0), _scalar(f"test/{name}", value)))


def _event(wall_time: float, step: int, content: bytes) -> bytes:
    return (
        bytes([_WALL_TIME << 3 | _FIXED64])
        + struct.pack("<d", wall_time)
        + bytes([_STEP << 3 | _VARINT])
        + _varint(step)
        + content
    )


def _scalar(tag: str, value: float) -> bytes:
    number = bytes([_SIMPLE_VALUE << 3 | _FIXED32]) + struct.pack("<f", value)
    return _field(_SUMMARY, _field(_VALUE, _field(_TAG, tag.encode()) + number))


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    sums = [struct.pack("<I", masked_crc(part)) for part in (length, content)]
    return length + sums[0] + content + sums[1]


def masked_crc(data: bytes) -> int:
    """CRC-32C, rotated and shifted as TFRecord wants it."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """The Castagnoli checksum (RFC 3720)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _table() -> tuple[int, ...]:
    found = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        found.append(number)
    return tuple(found)


_TABLE = _table()
