"""Two themes on the colours that every terminal with 256 of them shows alike (tmux included).

One accent for focus, one for the baseline; red only for failure, amber only for warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="augtui-dark",
    dark=True,
    primary="#5fafff",
    secondary="#af87ff",
    accent="#5fafff",
    foreground="#d0d0d0",
    background="#121212",
    surface="#121212",
    panel="#1c1c1c",
    success="#87af5f",
    warning="#ffaf00",
    error="#ff5f5f",
    variables={
        "muted": "#8a8a8a",
        "faint": "#585858",
        "line": "#3a3a3a",
        "title": "#e4e4e4",
        "good": "#87af5f",
        "running": "#5fd7d7",
        "bad": "#ff5f5f",
        "warn": "#ffaf00",
        "baseline": "#af87ff",
        "baseline-faint": "#5f5f87",
        "spark": "#5f87af",
        "series-1": "#5fafff",
        "series-2": "#87d7af",
        "series-3": "#d787d7",
        "series-4": "#d7d787",
        "series-5": "#87afd7",
        "series-6": "#d7875f",
        "cursor": "#303030",
        "cursor-blurred": "#1c1c1c",
        "scrollbar": "#3a3a3a",
        "scrollbar-background": "#121212",
        "scrollbar-hover": "#585858",
        "scrollbar-active": "#5fafff",
        "input-selection-background": "#005f87",
    },
)

LIGHT = Theme(
    name="augtui-light",
    dark=False,
    primary="#005faf",
    secondary="#5f00af",
    accent="#005faf",
    foreground="#303030",
    background="#ffffff",
    surface="#ffffff",
    panel="#eeeeee",
    success="#5f8700",
    warning="#af5f00",
    error="#d70000",
    variables={
        "muted": "#767676",
        "faint": "#a8a8a8",
        "line": "#c6c6c6",
        "title": "#000000",
        "good": "#5f8700",
        "running": "#008787",
        "bad": "#d70000",
        "warn": "#af5f00",
        "baseline": "#8700af",
        "baseline-faint": "#afafd7",
        "spark": "#87afd7",
        "series-1": "#005faf",
        "series-2": "#00875f",
        "series-3": "#870087",
        "series-4": "#878700",
        "series-5": "#5f87af",
        "series-6": "#af5f00",
        "cursor": "#d7d7ff",
        "cursor-blurred": "#eeeeee",
        "scrollbar": "#c6c6c6",
        "scrollbar-background": "#ffffff",
        "scrollbar-hover": "#a8a8a8",
        "scrollbar-active": "#005faf",
        "input-selection-background": "#afd7ff",
    },
)

THEMES = {"dark": DARK, "light": LIGHT}


class Themed(App[str]):
    """An app that begins in a theme of ours: the colours of Textual's own, which it would begin in, are not made."""

    def get_css_variables(self) -> dict[str, str]:
        ours = any(theme.name == self.theme for theme in THEMES.values())
        return super().get_css_variables() if ours else {}


def begin_in(theme: Theme, app: App[Any]) -> None:
    """Give an app that has not begun its themes, and one of them to begin in.

    Setting `App.theme` would have all styles read and applied again, which have not been read yet.
    """
    for known in THEMES.values():
        app.register_theme(known)
    app.set_reactive(type(app).theme, theme.name)
    looks = {"-dark-mode": theme.dark, "-light-mode": not theme.dark, f"-theme-{theme.name}": True}
    app.update_classes(looks, update=False)
    app.stylesheet.set_variables(app.get_css_variables())


def preferred(environment: Mapping[str, str]) -> str:
    """ "light" where the terminal says (in COLORFGBG, as rxvt, konsole and others do) that its ground is light."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if ground in ("7", "15") else "dark"
