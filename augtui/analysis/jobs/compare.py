"""Two studies side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from augtui.analysis.comparison import compare_studies
from augtui.analysis.jobs.reading import read_study
from augtui.jobs import Channel
from augtui.streams import stream_seed


def compare(channel: Channel, first: Path, second: Path) -> dict[str, Any]:
    """A `Comparison` of two studies.

    Raises:
        AugtuiError: they cannot be compared.
    """
    studies = [read_study(folder, channel.progress) for folder in (first, second)]
    rng = np.random.default_rng(stream_seed("compare studies"))
    answer: dict[str, Any] = msgspec.to_builtins(compare_studies(studies[0], studies[1], rng))
    return answer
