"""Text as it is drawn: cropped and aligned to cells, and numbers in few, fixed digits."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
"""A piece of text and its style, in Textual's words: "bold $accent", "$muted", or "" for the widget's own."""

Row = list[Span]
"""One line of the screen, from left to right."""


def fit(text: str, width: int, align: str = "left") -> str:
    """Text in exactly `width` cells: cropped with an ellipsis, or padded; `align` is left, right or center."""
    if width <= 0:
        return ""
    cells = cell_len(text)
    if cells > width:
        return set_cell_size(text, width - 1) + "…"
    space = width - cells
    if align == "right":
        return " " * space + text
    if align == "center":
        return " " * (space // 2) + text + " " * (space - space // 2)
    return text + " " * space


def row_width(row: Row) -> int:
    """The cells that a row takes."""
    return sum(cell_len(text) for text, _ in row)


def fit_row(row: Row, width: int) -> Row:
    """A row in exactly `width` cells: its end is cropped with an ellipsis, or padded."""
    cells = row_width(row)
    if cells <= width:
        return [*row, (" " * (width - cells), "")] if cells < width else row
    kept: Row = []
    left = width
    for text, style in row:
        cells = cell_len(text)
        if cells >= left:
            kept.append((fit(text if cells > left else text + "…", left), style))
            break
        kept.append((text, style))
        left -= cells
    return kept


def wrapped(text: str, width: int, style: str) -> list[Row]:
    """A text on as many lines as it needs; none for an empty one."""
    return [[(line, style)] for line in wrap(text, max(8, width), break_on_hyphens=False)]


def fraction(value: float | None, digits: int = 3) -> str:
    """A value from 0 to 1 without its zero: ".846"; "1.000" at one; "–" where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("0.") else text.replace("-0.", "−.").replace("-", "−")


def points(value: float | None, digits: int = 1) -> str:
    """A difference of fractions in percentage points, signed: "+0.9", "−1.2"."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value * 100:+.{digits}f}"
    return ("+" + text[1:] if float(text) == 0 else text).replace("-", "−")


def number(value: float | None) -> str:
    """A measured value in about three digits: ".312", "12.4", "39,120", "1.2e-05"."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    if size >= 100:
        return f"{value:.0f}".replace("-", "−")
    if size >= 10:
        return f"{value:.1f}".replace("-", "−")
    if size >= 1:
        return f"{value:.2f}".replace("-", "−")
    if size == 0:
        return "0"
    return f"{value:.1e}" if size < 0.001 else fraction(value)


def duration(seconds: float | None) -> str:
    """Two units at most: "11 s", "4 m 10 s", "2 h 05 m", "3 d 4 h"."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return f"{whole // 60} m {whole % 60:02d} s"
    if whole < 3600:
        return f"{round(seconds / 60)} m"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} m"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def size(count: float) -> str:
    """Bytes in decimal units: "31 GB", "2.1 GB", "640 kB"."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.1f} {unit}" if count < 10 and unit != "B" else f"{count:.0f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


def moment(seconds: float, now: float) -> str:
    """When something happened, in local time: "15:30" today, "22 Nov 15:30" this year, else "22 Nov 2025"."""
    if seconds <= 0:
        return "–"
    then = datetime.fromtimestamp(seconds, UTC).astimezone()
    today = datetime.fromtimestamp(now, UTC).astimezone()
    if then.date() == today.date():
        return then.strftime("%H:%M")
    return then.strftime("%d %b %H:%M" if then.year == today.year else "%d %b %Y")
