"""The config file: `$XDG_CONFIG_HOME/augtui/config.toml` (~/.config without that variable).

```toml
theme = "light"          # or "dark"
ascii = false
mouse = true

[keys]                   # by the id of a binding, which `?` shows as the config file needs it
"study.next" = "f5"
"app.quit"   = "q,ctrl+q"
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean

_KEYS = {"theme": str, "ascii": bool, "mouse": bool, "keys": dict}
_WORDS = {str: "a string", bool: "a boolean (true or false)", dict: "a table"}


class Config(msgspec.Struct, frozen=True):
    """What the file says; None for what it does not."""

    theme: str | None = None
    ascii_only: bool | None = None
    mouse: bool | None = None
    keys: Mapping[str, str] = msgspec.field(default_factory=dict)


def config_path(environment: Mapping[str, str]) -> Path:
    """Where the config file is, if there is one."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "augtui" / "config.toml"


def read_config(path: Path) -> Config:
    """Read the config file; one that does not exist says nothing.

    Raises:
        AugtuiError: it is not TOML, or a key or value in it is wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AugtuiError(f"{path}: {error}", "the file must be TOML") from error
    for name, value in table.items():
        if name not in _KEYS:
            near = did_you_mean(name, _KEYS)
            raise AugtuiError(f"{path}: {name}: there is no such key", near or f"the keys are {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[name]):
            raise AugtuiError(f"{path}: {name}: {_WORDS[_KEYS[name]]} is needed")
    if table.get("theme", "dark") not in ("dark", "light"):
        raise AugtuiError(f'{path}: theme: must be "dark" or "light", not "{table["theme"]}"')
    keys = table.get("keys", {})
    _check_keys(path, keys)
    return Config(table.get("theme"), table.get("ascii"), table.get("mouse"), keys)


def _check_keys(path: Path, keys: Mapping[str, Any]) -> None:
    if not keys:
        return
    known = sorted(set(binding_ids()))
    for name, value in keys.items():
        if name not in known:
            near = did_you_mean(name, known)
            raise AugtuiError(
                f'{path}: keys."{name}": nothing has this id', near or f"the ids are {', '.join(known)}"
            )
        if not isinstance(value, str) or not value.strip():
            raise AugtuiError(f'{path}: keys."{name}": a key is needed, such as "f5" or "ctrl+r,r"')


def binding_ids() -> Iterator[str]:
    """The id of every binding of the app."""
    from textual.binding import Binding

    for owner in binding_owners():
        for binding in owner.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                yield binding.id


def binding_owners() -> tuple[type[Any], ...]:
    """The app, its screens and its widgets: whoever has keys."""
    from augtui.tui import app
    from augtui.tui.dialogs import arm, compare, confirm, notes, prompt, run
    from augtui.tui.dialogs import help as help_dialog
    from augtui.tui.screens import base
    from augtui.tui.screens.design.screen import DesignScreen
    from augtui.tui.screens.results.screen import ResultsScreen
    from augtui.tui.screens.runs.screen import RunsScreen
    from augtui.tui.screens.study.screen import StudyScreen
    from augtui.tui.widgets import chart, filterline, form, formrows, lines, seedgrid, table

    return (
        app.AugtuiApp, base.PanelScreen, DesignScreen, StudyScreen, ResultsScreen, RunsScreen,
        arm.ArmDialog, compare.CompareScreen, confirm.ConfirmScreen, notes.NotesScreen, prompt.PromptScreen,
        run.RunDialog, help_dialog.HelpScreen, chart.Chart, filterline.FilterLine, form.FieldInput,
        formrows.FormRows, lines.Page, seedgrid.SeedGrid, table.Table,
    )  # fmt: skip
