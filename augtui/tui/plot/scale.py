"""From values to rows, and the few round numbers beside an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec


class Scale(msgspec.Struct, frozen=True):
    """Maps low..high to rows: high to row 0, low to row `rows - 1`; logarithmic where `log`."""

    low: float
    high: float
    rows: int
    log: bool = False

    def coordinate(self, value: float) -> float:
        """Where a value lies before the axis is stretched: itself, or its logarithm (none lies below `low`)."""
        if self.log:
            return math.log(value if value > self.low else self.low)
        return value

    def linear(self) -> tuple[float, float]:
        """Offset and factor that turn a coordinate into a row."""
        top, bottom = self.coordinate(self.high), self.coordinate(self.low)
        factor = (self.rows - 1) / (bottom - top)
        return -top * factor, factor

    def row(self, value: float) -> float:
        """The row of a value, not clipped to the scale."""
        offset, factor = self.linear()
        return offset + factor * self.coordinate(value)


def fit_scale(values: Iterable[float], rows: int, log: bool) -> Scale:
    """A scale that holds all values with a little room; log needs a positive value and is dropped without one."""
    finite = [value for value in values if math.isfinite(value)]
    positive = [value for value in finite if value > 0]
    if log and positive:
        low, high = min(positive), max(positive)
        if high / low < 1.01:
            low, high = low / 1.5, high * 1.5
        return Scale(low * (low / high) ** 0.03, high * (high / low) ** 0.03, rows, True)
    if not finite:
        return Scale(0.0, 1.0, rows)
    low, high = min(finite), max(finite)
    size = max(abs(low), abs(high))
    flat_room = size * 0.1 if size > 1e-100 else 1.0
    room = (high - low) * 0.04 if high - low > max(1e-12 * size, 1e-100) else flat_room
    bottom, top = low - room, high + room
    if low >= 0 > bottom:
        bottom = 0.0
    if low >= 0 and high <= 1 < top:
        top = 1.0
    return Scale(bottom, top, rows)


def ticks(low: float, high: float, count: int) -> list[float]:
    """At most `count` (at least two where they fit) round values from low to high: steps of 1, 2 or 5."""
    if not (high > low and count > 0):
        return []
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= raw * 0.999999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Round values on a logarithmic axis: powers of ten, with 2 and 5 between them where there is room."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for nice in ((1, 2, 5), (1, 3), (1,)):
        found = [m * 10.0**e for e in range(first, last + 1) for m in nice if low <= m * 10.0**e <= high]
        if len(found) <= count:
            return found or ticks(low, high, count)
    return found[:: max(1, math.ceil(len(found) / count))]


def whole_ticks(low: float, high: float, count: int) -> list[int]:
    """Round whole numbers from low to high, at most `count`."""
    return sorted({round(value) for value in ticks(low, high, max(1, count)) if abs(value - round(value)) < 1e-9})


def tick_label(value: float, step: float) -> str:
    """A tick's number with the digits that its step needs, and no more."""
    if value == 0:
        return "0"
    if abs(value) >= 1e5 or abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 3
    if step > 0 and abs(step * 10**digits - round(step * 10**digits)) > 1e-9:
        digits += 1
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("0.") else text.replace("-0.", "-.")
