"""The keys of the results screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("s", "sort", "sort", id="results.sort", tooltip="Sort by the next column"),
    Binding("x", "reverse", "reverse", show=False, id="results.reverse", tooltip="Turn the order round"),
    Binding("b", "baseline", "baseline", id="results.baseline", tooltip="Compare with this arm; again: the plan's"),
    Binding("space", "mark", "mark", id="results.mark", tooltip="Mark rows for copy and export"),
    Binding("c", "copy('md')", "copy", id="results.copy", tooltip="Copy the table as Markdown"),
    Binding("C", "copy('tsv')", "", show=False, id="results.copy_tsv", tooltip="Copy all numbers as TSV"),
    Binding("e", "export", "export", id="results.export", tooltip="Write the table to a file"),
    Binding("slash", "filter", "filter", id="results.filter", key_display="/", tooltip="Filter the arms"),
    Binding("w", "warnings", "notes", show=False, id="results.warnings", tooltip="What to know of these numbers"),
    Binding("u", "update", "update", show=False, id="results.update", tooltip="Make the tables anew"),
]
