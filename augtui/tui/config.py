"""The config file: `$XDG_CONFIG_HOME/augtui/config.toml` (~/.config without that variable).

```toml
theme = "light"          # or "dark"
ascii = false
mouse = true
bell  = false            # no bell and no notification of the terminal when a study ends

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
from augtui.nearest import did_you_mean, nearest

_KEYS = {"theme": str, "ascii": bool, "mouse": bool, "bell": bool, "keys": dict}
_WORDS = {str: "a string", bool: "a boolean (true or false)", dict: "a table"}


class Config(msgspec.Struct, frozen=True):
    """What the file says; None for what it does not."""

    theme: str | None = None
    ascii_only: bool | None = None
    mouse: bool | None = None
    bell: bool | None = None
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
    return Config(table.get("theme"), table.get("ascii"), table.get("mouse"), table.get("bell"), keys)


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
        for key in value.split(","):
            if not is_key(key.strip()):
                near = did_you_mean(key.strip(), _key_names(key.strip()))
                told = near or 'keys are called "a", "f5", "ctrl+s", "shift+tab", "space", "comma", ...'
                raise AugtuiError(f'{path}: keys."{name}": "{key.strip()}" is no key', told)
    _check_clashes(path, keys)


_MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of this name: "a", "?", "f5", "ctrl+s", "question_mark"."""
    from textual.keys import key_to_character

    *modifiers, key = name.split("+") if len(name) > 1 else [name]
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        return False
    if len(key) == 1:
        return not (modifiers and key.isupper())  # a terminal sends ctrl+s for both
    return key in _named_keys() or (key == key.lower() and key_to_character(key) is not None)


def _named_keys() -> list[str]:
    """Keys that have names: "f5", "pagedown", "question_mark"."""
    from textual.keys import Keys

    plain = {key.value for key in Keys if "+" not in key.value and "<" not in key.value}
    return sorted(
        plain | {"space", "slash", "backslash", "minus", "plus", "underscore", "comma", "full_stop", "colon"}
    )


def _key_names(like: str) -> list[str]:
    """Names among which the one that was meant may be: with the modifiers as they were, or mended."""
    *modifiers, _ = like.split("+")
    mended = [nearest(modifier, _MODIFIERS) or modifier for modifier in modifiers]
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    return ["+".join([*mended, key]) for key in (*_named_keys(), *(letters if modifiers else ()))]


def _check_clashes(path: Path, keys: Mapping[str, str]) -> None:
    """No action may lose its key to another one that holds in the same place."""
    from textual.binding import Binding
    from textual.keys import _normalize_key_list

    for owner in binding_owners():
        taken: dict[str, str] = {}
        bindings = [binding for kind in owner.__mro__ for binding in vars(kind).get("BINDINGS", ())]
        named = [binding for binding in bindings if isinstance(binding, Binding) and binding.id]
        # The file's own come last: what they take is told as theirs.
        for binding in sorted(named, key=lambda binding: binding.id in keys):
            assert binding.id is not None
            for key in _normalize_key_list(keys.get(binding.id, binding.key)).split(","):
                other = taken.setdefault(key, binding.id)
                if other != binding.id:
                    raise AugtuiError(
                        f'{path}: keys."{binding.id}": "{key}" is the key of "{other}" in the same place',
                        f'give "{other}" another one too',
                    )


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
    from augtui.tui.dialogs import arm, compare, confirm, notes, palette, prompt, run
    from augtui.tui.dialogs import help as help_dialog
    from augtui.tui.screens import base
    from augtui.tui.screens.design.screen import DesignScreen
    from augtui.tui.screens.results.screen import ResultsScreen
    from augtui.tui.screens.runs.screen import RunsScreen
    from augtui.tui.screens.study.screen import StudyScreen
    from augtui.tui.widgets import chart, filterline, form, formrows, lines, seedgrid, table

    return (
        app.AugtuiApp, base.PanelScreen, DesignScreen, StudyScreen, ResultsScreen, RunsScreen,
        arm.ArmDialog, compare.CompareScreen, confirm.ConfirmScreen, notes.NotesScreen, palette.PaletteScreen,
        prompt.PromptScreen, run.RunDialog, help_dialog.HelpScreen, chart.Chart, filterline.FilterLine,
        form.FieldInput, formrows.FormRows, lines.Page, seedgrid.SeedGrid, table.Table,
    )  # fmt: skip
