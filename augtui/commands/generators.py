"""What `augtui show` prints about a study's generators: their marks beside real images', and their pictures."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from augtui.commands.halfblocks import picture
from augtui.commands.terminal import emit, glyphs, output
from augtui.paths import StudyPaths
from augtui.plan.reader import read_plan
from augtui.runlog.generators import GeneratorRecord, generator_records
from augtui.runlog.quality import ClassQuality, newest_sheets
from augtui.text import plain


def show_generators(paths: StudyPaths, samples: bool) -> None:
    """Print the table of a study's fitted generators, if it has any, and with `samples` their newest sheets.

    Raises:
        AugtuiError: a quality.json cannot be read.
    """
    records = generator_records(paths, read_plan(paths.plan, ()).plan)
    if not records:
        return
    console = output()
    signs = glyphs(console)
    if any(record.quality is not None for record in records):
        emit(console, "")
        emit(console, generator_table(records))
        emit(
            console,
            Text("kid and coverage: drawn (real images in brackets); agree: taken for its class", style="dim"),
        )
    if samples and signs.half_block:
        for record in records:
            for name, sheet in newest_sheets(paths.run(record.cell.folder)).items():
                emit(console, "")
                emit(console, Text(plain(f"{record.cell.folder}  {name}  {sheet.name}"), style="bold"))
                for line in picture(sheet, console.width, 40):
                    emit(console, line)


def generator_table(records: list[GeneratorRecord]) -> Table:
    """One line for each class of each fitted generator."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for heading in ("generator", "seed", "class"):
        table.add_column(heading, no_wrap=True)
    for heading in ("px", "kid", "coverage", "agree"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("gate")
    for record in records:
        if record.quality is None:
            continue
        quality = record.quality
        style = {True: "", False: "yellow", None: "dim"}[quality.passed]
        for number, item in enumerate(quality.classes):
            first = number == 0
            table.add_row(
                plain(record.cell.name) if first else "",
                str(record.cell.seed) if first else "",
                plain(item.name),
                str(quality.image_size),
                *_marks(item),
                Text(plain(quality.verdict()), style=style) if first else "",
            )
    return table


def _marks(item: ClassQuality) -> tuple[str, str, str]:
    marks, ceiling = item.marks, item.ceiling
    return (
        _beside(marks.kid, ceiling.kid, ".3f"),
        _beside(marks.coverage, ceiling.coverage, ".2f"),
        _beside(marks.agreement, ceiling.agreement, ".2f"),
    )


def _beside(drawn: float | None, real: float | None, digits: str) -> str:
    if drawn is None:
        return "-"
    return f"{drawn:{digits}}" + (f" ({real:{digits}})" if real is not None else "")
