"""What is told to the terminal itself, beside the screen."""

from __future__ import annotations

from collections.abc import Mapping


def notification(text: str, environment: Mapping[str, str]) -> str:
    """The OSC 9 sequence by which a terminal shows a notification; wrapped where tmux or screen lets it through.

    tmux does so only where its option allow-passthrough is on. `text` holds no control characters.
    """
    sequence = f"\x1b]9;{text}\x07"
    if environment.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
