"""The panel of originals and what a policy makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from augtui.plan.spec import ArmSpec, PolicySpec
from augtui.text import plain
from augtui.tui.bindings import Hint, hint_line
from augtui.tui.preview import PreviewRequest
from augtui.tui.widgets.mosaic import Mosaic, Tile
from augtui.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from augtui.tui.screens.design.tasks import Pictures

ONE_ROW = 16
"""Rows of cells below which originals and versions stand in one row."""


class PreviewPanel(Panel):
    """Asks for pictures of the size that it has room for, and shows them."""

    @dataclass
    class Wanted(Message):
        """Other pictures are needed."""

    def __init__(self, again: Hint) -> None:
        super().__init__(8, "Preview", Mosaic(id="mosaic"), id="preview-panel", hint=hint_line(again))

    @property
    def mosaic(self) -> Mosaic:
        return self.query_one(Mosaic)

    def request(
        self, dataset: Path, policy: PolicySpec | None, stored: int, seed: int, online: bool, cache_dir: Path
    ) -> tuple[PreviewRequest, tuple[int, int]]:
        """What to draw here, and how large."""
        mosaic = self.mosaic
        tall = mosaic.size.height >= ONE_ROW
        mosaic.aim_for(rows=2 if tall else 1, columns=4, captions=1)
        across = mosaic.per_row
        count, versions = (across, 1) if tall or policy is None else (1, max(1, across - 1))
        return PreviewRequest(dataset, policy, stored, count, versions, seed, online, cache_dir), mosaic.picture_size

    def wait(self, why: str) -> None:
        """Say why there are no pictures."""
        self.heading = "Preview"
        self.mosaic.say(plain(why))

    def drawing(self, policy: PolicySpec | None) -> None:
        """Say that pictures are on their way; those of before stay until they come."""
        self.heading = f"Preview · {_title(policy)} …"
        if not self.mosaic.pictured:
            self.mosaic.say("Drawing pictures; the first ones take a few seconds …")

    def put(self, pictures: Pictures, policy: PolicySpec | None) -> None:
        """Show pictures."""
        self.heading = f"Preview · {_title(policy)}"
        versions = [
            [Tile(image, ((plain(text), "$muted"),)) for image, text in zip(row, captions, strict=False)]
            for row, captions in zip(pictures.versions, pictures.captions, strict=False)
        ]
        originals = [Tile(image, (("original", "$baseline"),)) for image in pictures.originals]
        if len(originals) == 1 or not versions:
            self.mosaic.put([[*originals, *(versions[0] if versions else [])]])
        else:
            self.mosaic.put([originals, *([row[index] for row in versions] for index in range(len(versions[0])))])

    @on(Mosaic.Resized)
    def _resized(self, message: Mosaic.Resized) -> None:
        message.stop()
        self.post_message(self.Wanted())


def _title(policy: PolicySpec | None) -> str:
    return plain(policy.name) if policy is not None else "originals"


def previewed(arm: ArmSpec | None, part: int = -1) -> tuple[PolicySpec | None, bool, str]:
    """The policy that is shown of an arm, whether it draws online, and else why there is none.

    Args:
        arm: of the plan.
        part: the number of one of its parts (additions first, then what replaces, then online); -1 takes the
            first that a policy makes, online ones before the others.
    """
    if arm is None:
        return None, False, ""
    parts: list[tuple[PolicySpec | None, bool]] = [(addition.policy, False) for addition in arm.add]
    parts += [(arm.replace.policy, False)] if arm.replace is not None else []
    parts += [(arm.online, True)] if arm.online is not None else []
    if not 0 <= part < len(parts):
        usual = sorted(range(len(parts)), key=lambda number: (parts[number][0] is None, not parts[number][1]))
        part = usual[0] if usual else -1
    if part < 0:
        return None, False, ""
    policy, online = parts[part]
    return policy, online, "" if policy is not None else "A generator's images come with the synthesize step."
