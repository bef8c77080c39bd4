"""The signs of states, and how everything looks on a terminal that has ASCII only."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.filter import LineFilter

from augtui.tui.text import Span

STATES: dict[str, Span] = {
    "finished": ("✓", "$good"),
    "running": ("●", "bold $running"),
    "queued": ("·", "$faint"),
    "failed": ("✗", "bold $bad"),
    "blocked": ("✗", "bold $bad"),
    "interrupted": ("◌", "$muted"),
    "stopped": ("◌", "$muted"),
    "waiting": ("◌", "$running"),
    "skipped": ("–", "$faint"),
    "left out": ("–", "$warn"),
    "lost": ("?", "bold $warn"),
}
"""Glyph and style of every state of a run, a step or a study: told apart without colour."""


def state_span(state: str) -> Span:
    """The glyph of a state; a state that is not known (a newer log) shows as a question mark."""
    return STATES.get(state, ("?", "$muted"))


_SAME = {
    "✓": "+", "●": "*", "·": ".", "✗": "x", "◌": "o", "▸": ">", "▾": "v", "▴": "^", "◂": "<", "…": "~", "–": "-",
    "−": "-", "±": "~", "Δ": "d", "×": "x", "━": "=", "╸": "-", "█": "#", "▀": " ", "▄": "-", "≥": ">", "≤": "<",
    "│": "|", "┤": "|", "├": "|", "─": "-", "┴": "-", "└": "+", "╰": "+", "╯": "+", "╭": "+", "╮": "+", "┌": "+",
    "┐": "+", "┘": "+", "┃": "|", "┏": "+", "┓": "+", "┗": "+", "┛": "+", "▔": "-", "▁": "_", "▂": ".", "▃": ":",
    "▅": "=", "▆": "+", "▇": "*", "▏": "|", "▎": "|", "▍": "|", "▌": "|", "▋": "|", "▊": "#", "▉": "#", "▐": "|",
    "↑": "^", "↓": "v", "←": "<", "→": ">", "■": "#", "□": "o", "◆": "*", "▼": "v", "▲": "^", "✕": "x", "┼": "+",
    "╌": "-", "┆": ":", "░": ".", "▒": ":", "▓": "#", "╴": "-", "╶": "-", "╺": "-", "╹": "'", "╻": ".", "⏎": "<",
    "▕": "|", "•": "*", "“": '"', "”": '"', "’": "'", "‘": "'", "⌃": "^",
}  # fmt: skip
_DOTS = " .:-=+*#"


class AsciiOnly(LineFilter):
    """Replaces every cell that is not ASCII by a sign of the same width, whatever widget drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line in ASCII."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment("".join(map(to_ascii, segment.text)), segment.style)
            for segment in segments
        ]


def to_ascii(char: str) -> str:
    """A character as ASCII of the same width; braille patterns become denser with more dots."""
    if char.isascii():
        return char
    code = ord(char)
    if 0x2800 <= code <= 0x28FF:
        return _DOTS[min(len(_DOTS) - 1, (code - 0x2800).bit_count())]
    known = _SAME.get(char)
    if known is not None:
        return known
    from rich.cells import cell_len

    return "?" * cell_len(char)


class NoColours(LineFilter):
    """Takes every colour away; bold, underline and reverse stay."""

    _PLAIN = RichStyle(color="default", bgcolor="default")

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line without colours."""
        return [
            segment
            if segment.control
            else Segment(segment.text, self._PLAIN if segment.style is None else segment.style.without_color)
            for segment in segments
        ]


def own_filters(no_colour: bool, ascii_only: bool) -> list[LineFilter]:
    """What every line goes through before it is written."""
    filters: list[LineFilter] = [NoColours()] if no_colour else []
    return [*filters, AsciiOnly()] if ascii_only else filters
