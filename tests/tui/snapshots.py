"""Screens as SVG files, compared as text.

`AUGTUI_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_pictures.py` writes them anew; look at the difference then.
"""

from __future__ import annotations

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from augtui.tui.app import AugtuiApp

FOLDER = Path(__file__).parent / "pictures"
DRAWN_WITH = FOLDER / "textual-version"


def compare(app: AugtuiApp, name: str, tmp_path: Path) -> None:
    """Compare the screen with the picture of this name; a different one is left in the test's folder."""
    drawn = _stable(app.export_screenshot(title="augtui"))
    kept = FOLDER / f"{name}.svg"
    if os.environ.get("AUGTUI_UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(drawn)
        DRAWN_WITH.write_text(version("textual") + "\n")
        return
    if _minor(version("textual")) != _minor(DRAWN_WITH.read_text().strip()):
        pytest.skip(f"the pictures were drawn with Textual {DRAWN_WITH.read_text().strip()}")
    if not kept.exists() or kept.read_text() != drawn:
        actual = tmp_path / f"{name}.svg"
        actual.write_text(drawn)
        pytest.fail(f"the screen differs from {kept}; it is in {actual}")


def _stable(svg: str) -> str:
    """Without the identifiers that Rich makes from a checksum of everything, and without what is the same in all."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _minor(text: str) -> str:
    return ".".join(text.split(".")[:2])
