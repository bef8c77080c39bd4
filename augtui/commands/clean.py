"""`augtui clean`: how much disk studies and the cache take, and giving it back."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from augtui import study
from augtui.commands.terminal import emit, listing, narration
from augtui.commands.wording import size
from augtui.errors import AugtuiError, ExitCode
from augtui.locks import is_locked
from augtui.paths import StudyPaths, cache_root, studies
from augtui.runlog.glance import read_study
from augtui.runlog.liveness import study_status
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be removed."""

    label: str
    path: Path
    bytes: int


def clean(
    *, text: str | None, runs_dir: Path, cache: bool, fits: bool, cache_dir: Path | None, dry_run: bool, yes: bool
) -> int:
    """Remove a study, the cache, or both; without either only tell what takes how much.

    Args:
        text: names the study; None for no study.
        runs_dir: where studies live.
        cache: remove what is cached between studies.
        fits: remove what interrupted fits of `augtui generate` left in the cache.
        cache_dir: the cache; None for the usual one.
        dry_run: only tell.
        yes: don't ask.

    Raises:
        AugtuiError: the study is at work, or nobody is there to answer the question.
    """
    root = cache_root(cache_dir)
    unfinished = Item("interrupted fits, in the cache", root / "fits", folder_bytes(root / "fits"))
    if text is None and not cache and not fits:
        everything = [_study_item(paths) for paths in studies(runs_dir)]
        _table([*everything, Item("cache", root, folder_bytes(root)), *([unfinished] if unfinished.bytes else [])])
        narration().print("nothing removed; name a study, or give --cache or --fits", style="dim")
        return ExitCode.DONE
    busy = [paths.name for paths in studies(runs_dir) if _at_work(paths)]
    items = []
    if text is not None:
        whole = StudyPaths(runs_dir / text)  # by its whole name a broken study can be removed too
        chosen = whole if whole.study.is_file() else study.find(runs_dir, text)
        if _at_work(chosen):
            raise AugtuiError(f"{chosen.name} is at work", f"stop it first: augtui stop {chosen.name}")
        items.append(_study_item(chosen))
    if cache:
        if busy:
            raise AugtuiError(f"{busy[0]} is at work and reads the cache", f"stop it first: augtui stop {busy[0]}")
        items.append(Item("cache", root, folder_bytes(root)))
    elif fits:
        for lock in (root / "fits").rglob("lock"):
            if is_locked(lock):
                raise AugtuiError("`augtui generate` is fitting a generator just now", "wait for it, or stop it")
        items.append(unfinished)
    _table(items)
    if dry_run:
        narration().print("nothing removed (--dry-run)", style="dim")
        return ExitCode.DONE
    if not yes and not _confirmed(items):
        narration().print("nothing removed")
        return ExitCode.DONE
    for item in items:
        remove(item.path)
    narration().print(f"removed {size(sum(item.bytes for item in items))}")
    return ExitCode.DONE


def folder_bytes(folder: Path) -> int:
    """Bytes that a folder's files take on the disk; links are not followed, a file with two names counts once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for path in _walk(folder):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            total += status.st_blocks * 512
    return total


def remove(folder: Path) -> None:
    """Remove a folder, not what its links point to.

    It is renamed first, so that nobody finds half a study; what a break leaves behind is named so.

    Raises:
        AugtuiError: it may not be removed.
    """
    if not folder.exists():
        return
    doomed = folder.with_name(f".removed-{folder.name}-{os.getpid()}")
    try:
        folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise AugtuiError(
            f"cannot remove {error.filename or folder}: {error.strerror}", exit_code=ExitCode.RUN_FAILED
        ) from error


def _walk(folder: Path) -> Iterable[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names)


def _study_item(paths: StudyPaths) -> Item:
    return Item(paths.name, paths.folder, folder_bytes(paths.folder))


def _at_work(paths: StudyPaths) -> bool:
    if study.supervised(paths):
        return True
    try:
        return study_status(read_study(paths.events), time.time()) == "running"
    except AugtuiError:
        return False  # the log of a later augtui, whose supervisor would hold the lock on this host


def _confirmed(items: list[Item]) -> bool:
    if not sys.stdin.isatty():
        raise AugtuiError("nobody is there to answer the question", "give --yes, or --dry-run to look only")
    names = " and ".join(plain(item.label) for item in items)
    answer = narration().input(f"Remove {names} ({size(sum(item.bytes for item in items))})? [y/N] ")
    return answer.strip().lower() in ("y", "yes")


def _table(items: list[Item]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", style="dim")
    for item in items:
        table.add_row(size(item.bytes), Text(plain(item.label)), Text(plain(str(item.path))))
    emit(listing(), table)
