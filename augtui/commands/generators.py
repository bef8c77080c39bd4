"""What `augtui show` prints about a study's generators: their marks beside real images, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from augtui.commands.halfblocks import picture
from augtui.commands.terminal import emit, output, ramp
from augtui.paths import StudyPaths
from augtui.plan.kept import kept_plan
from augtui.runlog.generators import GeneratorRecord, generator_records
from augtui.runlog.quality import GeneratorQuality, Marks, newest_sheets
from augtui.text import plain

_LEGEND = (
    "kid (best 0, ± standard error), density (1), coverage: against validation images; real: the same for training "
    "images. agree: taken for its class. copies: as close to a training image as duplicates; a pass is no guarantee "
    "of privacy."
)


def show_generators(paths: StudyPaths, samples: bool) -> None:
    """Print the table of a study's fitted generators, if it has any, and with `samples` their newest sheets.

    Raises:
        AugtuiError: a quality.json cannot be read.
    """
    records = generator_records(paths, kept_plan(paths.plan))
    if not records:
        return
    console = output()
    fitted = [(record, record.quality) for record in records if record.quality is not None]
    if fitted:
        emit(console, "")
        emit(console, generator_table(fitted))
        emit(console, Text(_LEGEND, style="dim"))
        for line in _refusals(fitted):
            emit(console, line)
    if samples:
        for record in records:
            for name, sheet in newest_sheets(paths.run(record.cell.folder)).items():
                emit(console, "")
                emit(console, Text(plain(f"{record.cell.folder}  {name}  {sheet.name}"), style="bold"))
                for line in picture(sheet, console.width, 40, ramp(console)):
                    emit(console, line)


def generator_table(fitted: list[tuple[GeneratorRecord, GeneratorQuality]]) -> Table:
    """Two lines for each class of each fitted generator: its images, and real ones."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("generator", no_wrap=True)
    table.add_column("seed", justify="right", no_wrap=True)
    table.add_column("class", overflow="fold")
    for heading in ("px", "kid", "density", "coverage", "agree", "copies"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("gate", no_wrap=True)
    words = {True: Text("passed"), False: Text("failed", "yellow"), None: Text("unjudged", "dim")}
    for record, quality in fitted:
        for number, item in enumerate(quality.classes):
            who = (plain(record.cell.name), str(record.cell.seed)) if number == 0 else ("", "")
            copies, gate = f"{item.copied:.1%}", words[quality.passed] if number == 0 else Text()
            table.add_row(*who, plain(item.name), str(quality.image_size), *_cells(item.marks), copies, gate)
            table.add_row("", "", Text("real", "dim"), "", *(Text(cell, "dim") for cell in _cells(item.ceiling)))
    return table


def _cells(marks: Marks) -> tuple[str, str, str, str]:
    return (
        _kid(marks),
        _number(marks.density, 2),
        _number(marks.coverage, 2),
        _number(marks.agreement, 2),
    )


def _kid(marks: Marks) -> str:
    return _number(marks.kid, 3) + ("" if marks.kid_error is None else f" ±{marks.kid_error:.3f}")


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _refusals(fitted: list[tuple[GeneratorRecord, GeneratorQuality]]) -> Iterator[Text]:
    for record, quality in fitted:
        if not quality.passed:
            style = "yellow" if quality.passed is False else "dim"
            yield Text(plain(f"{record.cell.name}, seed {record.cell.seed}: {quality.verdict()}"), style=style)
