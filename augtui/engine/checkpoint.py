"""Checkpoints of a run: whole or absent, the last two kept, gone when the run is finished."""

from __future__ import annotations

import io
import logging
from typing import Any

import torch

from augtui.paths import RunPaths, write_atomic

KEPT = 2
"""The newest may be of no use (a full disk, a bad sector), so one more is kept."""

logger = logging.getLogger(__name__)


def save_checkpoint(run: RunPaths, step: int, state: dict[str, Any]) -> None:
    """Write `checkpoint-<step>.pt` and drop all but the newest two.

    Raises:
        OSError: the disk is full or the folder read-only.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_atomic(run.checkpoint(step), buffer.getvalue())
    for _, old in run.checkpoints()[KEPT:]:
        old.unlink(missing_ok=True)


def load_checkpoint(run: RunPaths, identity: str) -> dict[str, Any] | None:
    """The newest readable checkpoint of this very run, on the CPU; None where there is none.

    One that cannot be read, or that was written for another content of run.json, is passed over.
    """
    for _, path in run.checkpoints():
        try:
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # a damaged file can fail anywhere inside zip, pickle or torch
            logger.warning("%s cannot be read and is passed over: %s", path.name, error)
            continue
        if state.get("identity") == identity:
            return state
        logger.warning("%s belongs to another run.json and is passed over", path.name)
    return None


def delete_checkpoints(run: RunPaths) -> None:
    """Remove every checkpoint."""
    for _, path in run.checkpoints():
        path.unlink(missing_ok=True)


def delete_leftovers(run: RunPaths) -> None:
    """Remove what a writer that was killed left half written; only for who holds the run's lock."""
    for leftover in run.folder.glob(".checkpoint-*"):
        leftover.unlink(missing_ok=True)
