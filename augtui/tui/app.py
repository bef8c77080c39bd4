"""The app: four screens, one feed, and what is done for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import on, work
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.message_pump import MessagePump
from textual.reactive import reactive
from textual.screen import Screen

from augtui.text import plain
from augtui.tui import endings, garbage, screens, terminal
from augtui.tui.bindings import EVERYWHERE
from augtui.tui.feed.feed import Feed
from augtui.tui.feed.snapshot import Interest, StudyRow, StudySnapshot, Update
from augtui.tui.glyphs import own_filters
from augtui.tui.messages import FeedUpdated, InterestChanged, ScreenWanted, StudyOpened, TaskDone, TaskWanted
from augtui.tui.options import Options
from augtui.tui.painting import QuickModes
from augtui.tui.tasks import Task, carry_out
from augtui.tui.themes import THEMES, Themed, begin_in

if TYPE_CHECKING:
    from augtui.tui.preview import PreviewServer


class AugtuiApp(QuickModes, Themed):
    """Design, watch, read and browse studies. Its result is what is still to be said in the shell."""

    TITLE = "augtui"
    CSS_PATH = "style.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = screens.MODES
    BINDINGS: ClassVar[list[BindingType]] = EVERYWHERE

    rows: reactive[tuple[StudyRow, ...] | None] = reactive(None, init=False, repaint=False)
    """All studies, newest first; None before they have been read."""
    study: reactive[StudySnapshot | None] = reactive(None, init=False, repaint=False)
    """The study that is open."""

    def __init__(
        self,
        options: Options,
        feed: Feed,
        start: str = "runs",
        first: Update | None = None,
        preview: PreviewServer | None = None,
    ) -> None:
        """Make the app.

        Args:
            options: how it was started.
            feed: where it learns what is on disk.
            start: the screen to begin with.
            first: what the feed has found already: the first paint shows it.
            preview: what draws previews; None starts the engine's process when the first one is wanted.
        """
        self.options = options
        # Textual's own first screen would be styled, laid out and painted before ours, for nobody.
        self.DEFAULT_MODE = start  # type: ignore[misc]
        self._own_filters: list[LineFilter] = []
        super().__init__()
        self._own_filters = own_filters(self.no_color, options.ascii_only)
        self.feed = feed
        self.preview = preview
        self._endings = endings.Endings()
        if first is not None:
            self._endings.heard(first.studies)
            self.set_reactive(AugtuiApp.rows, first.rows)
            self.set_reactive(AugtuiApp.study, first.study)
        begin_in(THEMES[options.theme or "dark"], self)
        self.set_keymap(dict(options.keys))
        self.animation_level = "none"

    def get_line_filters(self) -> Sequence[LineFilter]:
        # Not Textual's: no style here names one of the terminal's sixteen colours, for which it searches every line.
        return self._own_filters

    def on_mount(self) -> None:
        self.update_classes({"-mono": self.no_color, "-ascii": self.options.ascii_only})

    def on_ready(self) -> None:
        """After the first paint, which nothing shall delay."""
        self.follow(self.feed)
        self.load_screens(self.feed)
        garbage.begin_again()

    def on_unmount(self) -> None:
        self.feed.close()
        if self.preview is not None:
            self.preview.close()

    @work(thread=True, group="loading", description="the other screens")
    def load_screens(self, feed: Feed) -> None:
        """So that the first key to one does not wait for its modules."""
        screens.load(feed.listed)

    # --- the feed ---

    @work(thread=True, exclusive=True, group="feed", description="what is on disk")
    def follow(self, feed: Feed) -> None:
        """Pass on what the feed finds, until it is closed."""
        while (update := feed.next()) is not None:
            self.post_message(FeedUpdated(update))

    @on(FeedUpdated)
    def _take_update(self, message: FeedUpdated) -> None:
        update = message.update
        with self.batch_update():
            if update.rows is not None:
                self.rows = update.rows
            if update.study is not None and update.study.folder == self.feed.interest.folder:
                self.study = update.study
        for text, severity in self._endings.heard(update.studies):
            self._announce(text, severity)

    @on(InterestChanged)
    def _change_interest(self, message: InterestChanged) -> None:
        self.feed.watch(message.interest)

    def _announce(self, text: str, severity: Literal["information", "error"]) -> None:
        """A line on the screen; a bell and a notification of the terminal, unless the config file says no."""
        self.notify(text, severity=severity, markup=False)
        if self.options.bell:
            self.bell()
            if self._driver is not None and not self.is_headless:
                self._driver.write(terminal.notification(text, os.environ))

    # --- what screens ask for ---

    @on(ScreenWanted)
    def _show_screen(self, message: ScreenWanted) -> None:
        self.action_show(message.name)

    @on(StudyOpened)
    def _open_study(self, message: StudyOpened) -> None:
        if message.folder != self.feed.interest.folder:
            self.study = None
            self.feed.watch(Interest(message.folder))
        if message.screen:
            self.action_show(message.screen)

    @on(TaskWanted)
    def _start_task(self, message: TaskWanted) -> None:
        if message.task.changes and self.options.readonly:
            self.notify(f"{message.task.title}: the app is read-only", severity="warning", markup=False)
            return
        self.perform(message.task, message.asked_by)

    @work(thread=True, group="tasks", description="a task")
    def perform(self, task: Task, asked_by: MessagePump) -> None:
        """Carry a task out and tell who asked for it."""
        asked_by.post_message(TaskDone(task, carry_out(task)))

    @on(TaskDone)
    def _tell_failure(self, message: TaskDone) -> None:
        if message.outcome.failed:
            # In one text: a toast is as high as its text, and a title that is folded would take a line of it.
            lines = (plain(message.task.title), message.outcome.error, message.outcome.hint)
            self.notify("\n".join(filter(None, lines)), severity="error", markup=False, timeout=12)
        self.feed.look_again()

    # --- actions ---

    def action_show(self, name: str) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(name)

    def action_help(self) -> None:
        from augtui.tui.dialogs.help import HelpScreen, help_rows

        self.push_screen(HelpScreen(help_rows(self.screen)))

    def action_command_palette(self) -> None:
        from augtui.tui.dialogs.palette import open_palette

        open_palette(self)

    def action_toggle_light(self) -> None:
        self.theme = THEMES["light" if self.current_theme.dark else "dark"].name

    def action_copy_or_quit(self) -> None:
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        else:
            self.exit(endings.farewell(self.rows or ()))

    async def action_quit(self) -> None:
        self.exit(endings.farewell(self.rows or ()))
