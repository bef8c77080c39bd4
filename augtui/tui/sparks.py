"""Lines of one row: sparklines on a given scale, and bars with eighths of a cell."""

from __future__ import annotations

import math
from collections.abc import Sequence

LEVELS = "▁▂▃▄▅▆▇"
"""Without the full block: curves of neighbouring rows would run into each other."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def sparkline(values: Sequence[float], width: int, low: float, high: float) -> str:
    """Values as `width` little columns on the scale low..high; a cell is the mean of its values.

    Values outside of the scale are drawn at its ends, cells without a finite value are blank.
    """
    if not values or width <= 0:
        return ""
    cells = min(width, len(values))
    text = ""
    for cell in range(cells):
        start = cell * len(values) // cells
        stop = max(start + 1, (cell + 1) * len(values) // cells)
        finite = [value for value in values[start:stop] if math.isfinite(value)]
        if not finite:
            text += " "
            continue
        mean = min(max(sum(finite) / len(finite), low), high)  # a scale of next to nothing would make it infinite
        share = (mean - low) / (high - low) if high > low else 0.5
        text += LEVELS[min(len(LEVELS) - 1, int(share * len(LEVELS)))]
    return text


def bar(share: float, width: int) -> str:
    """A horizontal bar that fills `share` (0 to 1) of `width` cells, to an eighth of a cell; padded."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    text = "█" * (eighths // 8)
    if eighths % 8:
        text += _EIGHTHS[eighths % 8]
    return text.ljust(width)


def progress(share: float, width: int) -> tuple[str, str]:
    """A thin progress line of `width` cells: the part that is done, and the rest."""
    halves = round(min(1.0, max(0.0, share)) * width * 2)
    done = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    return done, "─" * (width - len(done))
