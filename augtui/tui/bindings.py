"""The keys that hold on every screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

EVERYWHERE: list[BindingType] = [
    Binding("question_mark,f1", "help", "help", id="app.help", key_display="?", tooltip="The keys that work here"),
    Binding("1", "show('design')", "Design", show=False, id="app.design", tooltip="Design a study"),
    Binding("2", "show('study')", "Study", show=False, id="app.study", tooltip="Watch a study"),
    Binding("3", "show('results')", "Results", show=False, id="app.results", tooltip="Read a study's results"),
    Binding("4", "show('runs')", "Runs", show=False, id="app.runs", tooltip="Browse all studies"),
    Binding(
        "colon,ctrl+p",
        "command_palette",
        "palette",
        show=False,
        id="app.palette",
        key_display="^p",
        tooltip="All commands",
    ),
    Binding("q,ctrl+q", "quit", "quit", show=False, id="app.quit", tooltip="Quit; studies go on"),
    Binding("ctrl+c", "copy_or_quit", "quit", show=False, priority=True, id="app.copy", tooltip="Copy, or quit"),
    Binding("ctrl+z", "suspend_process", "", show=False, id="app.suspend", tooltip="Back to the shell, `fg` returns"),
    Binding("f2", "toggle_light", "", show=False, id="app.theme", tooltip="Light or dark"),
]
