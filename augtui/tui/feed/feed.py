"""The one place where the app learns what is on disk. Runs in a thread; gives frozen values."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from augtui.paths import StudyPaths
from augtui.tui.feed.snapshot import DeviceLoad, Interest, StudyRow, StudySnapshot, Update

if TYPE_CHECKING:
    from augtui.tui.feed.device import Sampler
    from augtui.tui.feed.index import StudyIndex
    from augtui.tui.feed.study import StudyFollower

POLL_SECONDS = 0.2
"""Between two looks at the study that is open."""
POST_SECONDS = 0.5
"""Between two snapshots of it, at least."""
READING_SECONDS = 1.2
"""The same while old logs are still being read: each snapshot draws all curves again."""
INDEX_SECONDS = 2.0
"""Between two looks at all studies."""
READ_SECONDS = 0.08
"""Spent at most on logs of runs that are not running, in one round: the rest follows in the next."""
FIRST_READ_SECONDS = 0.03
"""The same before the first paint, on what stands beside the runs at work."""
FIRST_ROWS_SECONDS = 0.03
"""Spent on the first list: as many of the newest studies as are read by then."""
SLICE_SECONDS = 0.2
"""Spent on the list of studies before the open study is looked at again."""
LIST_FIRST_SECONDS = 1.0
"""For at most so long a study that is not on the screen waits until all studies are in the list that is."""


class Feed(msgspec.Struct):
    """Folds what grows under a folder of studies.

    `next` is called in one thread; `watch` and `close` may be called from any.
    """

    runs_dir: Path
    clock: Callable[[], float] = time.time
    closed: bool = False
    listed: threading.Event = msgspec.field(default_factory=threading.Event)
    """Set once all studies have been looked at, and when the feed is closed before."""
    _interest: Interest = msgspec.field(default_factory=Interest)
    _wake: threading.Event = msgspec.field(default_factory=threading.Event)
    _index: StudyIndex | None = None
    _sampler: Sampler | None = None
    _index_due: float = 0.0
    _index_begun: bool = False
    _rows: tuple[StudyRow, ...] | None = None
    _study: StudyFollower | None = None
    _dirty: bool = False
    _post_due: float = 0.0
    _loads: tuple[DeviceLoad, ...] = ()

    def _begin(self) -> tuple[StudyIndex, Sampler]:
        """The parts that read. Imported here, in the feed's thread: the first paint does not wait for them."""
        if self._index is None or self._sampler is None:
            from augtui.tui.feed.device import Sampler
            from augtui.tui.feed.index import StudyIndex

            self._index, self._sampler = StudyIndex(self.runs_dir, self.clock), Sampler()
        return self._index, self._sampler

    @property
    def interest(self) -> Interest:
        """What is on the screen."""
        return self._interest

    def watch(self, interest: Interest) -> None:
        """Say what is on the screen; it comes with the next update, at once."""
        if interest != self._interest:
            self._interest = interest
            self._wake.set()

    def look_again(self) -> None:
        """Look at the list of studies now, not when it is due."""
        self._index_due = 0.0
        self._wake.set()

    def close(self) -> None:
        """End `next`, from any thread."""
        self.closed = True
        self.listed.set()
        self._wake.set()

    def first_rows(self) -> tuple[StudyRow, ...]:
        """The newest studies, before `next` is called for the first time: what can be read in an instant."""
        return self._refresh_rows(self._begin()[0]) or ()

    def first_study(self) -> StudySnapshot | None:
        """The study that is watched, likewise."""
        return self._refresh_study(self._interest, self._begin()[1], FIRST_READ_SECONDS, shown_only=True)

    def next(self) -> Update | None:
        """Wait until there is something new and give it; None once closed."""
        index, sampler = self._begin()
        patient = time.monotonic() + LIST_FIRST_SECONDS
        while not self.closed:
            interest = self._interest
            waits = self._study is None and not self.listed.is_set() and time.monotonic() < patient
            study = None if waits else self._refresh_study(interest, sampler)
            rows = self._refresh_rows(index)
            if study is not None or rows is not None:
                return Update(rows, study)
            if time.monotonic() < self._index_due and not self._backlog():
                # News that were held back come when they are due, not at the look after that.
                due = max(0.0, self._post_due - time.monotonic()) if self._dirty else POLL_SECONDS
                self._wake.wait(min(due, POLL_SECONDS))
                self._wake.clear()
        sampler.close()
        return None

    def _backlog(self) -> bool:
        return self._study is not None and not self._study.complete

    def _refresh_study(
        self, interest: Interest, sampler: Sampler, seconds: float = READ_SECONDS, shown_only: bool = False
    ) -> StudySnapshot | None:
        if interest.folder is None:
            self._study = None
            return None
        if self._study is None or self._study.paths.folder != interest.folder:
            from augtui.tui.feed.study import StudyFollower

            self._study, self._post_due, self._loads = StudyFollower(StudyPaths(interest.folder), self.clock), 0.0, ()
            self._dirty = True
        follower = self._study
        self._dirty |= follower.refresh(interest, seconds, shown_only)
        now = time.monotonic()
        if follower.live and follower.here:
            loads = sampler.sample(follower.state.slots)
            self._dirty |= loads != self._loads
            self._loads = loads
        if not self._dirty or now < self._post_due:
            return None
        self._dirty, self._post_due = False, now + (POST_SECONDS if follower.complete else READING_SECONDS)
        return follower.snapshot(self._loads if follower.live else ())

    def _refresh_rows(self, index: StudyIndex) -> tuple[StudyRow, ...] | None:
        now = time.monotonic()
        if now < self._index_due:
            return None
        first, self._index_begun = not self._index_begun, True
        if index.refresh(FIRST_ROWS_SECONDS if first else SLICE_SECONDS):
            self._index_due = now + INDEX_SECONDS
            self.listed.set()
        elif not first:
            return None  # the newest are on the screen; the others come together
        rows = index.rows()
        if rows == self._rows:
            return None
        self._rows = rows
        return rows
