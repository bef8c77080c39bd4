"""Numbers as people read them."""

from __future__ import annotations

import math


def fraction(value: float | None, digits: int = 3) -> str:
    """`.846` for 0.8461, `1.000` for 1; a dash for what is undefined. `value` in [0, 1]."""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.{digits}f}".removeprefix("0") if value >= 0 else "-" + fraction(-value, digits)


def p_words(value: float) -> str:
    """A p value in three decimals; the smallest ones are not told as 0."""
    return "< .001" if value < 0.001 else fraction(value)


def points(value: float | None, minus: str = "-") -> str:
    """`+0.9` for a difference of 0.009 (in percentage points, one digit); `minus` is the sign of a negative one."""
    if value is None or not math.isfinite(value):
        return "-"
    text = f"{value * 100:+.1f}"
    return text.replace("-", minus)


def duration(seconds: float | None) -> str:
    """`41 s`, `3 m 12 s`, `2 h 05 m`, `3 d 4 h`."""
    if seconds is None or not math.isfinite(seconds):
        return "-"
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} m"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def size(count: float) -> str:
    """`512 B`, `1.2 MB`, `34 GB`: powers of 1000."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 999.5 or unit == "TB":
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


def many(count: int, one: str, several: str = "") -> str:
    """`1 run`, `1,240 runs`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
