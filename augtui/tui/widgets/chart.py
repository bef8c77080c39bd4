"""Curves in braille: one scale for all of them, log y, smoothing, zoom, and a cursor with a readout."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.strip import Strip

from augtui.tui.plot.braille import Cell, Field
from augtui.tui.plot.crowd import Dense, dense
from augtui.tui.plot.scale import Scale, fit_scale, log_ticks, tick_label, ticks, whole_ticks
from augtui.tui.plot.series import Band, Column, Series, reduce, smooth
from augtui.tui.text import Row, fit, number, row_width
from augtui.tui.widgets.lines import LinesView

SMOOTHING = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95)
CROWD = 40
"""Series from which on a chart is a crowd."""
CLEAR_RANK = 2
"""Series from this rank on are never mixed with what lies under them."""
AXIS = 7
"""Cells of the vertical axis with its numbers."""


_Drawn = tuple[tuple[Series, ...], tuple[Band, ...], float]
"""Series, bands and the last epoch that is expected."""


class _Reduced(msgspec.Struct, frozen=True, eq=False):
    """A series as columns of dots, in one view of it."""

    y: Sequence[float]
    points: list[Column] | Dense
    bounds: tuple[float, ...]


class Chart(LinesView, can_focus=True):
    """Series and bands over epochs. What was drawn is compared cell by cell with what is new."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "cursor(-1)", "cursor", show=False, id="chart.left", tooltip="Cursor to the left"),
        Binding("right,l", "cursor(1)", "cursor", show=False, id="chart.right", tooltip="Cursor to the right"),
        Binding("shift+left,H", "cursor(-10)", "", show=False, id="chart.far_left", tooltip="Ten epochs to the left"),
        Binding(
            "shift+right,L", "cursor(10)", "", show=False, id="chart.far_right", tooltip="Ten epochs to the right"
        ),
        Binding("home,g", "edge(0)", "", show=False, id="chart.first", tooltip="First epoch"),
        Binding("end,G", "edge(1)", "", show=False, id="chart.last", tooltip="Last epoch"),
        Binding("i", "zoom_x(0.5)", "in", id="chart.in", tooltip="Zoom in at the cursor"),
        Binding("o", "zoom_x(2)", "out", id="chart.out", tooltip="Zoom out"),
        Binding("0", "reset", "all", id="chart.all", tooltip="All epochs, no cursor"),
    ]
    DEFAULT_CSS = "Chart { overflow: hidden; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.series: tuple[Series, ...] = ()
        self.bands: tuple[Band, ...] = ()
        self.until = 0.0
        self.log_y = False
        self.smoothing = 0.0
        self.hint: Row = []
        """Under the chart while there is no cursor."""
        self.cursor: float | None = None
        self._window: tuple[float, float] | None = None
        self._reduced: dict[tuple[object, ...], _Reduced] = {}
        """By id of the values, smoothing and view: who smooths or zooms more and less again waits once."""
        self._scale = Scale(0.0, 1.0, 4)
        self._cells: list[list[Cell]] = []
        self._layers: list[str] = []
        """Style of each layer of the field, from below."""
        self._labels: dict[int, str] = {}
        self._axis: Row = []
        self._words = ""
        self._drawn_in = Size(0, 0)

    # --- data down ---

    def put(self, series: Sequence[Series], bands: Sequence[Band] = (), until: float = 0.0) -> None:
        """Replace what is drawn. `until` is the last epoch that is expected, for the horizontal axis."""
        before = (self.series, self.bands, self.until)
        self.series = tuple(sorted(series, key=lambda item: item.rank))
        self.bands, self.until = tuple(bands), until
        if not self._cells or not _same(before, (self.series, self.bands, self.until)):
            self._draw()

    def set_view(self, *, log_y: bool | None = None, smoothing: float | None = None) -> None:
        """Change how the same curves are drawn."""
        if log_y is not None:
            self.log_y = log_y
        if smoothing is not None:
            self.smoothing = smoothing
        self._draw()

    def tell(self, hint: Row) -> None:
        """Say what stands under the chart while there is no cursor."""
        if hint != self.hint:
            self.hint = hint
            self.refresh(Region(0, len(self._cells) + 1, self.size.width, 1))

    def say(self, words: str) -> None:
        """Words in the place of the field: why there is no curve."""
        if words != self._words:
            self._words = words
            self.refresh()

    @property
    def window(self) -> tuple[float, float]:
        """First and last epoch on the screen."""
        if self._window is not None:
            return self._window
        first = min((item.x[0] for item in self.series if len(item.x)), default=0.0)
        last = max((item.x[-1] for item in self.series if len(item.x)), default=1.0)
        last = max(last, self.until)
        return (first, last) if last > first else (first - 0.5, first + 0.5)

    def readout(self) -> Row:
        """The values at the cursor, highest ranks first, as far as they fit."""
        if self.cursor is None:
            return []
        row: Row = [(" " * AXIS + "epoch ", "$muted"), (f"{self.cursor:g}", "bold $foreground")]
        for item in reversed(self.series):
            place = bisect_left(item.x, self.cursor)
            if place < len(item.x) and item.x[place] == self.cursor:
                row += [("   ", ""), (f"{item.name} ", item.style), (number(item.y[place]), "bold $foreground")]
            if row_width(row) > self.size.width:
                break
        return row

    # --- keys and mouse ---

    def action_cursor(self, step: int) -> None:
        low, high = self.window
        if self.cursor is None:
            start = min((item.x[-1] for item in self.series[-1:] if len(item.x)), default=high)
            self._put_cursor(start if step < 0 else low)
            return
        self._put_cursor(min(max(self.cursor + step, math.ceil(low)), math.floor(high)))

    def action_edge(self, which: int) -> None:
        self._put_cursor(float(math.floor(self.window[1]) if which else math.ceil(self.window[0])))

    def action_zoom_x(self, factor: float) -> None:
        low, high = self.window
        self._zoom(factor, self.cursor if self.cursor is not None else (low + high) / 2)

    def _zoom(self, factor: float, middle: float) -> None:
        """Show more or fewer epochs; the one in the middle stays where it is."""
        low, high = self.window
        window, self._window = self._window, None
        least, most = self.window
        width = max(4.0, (high - low) * factor)
        if width >= most - least:
            self._window = None
        else:
            start = min(max(middle - (middle - low) / (high - low) * width, least), most - width)
            self._window = (start, start + width)
        if self._window != window:
            self._draw()

    def action_reset(self) -> None:
        self._window = None
        self._put_cursor(None)
        self._draw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The cursor goes where it is pressed, and is drawn along until the button is let go."""
        place = event.get_content_offset(self)
        if place is not None and place.x >= AXIS and place.y <= len(self._cells):
            self.capture_mouse()
            self._point(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._point(event)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _point(self, event: events.MouseEvent) -> None:
        low, high = self.window
        epoch = round(self._epoch_at(event.x))
        self._put_cursor(float(min(max(epoch, math.ceil(low)), math.floor(high))))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._zoom(0.7, self._epoch_at(max(event.x, AXIS)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._zoom(1.4, self._epoch_at(max(event.x, AXIS)))

    def on_resize(self) -> None:
        if self._drawn_in != self.size:  # who put the series in may have known the size already
            self._draw()

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        plot = self._cells
        if self._words and plot:
            told = fit(self._words, width, "center") if y == self.size.height // 2 else ""
            return self.strip([(told, "$muted")], width)
        if y >= len(plot):
            below = {len(plot): self._axis, len(plot) + 1: self.readout() or self.hint}
            return self.strip(below.get(y, []) if plot else [], width)
        label = self._labels.get(y)
        segments = [
            Segment(fit(label, AXIS - 2, "right") + " " if label else " " * (AXIS - 1), self.ink("$muted")),
            Segment("┤" if label else "│", self.ink("$line")),
        ]
        # A blank cell has no colour of its own: it joins its neighbours, which saves the line half of its bytes.
        text, ink = "", -1
        for char, layer in plot[y]:
            if layer >= 0 and layer != ink:
                if ink >= 0:
                    segments.append(Segment(text, self.ink(self._layers[ink])))
                    text = ""
                ink = layer
            text += char
        segments.append(Segment(text, self.ink(self._layers[ink]) if ink >= 0 else None))
        ground = self.ground
        return Strip([Segment(part.text, ground + part.style if part.style else ground) for part in segments], width)

    def _horizontal_axis(self) -> Row:
        low, high = self.window
        width = max(1, self.size.width - AXIS)
        line, count = ["─"] * width, max(1, width // 12)
        shown = whole_ticks(low, high, count)
        shown += [end for end in (math.ceil(low), math.floor(high)) if low <= end <= high and end not in shown]
        for value in shown:
            place = round((value - low) / (high - low) * (width - 1))
            label = str(value)
            start = min(max(0, place - len(label) // 2), width - len(label))
            if all(char == "─" for char in line[max(0, start - 2) : start + len(label) + 2]):
                line[start : start + len(label)] = label
        column = self._cursor_column()
        if column is not None:
            line[column] = "▲"
        return [(" " * (AXIS - 1) + "╰", "$line"), *_two_tone("".join(line))]

    def _draw(self) -> None:
        """Make the field of dots anew; ask for the cells that differ from those on the screen."""
        width, height, self._drawn_in = self.size.width - AXIS, self.size.height - 2, self.size
        if width < 2 or height < 1:
            self._cells = []
            return
        low, high = self.window
        # A crowd is drawn in every other column of dots: nobody could tell, and it takes half the time.
        crowd = len(self.series) > CROWD
        steps = [2 if crowd and item.rank < CLEAR_RANK else 1 for item in self.series]
        reduced = [
            self._reduce(item, low, high, width * 2 // step, step > 1)
            for item, step in zip(self.series, steps, strict=True)
        ]
        values = [value for found in reduced for value in found.bounds]
        self._scale = fit_scale(values, height * 4, self.log_y)
        # Series of one look share a layer: two hundred runs are as dear to compose as two.
        looks = sorted({(item.rank, item.style) for item in self.series})
        layers = [band.style for band in self.bands] + [style for _, style in looks]
        clear = frozenset(len(self.bands) + index for index, (rank, _) in enumerate(looks) if rank >= CLEAR_RANK)
        field = Field(width, height, len(layers), clear)
        for index, band in enumerate(self.bands):
            for column, top, bottom in _band_rows(band, low, high, width * 2, self._scale):
                field.fill(index, column, top, bottom)
        for item, found, step in zip(self.series, reduced, steps, strict=True):
            layer = len(self.bands) + looks.index((item.rank, item.style))
            if isinstance(found.points, Dense):
                field.crowd(layer, found.points, self._scale, step)
            else:
                field.line(layer, found.points, self._scale, step)
        cells = field.cells()
        labels = self._axis_labels(height)
        old, self._cells = self._cells, cells
        if (
            layers != self._layers
            or labels != self._labels
            or len(old) != len(cells)
            or (old and len(old[0]) != len(cells[0]))
        ):
            self._labels, self._layers, self._axis = labels, layers, self._horizontal_axis()
            self.refresh()
            return
        self._refresh_changed(old, cells)
        axis = self._horizontal_axis()
        if axis != self._axis:
            self._axis = axis
            self.refresh(Region(0, height, self.size.width, 1))

    def _refresh_changed(self, old: list[list[Cell]], new: list[list[Cell]]) -> None:
        """Ask for the rows that differ, up to their last cell that does (Textual draws from a widget's left edge)."""
        regions = []
        for y, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                last = next(x for x in range(len(after) - 1, -1, -1) if before[x] != after[x])
                regions.append(Region(0, y, AXIS + last + 1, 1))
        if regions:
            self.refresh(*regions)

    def _reduce(self, item: Series, low: float, high: float, columns: int, crowd: bool) -> _Reduced:
        key = (id(item.y), self.smoothing, low, high, columns, crowd)
        kept = self._reduced.get(key)
        if kept is not None and kept.y is item.y:
            return kept
        values = smooth(item.y, self.smoothing)
        close = dense(item.x, values, low, high, columns) if crowd else None
        points = close or reduce(item.x, values, low, high, columns)
        if len(self._reduced) > 4 * len(self.series) + 64:
            self._reduced.clear()
        bounds = points.bounds if isinstance(points, Dense) else _bounds(points)
        found = self._reduced[key] = _Reduced(item.y, points, bounds)
        return found

    def _axis_labels(self, height: int) -> dict[int, str]:
        scale = self._scale
        count = max(2, height // 2)
        found = log_ticks(scale.low, scale.high, count) if scale.log else ticks(scale.low, scale.high, count)
        step = 0.0 if scale.log or len(found) < 2 else found[1] - found[0]
        return {int(scale.row(value) + 0.5) // 4: tick_label(value, step) for value in found}

    # --- the cursor ---

    def _put_cursor(self, epoch: float | None) -> None:
        if epoch == self.cursor:
            return
        self.cursor = epoch
        height = len(self._cells)
        self._axis = self._horizontal_axis()
        self.refresh(Region(0, height, self.size.width, 2))

    def _cursor_column(self) -> int | None:
        low, high = self.window
        if self.cursor is None or not low <= self.cursor <= high or not self._cells:
            return None
        return int((self.cursor - low) / (high - low) * (len(self._cells[0]) * 2 - 1) + 0.5) // 2

    def _epoch_at(self, x: int) -> float:
        low, high = self.window
        return low + (x - AXIS) / max(1, self.size.width - AXIS - 1) * (high - low)


def _same(before: _Drawn, now: _Drawn) -> bool:
    """Whether the very same values are to be drawn in the same way."""

    def looks(drawn: _Drawn) -> tuple[object, ...]:
        series = tuple((id(item.x), id(item.y), item.style, item.rank) for item in drawn[0])
        return series, tuple(map(id, drawn[1])), drawn[2]

    return looks(before) == looks(now)


def _bounds(points: list[Column]) -> tuple[float, ...]:
    if not points:
        return ()
    return min(point[3] for point in points), max(point[4] for point in points)


def _band_rows(band: Band, low: float, high: float, columns: int, scale: Scale) -> list[tuple[int, float, float]]:
    """Column, top and bottom row of a band, between its points too."""
    found = []
    place = 0
    for column in range(columns):
        x = low + column / (columns - 1) * (high - low)
        while place < len(band.x) and band.x[place] < x:
            place += 1
        if place >= len(band.x):
            break
        if band.x[place] != x and place == 0:
            continue
        before = max(0, place - 1)
        span = band.x[place] - band.x[before]
        share = (x - band.x[before]) / span if span else 1.0
        top = band.high[before] + (band.high[place] - band.high[before]) * share
        bottom = band.low[before] + (band.low[place] - band.low[before]) * share
        if math.isfinite(top) and math.isfinite(bottom):
            found.append((column, scale.row(top), scale.row(bottom)))
    return found


def _two_tone(text: str) -> Row:
    """The line of the axis in its colour, the numbers and the cursor in it in theirs."""
    row: Row = []
    for char in text:
        style = {"─": "$line", "▲": "bold $accent"}.get(char, "$muted")
        if row and row[-1][1] == style:
            row[-1] = (row[-1][0] + char, style)
        else:
            row.append((char, style))
    return row
