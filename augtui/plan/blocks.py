"""A TOML text cut at its table headers, each block with the comments that stand directly above its header."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text."""

    path: tuple[str, ...]
    """The header's key; () for what comes before the first header."""
    text: str

    @property
    def in_arms(self) -> bool:
        return self.path[:1] == ("arms",)


def split(text: str) -> list[Block]:
    """The blocks of a text; joined, they are the text again.

    Args:
        text: valid TOML.
    """
    lines = text.splitlines(keepends=True)
    starts: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    for number, line in enumerate(lines):
        path = _header(line)
        # What looks like a header inside a string or an array of several lines leaves an unfinished block above it.
        if path is not None and _complete("".join(lines[starts[-1][0] : number])):
            starts.append((_with_comments(lines, number), path))
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return [Block(path, "".join(lines[start:end])) for (start, path), end in zip(starts, ends, strict=True)]


def arm_blocks(blocks: list[Block]) -> list[str]:
    """The text of each `[[arms]]` block, with the tables inside it (`[arms.online]`)."""
    arms: list[str] = []
    for block in blocks:
        if block.path == ("arms",):
            arms.append(block.text)
        elif block.in_arms and arms:
            arms[-1] += block.text
    return arms


def join(*parts: str) -> str:
    """Texts one after the other, with an empty line between two of them where there is none."""
    result = ""
    for part in parts:
        if result.strip() and part.strip() and not result.endswith(("\n\n", "\r\n\r\n")):
            result = result.rstrip("\r\n") + "\n\n"
        result += part
    return result


def trailing_comments(text: str) -> str:
    """The comments at a block's end that an empty line parts from it."""
    lines = text.splitlines(keepends=True)
    number = len(lines)
    while number and (not lines[number - 1].strip() or lines[number - 1].lstrip().startswith("#")):
        number -= 1
    rest = lines[number:]
    empty = next((index for index, line in enumerate(rest) if not line.strip()), len(rest))
    comments = "".join(rest[empty:]).strip("\r\n")
    return f"{comments}\n" if comments else ""


def _header(line: str) -> tuple[str, ...] | None:
    if _HEADER.match(line) is None:
        return None
    try:
        table = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    path = []
    while isinstance(table, dict) and table:
        name, inner = next(iter(table.items()))
        path.append(name)
        table = inner[0] if isinstance(inner, list) else inner
    return tuple(path)


def _complete(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _with_comments(lines: list[str], number: int) -> int:
    """The first of the comment lines directly above a line."""
    while number and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number
