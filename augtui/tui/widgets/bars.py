"""The first and the last line of every screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.binding import ActiveBinding, Binding
from textual.geometry import Size
from textual.widgets import Input

from augtui.text import plain
from augtui.tui.bindings import as_declared
from augtui.tui.feed.snapshot import StudySnapshot
from augtui.tui.glyphs import state_span
from augtui.tui.text import Row, duration, row_width
from augtui.tui.widgets.lines import LinesView

_STAMP = re.compile(r"-\d{8}-\d{6}(-\d+)?$")
"""The time in a study's name."""

SCREENS = (("design", "Design"), ("study", "Study"), ("results", "Results"), ("runs", "Runs"))
"""Name and title of the four screens, in the order of their digits."""


class Bar(LinesView):
    """One line, whose words can be clicked: a style "@click=app.show('runs') $muted" acts and looks."""

    DEFAULT_CSS = "Bar { height: 1; overflow: hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.virtual_size = Size(1, 1)


class Header(Bar):
    """The screens, and on the right the study that is open."""

    DEFAULT_CSS = "Header { dock: top; background: $panel; }"

    def __init__(self, screen_name: str, *, readonly: bool = False) -> None:
        super().__init__(id="header")
        self._screen_name, self._readonly = screen_name, readonly
        self._study: list[Row] = []
        """The same words, longest first."""

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def tell(self, study: StudySnapshot | None) -> None:
        """Say how the open study is doing."""
        self._study = [] if study is None else study_words(study)
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:  # before the screen is laid out
            return
        left: Row = [(" augtui ", "bold $accent")] if width >= 70 else []
        for digit, (name, title) in enumerate(SCREENS, 1):
            here = name == self._screen_name
            ground = " on $background" if here else ""
            left += [
                (f" {digit} ", f"@click=app.show('{name}') {'$accent' if here else '$faint'}{ground}"),
                (f"{title} ", f"@click=app.show('{name}') {'bold $title' if here else '$muted'}{ground}"),
            ]
        if self._readonly:
            left.append((" read-only ", "$warn"))
        room = width - row_width(left) - 1
        right = next((words for words in self._study if row_width(words) <= room), [])
        self.show([[*left, (" " * (room - row_width(right)), ""), *right, (" ", "")]])


def study_words(study: StudySnapshot) -> list[Row]:
    """Name, state, runs done of all, time left; then the same in fewer words."""
    glyph, style = state_span(study.status)
    state: Row = [(f"{glyph} ", style), (study.status, style)]
    counts: Row = []
    if study.failed:
        counts += [("   ", ""), (f"✗ {study.failed}", "$bad")]
    if study.total:
        counts += [("   ", ""), (f"{study.done}/{study.total}", "$foreground")]
    left: Row = []
    if study.left is not None and study.status == "running":
        left = [("   ", ""), ("ETA ", "$muted"), (duration(study.left), "bold $foreground")]
    name: Row = [(plain(study.name), "$foreground"), ("   ", "")]
    short: Row = [(plain(_STAMP.sub("", study.name)), "$foreground"), ("   ", "")]
    sign: Row = [(glyph, style)]
    return [
        [*name, *state, *counts, *left],
        [*short, *state, *counts, *left],
        [*short, *sign, *counts, *left[:1], *left[2:]],
        [*state, *counts, *left],
        [*sign, *counts, *left[:1], *left[2:]],
        sign + counts,
    ]


class Footer(Bar):
    """The keys that work here: those of the panel in focus first, the help always."""

    DEFAULT_CSS = "Footer { dock: bottom; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="footer")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:  # before the screen is laid out
            return
        active = list(self.screen.active_bindings.values())  # worked out anew whenever it is asked for
        left: Row = []
        right: Row = [
            (self._key(active, "app.palette"), "@click=app.command_palette $accent"),
            (" palette ", "@click=app.command_palette $muted"),
        ]
        if width < 70:
            right = []
        typing = isinstance(self.screen.focused, Input)
        for action, binding in self._shown(active):
            keys = "f1" if typing and binding.id == "app.help" else self.app.get_key_display(binding)
            piece: Row = [
                (" " + keys, f"@click={action} bold $accent"),
                (f" {binding.description} ", f"@click={action} $muted"),
            ]
            if row_width(left) + row_width(piece) + row_width(right) + 1 > width:
                break
            left += piece
        space = width - row_width(left) - row_width(right)
        self.show([[*left, (" " * max(0, space), ""), *right]])

    def _key(self, active: Sequence[ActiveBinding], binding_id: str) -> str:
        found = (item.binding for item in active if item.binding.id == binding_id)
        return next(map(self.app.get_key_display, found), "^p")

    def _shown(self, active: Sequence[ActiveBinding]) -> list[tuple[str, Binding]]:
        """Bindings to show with their actions, each action once: help first, then from the focus outwards."""
        found: dict[str, Binding] = {}
        for node, binding, enabled, _ in as_declared(active):
            if binding.show and enabled:
                owner = "app" if node is self.app else "screen" if node is self.screen else "focused"
                action = binding.action if "." in binding.action.partition("(")[0] else f"{owner}.{binding.action}"
                found.setdefault(action, binding)
        return sorted(found.items(), key=lambda item: item[1].id != "app.help")
