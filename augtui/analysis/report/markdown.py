"""A document as Markdown that GitHub renders."""

from __future__ import annotations

import re

from augtui.analysis.report.document import Block, Bullets, Cell, Code, Document, Paragraph, Picture, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")


def write_markdown(document: Document) -> str:
    """The whole text; pictures are links to files beside it."""
    parts = [f"# {escape(document.title)}", escape(document.subtitle)]
    for section in document.sections:
        parts.append(f"## {escape(section.title)}")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Text that Markdown takes as it is; white space becomes one space."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return _paragraph(block)
        case Bullets(items):
            return "\n".join(f"- {_paragraph(item)}" for item in items)
        case Table():
            return _table(block)
        case Picture(name, caption, drawing):
            return f"![{escape(caption)}](figures/{name}.{'svg' if drawing else 'png'})\n\n*{escape(caption)}*"
        case Code(text):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{fence}\n{text}\n{fence}"


def _paragraph(paragraph: Paragraph) -> str:
    lead = f"**{escape(paragraph.lead)}** " if paragraph.lead else ""
    return lead + escape(paragraph.text)


def _table(table: Table) -> str:
    aligned = ["---" if column in table.left else "---:" for column in range(len(table.head))]
    lines = [_row([escape(name) for name in table.head]), _row(aligned)]
    lines += [_row([_cell(cell) for cell in row]) for row in table.rows]
    return f"**{escape(table.caption)}**\n\n" + "\n".join(lines)


def _row(texts: list[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _cell(cell: Cell) -> str:
    return f"**{escape(cell.text)}**" if cell.bold and cell.text else escape(cell.text)
