"""A report's files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from augtui.analysis.report.content import build
from augtui.analysis.report.data import csv_tables, report_json
from augtui.analysis.report.document import Document
from augtui.analysis.report.figures import draw_figures
from augtui.analysis.report.html import write_html
from augtui.analysis.report.latex import write_latex
from augtui.analysis.report.markdown import write_markdown
from augtui.analysis.report.source import Source
from augtui.jobs import Progress
from augtui.paths import write_atomic

FORMATS = ("md", "html", "latex", "csv", "json")
TEXTS = frozenset({"md", "html", "latex"})
FIGURES = frozenset({"svg", "png"})
"""Forms of each drawing, whatever the report's; LaTeX needs PDF beside them."""


def write_report(
    source: Source, formats: Sequence[str], folder: Path, samples: dict[str, str], progress: Progress
) -> list[Path]:
    """Write the asked formats into a folder; gives the main file of each format, tables in their own.

    Args:
        source: the study.
        formats: of `FORMATS`.
        folder: made where it is missing; figures go into its figures/, tables into its tables/.
        samples: caption of each picture figures/NAME.png that is there already, by NAME.
        progress: told after each part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    drawn: dict[str, dict[str, bytes]] = {}
    if TEXTS & set(formats):
        progress(0, len(formats), "figures")
        drawn = draw_figures(source.summary, FIGURES | ({"pdf"} if "latex" in formats else set()))
        _write_figures(folder, drawn)
        document = build(source, samples, drawn)
    for done, form in enumerate(formats):
        progress(done, len(formats), form)
        if form in TEXTS:
            written.append(_write_text(document, form, folder, samples, drawn))
        elif form == "csv":
            written += _write_tables(source, folder)
        else:
            written.append(_write(folder / "report.json", report_json(source)))
    progress(len(formats), len(formats), "")
    return written


def _write_text(
    document: Document, form: str, folder: Path, samples: dict[str, str], drawn: dict[str, dict[str, bytes]]
) -> Path:
    if form == "md":
        return _write(folder / "report.md", write_markdown(document))
    if form == "latex":
        return _write(folder / "report.tex", write_latex(document))
    pictures = {name: forms["svg"] for name, forms in drawn.items()}
    pictures |= {name: (folder / "figures" / f"{name}.png").read_bytes() for name in samples}
    return _write(folder / "report.html", write_html(document, pictures))


def _write_figures(folder: Path, drawn: dict[str, dict[str, bytes]]) -> None:
    (folder / "figures").mkdir(exist_ok=True)
    for name, forms in drawn.items():
        for form, content in forms.items():
            write_atomic(folder / "figures" / f"{name}.{form}", content)


def _write_tables(source: Source, folder: Path) -> list[Path]:
    tables = csv_tables(source.data, source.summary)
    (folder / "tables").mkdir(exist_ok=True)
    return [_write(folder / "tables" / f"{name}.csv", text) for name, text in tables.items()]


def _write(path: Path, text: str) -> Path:
    write_atomic(path, text)
    return path
