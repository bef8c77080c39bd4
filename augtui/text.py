"""Text that comes from disk or from other programs is shown as text: never markup, never an escape sequence."""

import re

_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: terminals act on them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the direction of the text that follows
    "\u2028\u2029\ud800-\udfff]"  # line breaks of Unicode, and bytes of a name that is not UTF-8
)


def plain(text: str) -> str:
    """One line that a terminal only displays.

    Tabs and line breaks become spaces; every other control character becomes its visible escape, such as `\\x1b`.
    """
    # Nothing of `_UNSAFE` is printable: most texts need no look at their characters one by one.
    return text if text.isprintable() else re.sub(_UNSAFE, _visible, text)


def plain_lines(text: str) -> str:
    """As `plain`, but line breaks stay."""
    return "\n".join(plain(line) for line in text.splitlines())


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\t\n\r\v\f\u2028\u2029":
        return " "
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
