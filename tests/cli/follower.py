"""Follows a study as a command does, in a process of its own that tests can send signals to.

`python -m tests.cli.follower FOLDER own|attach`: the last line of FOLDER/../outcome is what `follow` gave.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from augtui import study
from augtui.commands.feed import StudyFeed
from augtui.commands.follow import follow, narrator
from augtui.commands.interrupts import Interrupts
from augtui.paths import StudyPaths


def main(folder: str, manner: str) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under `nohup pytest` it is ignored, as a person's own nohup is
    paths = StudyPaths(Path(folder))
    feed = StudyFeed(paths)
    feed.refresh()
    outcome = paths.folder.parent / "outcome"
    with Interrupts() as interrupts:
        (paths.folder.parent / "ready").touch()
        request = (lambda wish: study.request(paths, wish)) if manner == "own" else None
        tell = narrator(feed, quiet=False, hint="the hint")
        outcome.write_text(follow(feed, tell, interrupts, request=request))


if __name__ == "__main__":
    main(*sys.argv[1:])
