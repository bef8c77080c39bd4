"""How figures look: one palette, readable in print and without colour, and the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

BASELINE_COLOUR = "#404040"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D1F", "#7F3C8D")
"""After Okabe and Ito: told apart by people who see colours differently."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":")

PAD = 0.08
"""Inches around a figure."""

_SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.titlesize": 9.0,
    "axes.titleweight": "bold",
    "legend.frameon": False,
    "svg.hashsalt": "augtui",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "figure.dpi": 100,
    "savefig.dpi": 200,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw inside of this."""
    with mpl.rc_context(_SETTINGS):
        yield


def files(figure: Figure, forms: Collection[str]) -> dict[str, bytes]:
    """A figure's bytes by form (svg, png, pdf); nothing in them tells when they were made."""
    figure.draw_without_rendering()  # places what the box below is measured from
    box = figure.get_tightbbox().padded(PAD)
    found = {}
    for form in sorted(forms):
        file = io.BytesIO()
        dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[form]
        figure.savefig(file, format=form, metadata=dates, bbox_inches=box)
        found[form] = file.getvalue()
    return found


def colour(index: int) -> str:
    """Of an arm by its place in the plan: the baseline is grey."""
    return BASELINE_COLOUR if index == 0 else COLOURS[(index - 1) % len(COLOURS)]


def line(index: int) -> str:
    return LINES[(index // len(COLOURS)) % len(LINES)]


def marker(index: int) -> str:
    return MARKERS[index % len(MARKERS)]
