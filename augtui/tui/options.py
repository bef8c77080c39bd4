"""How the app was started."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line and the config file decide."""

    runs_dir: Path = Path("runs")
    data_dir: Path = Path("data")
    cache_dir: Path | None = None
    device: str = "auto"
    slots: int | None = None
    study: Path | None = None
    """The study to open at once; None opens the one that is running, or the newest."""
    plan: Path | None = None
    """The plan to open in Design."""
    theme: str = ""
    """dark or light; empty lets the config file or the terminal decide."""
    ascii_only: bool = False
    readonly: bool = False
    """Nothing is started, stopped, written or deleted."""
    mouse: bool = True
    bell: bool = True
    """Whether a study that ends rings the bell and sends the terminal a notification."""
    keys: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By a binding's id, the keys that replace its own: "k1,k2"."""
