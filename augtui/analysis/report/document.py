"""What a report consists of. All text is plain: each writer escapes it for its format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `lead` comes first, in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are headings; the columns in `left` hold words, the others numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure: files `name`.svg, .png and .pdf in the report's folder for drawings, .png alone for photographs."""

    name: str
    caption: str
    drawing: bool = True


@dataclass(frozen=True, slots=True)
class Code:
    """Text to copy as it is."""

    text: str


Block = Paragraph | Bullets | Table | Picture | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document with a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> list[Picture]:
        """All of them, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Picture)]


WORDS = frozenset(range(10))
"""For `Table.left`: every column holds words."""


def cells(*texts: str) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(text) for text in texts)
