"""From options to a running app."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from augtui.tui.config import Config, config_path, read_config
from augtui.tui.feed.feed import Feed
from augtui.tui.feed.snapshot import Interest, StudyRow, Update
from augtui.tui.options import Options
from augtui.tui.themes import preferred


def run_app(options: Options) -> None:
    """Open the app and stay until it is closed. Studies go on after that."""
    options = merged(options, read_config(config_path(os.environ)), os.environ)
    # An app without its terminal is nothing: even one that was begun with SIGHUP ignored has to end with it.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    feed = Feed(options.runs_dir)
    first, screen = begin(feed, options)
    from augtui.tui.app import AugtuiApp

    farewell = AugtuiApp(options, feed, screen, first).run(mouse=options.mouse)
    if farewell:
        sys.stderr.write(farewell + "\n")


def merged(options: Options, config: Config, environment: Mapping[str, str]) -> Options:
    """What was asked for on the command line; where nothing was, the config file; then what the terminal says."""
    return replace(
        options,
        theme=options.theme or config.theme or preferred(environment),
        ascii_only=options.ascii_only or bool(config.ascii_only),
        mouse=options.mouse and config.mouse is not False,
        bell=options.bell and config.bell is not False,
        keys={**config.keys, **options.keys},
    )


def begin(feed: Feed, options: Options) -> tuple[Update, str]:
    """What the first paint shows, and on which screen: what was asked for, or is running, or can be chosen from."""
    rows = feed.first_rows()
    opened = options.study or _telling(rows)
    if options.plan is not None or not rows:
        screen = "design"
    elif options.study is not None or any(row.status == "running" for row in rows):
        screen = "study"
    else:
        screen = "runs"
    if opened is not None:
        feed.watch(Interest(opened))
    # The list does not wait for the study whose name stands above it.
    return Update(rows, feed.first_study() if screen == "study" else None), screen


def _telling(rows: tuple[StudyRow, ...]) -> Path | None:
    """The study that is open before anybody chose: the one that is running, or the newest."""
    first = next((row for row in rows if row.status == "running"), rows[0] if rows else None)
    return first.folder if first is not None else None
