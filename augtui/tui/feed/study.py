"""Following one study: its own log, the logs of its runs, and the few whole files beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from augtui.paths import StudyPaths
from augtui.plan.grid import cells
from augtui.plan.kept import kept_plan
from augtui.plan.spec import Plan
from augtui.runlog.checks import CheckReport, read_check
from augtui.runlog.estimate import seconds_left
from augtui.runlog.fold import RunLine, StudyState
from augtui.runlog.liveness import host_name, study_status
from augtui.runlog.reader import EventReader
from augtui.runlog.summary import Summary, read_summary
from augtui.tui.feed.curves import Curve
from augtui.tui.feed.logs import LogFile
from augtui.tui.feed.runs import RunFollower, view
from augtui.tui.feed.snapshot import DeviceLoad, Interest, LogTail, StepView, StudySnapshot
from augtui.tui.feed.story import Story
from augtui.tui.feed.wholes import Whole


class StudyFollower:
    """Everything about one study, refreshed a few times a second from one thread."""

    def __init__(self, paths: StudyPaths, clock: Callable[[], float] = time.time) -> None:
        self.paths = paths
        self.clock = clock
        self.state = StudyState()
        self._reader = EventReader(paths.events)
        self._followers: dict[str, RunFollower] = {}
        self._grid: dict[str, None] = {}
        """Folders of the plan's runs, in its order."""
        self._unread: dict[str, None] = {}
        """Folders of runs whose logs have not been read to their ends, in the order in which they will be."""
        self._plan: Whole[Plan] = Whole(paths.plan, kept_plan)
        self._summary: Whole[Summary] = Whole(paths.summary, read_summary)
        self._check: Whole[CheckReport] = Whole(paths.check, read_check)
        self._story = Story()
        self._supervisor = LogFile(paths.supervisor_log, "")
        self._log: LogFile | None = None
        """Of the run whose log is shown."""
        self._status = ""

    @property
    def live(self) -> bool:
        """Whether a supervisor is at work."""
        return self._status == "running"

    @property
    def here(self) -> bool:
        """Whether its supervisor runs on this machine."""
        return self.state.host == host_name()

    def refresh(self, interest: Interest, seconds: float = 1.0, shown_only: bool = False) -> bool:
        """Take in what is new; whether anything was.

        Args:
            interest: whose logs come first.
            seconds: for logs of runs that are not running, at most.
            shown_only: of these, read those alone that a person who opens the study sees first.
        """
        changed = [whole.refresh() for whole in (self._plan, self._summary, self._check)]
        if changed[0]:
            self._meet_plan()
        changed += [
            self._read_events(),
            self._read_running(),
            self._read_rest(interest, seconds, shown_only),
            self._read_log(interest),
        ]
        status = study_status(self.state, self.clock())
        changed.append(status != self._status)
        self._status = status
        return any(changed)

    def snapshot(self, loads: tuple[DeviceLoad, ...] = ()) -> StudySnapshot:
        """The study as it is now."""
        now, state = self.clock(), self.state
        runs = {line.run: view(line, self._followers.get(line.run), now) for line in self._lines()}
        problem = self._reader.newer_version or self._plan.problem or self._summary.problem
        running = {
            name: follower.state
            for name, follower in self._followers.items()
            if name in runs and runs[name].status == "running"
        }
        return StudySnapshot(
            folder=self.paths.folder,
            plan=self._plan.value,
            status=self._status,
            message=problem or state.message,
            host=state.host,
            here=self.here,
            started=state.started,
            ended=state.ended,
            last=state.last,
            done=state.done,
            failed=state.failed,
            total=state.total or sum(name.startswith("arms/") for name in runs),
            left=seconds_left(state, running, now) if self.live else None,
            steps=tuple(
                StepView(
                    step.name,
                    # A step that was left is not at work; the log of a supervisor that was killed says no more.
                    "stopped" if step.state == "running" and self._status != "running" else step.state,
                    step.done,
                    step.total,
                    step.found,
                    step.message,
                    step.ended - step.started if step.ended and step.started else None,
                )
                for step in state.steps.values()
            ),
            runs=MappingProxyType(runs),
            curves=self._curves(),
            loads=loads,
            log=self._log.tail if self._log is not None else LogTail("", self._story.lines),
            summary=self._summary.value,
            check=self._check.value,
        )

    def _lines(self) -> list[RunLine]:
        """Every run of the grid, and whatever else the log names."""
        known = self.state.runs
        others = (name for name in known if name not in self._grid)
        return [known.get(name) or RunLine(name) for name in (*self._grid, *others)]

    def _curves(self) -> Mapping[str, Curve]:
        return MappingProxyType({name: item.curve for name, item in self._followers.items() if item.state.epoch})

    def _meet_plan(self) -> None:
        plan = self._plan.value
        self._story.primary = plan.primary if plan is not None else ""
        self._grid = {cell.folder: None for cell in cells(plan)} if plan is not None else {}
        self._unread |= {folder: None for folder in self._grid if folder not in self._followers}

    def _read_events(self) -> bool:
        events = self._reader.read()
        for event in events:
            self.state.apply(event)
            self._story.tell(event)
            run = getattr(event, "run", "")
            if run:
                self._unread[run] = None
        return bool(events)

    def _follower(self, run: str) -> RunFollower:
        if run not in self._followers:
            self._followers[run] = RunFollower(EventReader(self.paths.run(run).events))
        return self._followers[run]

    def _read_running(self) -> bool:
        running = [name for name, line in self.state.runs.items() if line.status == "running"]
        changed = [self._follower(name).refresh() for name in running]
        return any(changed)

    def _read_rest(self, interest: Interest, seconds: float, shown_only: bool) -> bool:
        """Logs that may hold something new, those of interest first, for a limited time."""
        until = time.monotonic() + seconds
        shown = self._arms_shown_first()
        ranks = {
            name: 0 if name in interest.first else 1 if name.split("/")[1:2] in shown else 2 for name in self._unread
        }
        changed = False
        for name in sorted(ranks, key=ranks.__getitem__):
            if time.monotonic() > until or (shown_only and ranks[name] > 1):
                break
            changed |= self._follower(name).refresh()
            del self._unread[name]
        return changed

    def _arms_shown_first(self) -> list[list[str]]:
        """The baseline, and the arm of the run that a person who opens the study sees first."""
        running = next((name for name, line in self.state.runs.items() if line.status == "running"), "")
        plan = self._plan.value
        return [running.split("/")[1:2], [plan.baseline.name] if plan is not None else []]

    @property
    def complete(self) -> bool:
        """Whether everything that is on disk has been read."""
        return not self._unread

    def _read_log(self, interest: Interest) -> bool:
        changed = self._supervisor.refresh()
        self._story.add(self._supervisor.fresh)
        if not interest.log:
            changed |= self._log is not None
            self._log = None
            return changed
        path = self.paths.run(interest.log).log
        if self._log is None or self._log.path != path:
            self._log = LogFile(path, f"{interest.log}/{path.name}")
        return self._log.refresh() or changed
