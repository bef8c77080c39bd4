"""Screens that are painted when there is something new to see on them, and then once, and at once."""

from __future__ import annotations

from typing import Any

from textual import events, on
from textual.app import App
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widget import AwaitMount


class QuickModes(App[str]):
    """An app whose screens come back at once when they have been shown before."""

    _built = False
    """Whether the screen that comes has been shown before."""

    def switch_mode(self, mode: str) -> AwaitMount:
        self._built = mode in self._screen_stacks  # private: the public question raises where there is none
        return super().switch_mode(mode)

    def delay_update(self, delay: float = 0.05) -> None:
        # Textual asks for it whenever it changes modes, to hide a screen whose widgets have yet to come.
        if not self._built:
            super().delay_update(delay)


class PaintedOnce(Screen[Any]):
    """Leaves out paints that nobody would see.

    All paints of Textual come through `_compositor_refresh`, which is private: nothing public can hold one back. What
    is held back stays dirty, and is painted with the next one.
    """

    _resuming = False
    _resumed_before = False

    @property
    def unsettled(self) -> bool:
        """Whether what is on the screen is about to be made anew."""
        return False

    @on(events.ScreenResume)
    def _resumes(self, event: events.ScreenResume) -> None:
        # A new screen has been styled when its widgets came. Textual would do that again.
        event.refresh_styles &= self._resumed_before
        self._resumed_before = True
        # Textual lays the screen out and paints it here, and then asks for another paint of it all.
        self._resuming = True
        self.call_next(self._resumed)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> PaintedOnce:
        # Textual asks for a layout, and for a paint of it all with that, whenever widgets came or went. A layout by
        # itself paints what it has moved.
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    def _resumed(self) -> None:
        self._resuming = False

    def _screen_resized(self, size: Size) -> None:
        # Textual also lays out what is under a dialog, in the room that it has, whenever the dialog is laid out.
        if self is self.app.screen or size != self.size:
            super()._screen_resized(size)

    def _compositor_refresh(self) -> None:
        # While updates are batched, as at the start, everything would be drawn, and then dropped by `App._display`.
        if self._resuming or self.unsettled or self.app._batch_count:
            return
        whole = self.is_current and self.size.region in self._compositor._dirty_regions
        super()._compositor_refresh()
        if whole:  # and with it what is dimmed under it: who has asked for all to be painted has got it
            for screen in (self, *self.app._background_screens):
                screen._repaint_required = False
                screen._exchange_repaint_regions()
