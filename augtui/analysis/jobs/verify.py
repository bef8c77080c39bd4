"""Recounting and rehashing a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from augtui.analysis.jobs.reading import read_study
from augtui.analysis.verification import verify_study
from augtui.jobs import Channel
from augtui.runlog.verification import Verification


def verify(channel: Channel, folder: Path) -> dict[str, Any]:
    """A `Verification` of everything but the saved models, which the engine has to load."""
    data = read_study(folder, channel.progress)
    answer: dict[str, Any] = msgspec.to_builtins(Verification(study=data.paths.name, findings=verify_study(data)))
    return answer
