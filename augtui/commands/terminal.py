"""The two streams of a command: data goes to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from augtui.text import plain

_STREAMS = (sys.__stdin__, sys.__stdout__, sys.__stderr__)

UNBOUNDED = 10_000
"""Columns of a stream that is no terminal: nothing is cut there."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that one encoding can show."""

    finished: str
    running: str
    queued: str
    failed: str
    stopped: str
    lost: str
    skipped: str
    warning: str
    plus_minus: str
    delta: str
    minus: str
    ellipsis: str
    dot: str
    sparks: str
    """Levels of a sparkline, lowest first."""
    greys: str
    """Grey levels of a picture, darkest first."""
    half_blocks: bool
    """Whether there is one, to draw two pixels of a picture into a cell."""


UNICODE = Glyphs(
    "✓", "●", "·", "✗", "◌", "?", "–", "!", "±", "Δ", "−", "…", "·", "▁▂▃▄▅▆▇", " ░▒▓█", True
)  # fmt: skip
ASCII = Glyphs("+", "*", ".", "x", "o", "?", "-", "!", "+-", "diff", "-", "~", "|", "_.:-=+#", " .:-=+*#%@", False)

_STATES = {
    "finished": ("finished", "green"),
    "running": ("running", "cyan"),
    "queued": ("queued", "dim"),
    "failed": ("failed", "red"),
    "blocked": ("failed", "red"),
    "stopped": ("stopped", ""),
    "interrupted": ("stopped", ""),
    "waiting": ("stopped", ""),
    "lost": ("lost", "yellow"),
    "skipped": ("skipped", "dim"),
    "left out": ("skipped", "yellow"),
}
"""The glyph and the style of a state; red only for failure, yellow only for warnings."""


def output() -> Console:
    """Standard output, as wide as the terminal; wide enough for one line an arm where nothing says how wide."""
    return _console(sys.stdout, _width(160))


def listing() -> Console:
    """Standard output for lists: one record a line, cut only where a terminal would wrap it."""
    return _console(sys.stdout, None if sys.stdout.isatty() else UNBOUNDED)


def narration() -> Console:
    """Standard error: progress, remarks, questions."""
    return _console(sys.stderr, None if sys.stderr.isatty() else UNBOUNDED)


def interactive(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can redraw a part of its screen."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def glyphs(console: Console) -> Glyphs:
    """What the console's encoding can show."""
    return UNICODE if console.encoding.lower().startswith("utf") else ASCII


def ramp(console: Console) -> str:
    """The characters to draw a picture with where its colours cannot be shown (a pipe, NO_COLOR, an encoding without
    half blocks); empty where they can."""
    signs = glyphs(console)
    coloured = console.color_system is not None and not console.no_color
    return "" if coloured and signs.half_blocks else signs.greys


def state_text(state: str, signs: Glyphs, label: str | None = None) -> Text:
    """A state as glyph, colour and word (or the label given); never as a colour alone."""
    glyph, style = _STATES.get(state, ("lost", ""))
    text = Text(getattr(signs, glyph), style=style)
    label = state if label is None else label
    return text.append(f" {plain(label)}") if label else text


def emit(console: Console, content: RenderableType) -> None:
    """Print; what goes to a file or a pipe has no blanks at the ends of its lines."""
    if console.is_terminal:
        console.print(content)
        return
    with console.capture() as capture:
        console.print(content)
    lines = capture.get().removesuffix("\n").split("\n")
    console.file.write("".join(f"{line.rstrip()}\n" for line in lines))


def print_json(value: Any) -> None:
    """Exactly one JSON document on standard output; NaN is a programming error."""
    sys.stdout.write(json.dumps(value, indent=2, allow_nan=False) + "\n")


def tolerate_any_text() -> None:
    """A character that the terminal's encoding lacks becomes a question mark, not an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _console(stream: TextIO, width: int | None) -> Console:
    tolerate_any_text()
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def _width(fallback: int) -> int | None:
    """None leaves it to Rich: COLUMNS, or the terminal that any of the three streams is (a pipe to a pager)."""
    if "COLUMNS" in os.environ or any(stream is not None and stream.isatty() for stream in _STREAMS):
        return None
    return fallback
