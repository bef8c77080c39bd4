"""How fast trainings are on this machine: from what has been trained before, or measured for a moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from augtui.errors import AugtuiError
from augtui.plan.grid import points, settings_at
from augtui.plan.spec import Plan

if TYPE_CHECKING:
    from augtui.paths import StudyPaths

STUDIES = 30
"""The newest studies that are asked."""
RUNS = 6
"""Runs of a study that are asked."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast, and how one knows."""

    rate: float
    """Images per second in one slot, everything included."""
    slots: int
    source: str
    """The study that it was seen in; empty where it was measured without augmentation."""
    key: tuple[object, ...]
    """What it holds for: see `speed_key`."""


def speed_key(plan: Plan) -> tuple[object, ...]:
    """What decides how fast a plan's runs are, apart from augmentation and the machine."""
    settings = settings_at(plan, points(plan)[0])
    return (
        settings.model.name,
        settings.data.image_size,
        settings.data.stored,
        settings.train.batch_size,
        settings.train.precision,
    )


@dataclass(frozen=True, slots=True)
class RecallSpeed:
    """Look for a study whose runs were like the plan's."""

    plan: Plan
    runs_dir: Path
    device: str
    slots: int | None
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot look at earlier runs"

    def run(self) -> Speed | None:
        """From the newest such study; None without one."""
        from augtui.paths import studies
        from augtui.plan.reader import read_plan
        from augtui.runlog.info import read_info
        from augtui.tui.feed.index import by_time

        key = speed_key(self.plan)
        newest = sorted(studies(self.runs_dir), key=lambda study: by_time(study.name), reverse=True)
        for study in newest[:STUDIES]:
            try:
                plan = read_plan(study.plan).plan
                if speed_key(plan) != key or read_info(study).device_asked != self.device:
                    continue
            except (AugtuiError, OSError):
                continue  # a study that cannot be read tells nothing; the list of studies says why
            found = self._seen_in(study, plan.train.batch_size, key)
            if found is not None:
                return found
        return None

    def _seen_in(self, study: StudyPaths, batch_size: int, key: tuple[object, ...]) -> Speed | None:
        from augtui.runlog.fold import fold_run, fold_study
        from augtui.runlog.reader import read_events

        state = fold_study(read_events(study.events))
        finished = [line for line in state.runs.values() if line.status == "finished" and line.seconds > 0]
        images = seconds = 0.0
        for line in finished[-RUNS:]:
            images += fold_run(read_events(study.run(line.run).events)).steps * batch_size
            seconds += line.seconds
        if not images:
            return None
        return Speed(images / seconds, self.slots or max(1, len(state.slots)), study.name, key)


@dataclass(frozen=True, slots=True)
class MeasureSpeed:
    """Train on noise for a moment, in an engine process."""

    plan: Plan
    text: str
    """Of the plan."""
    classes: int
    device: str
    slots: int | None
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot measure the speed"

    def run(self) -> Speed:
        """What was measured."""
        import tempfile

        from augtui.jobs import call

        with tempfile.TemporaryDirectory(prefix="augtui-") as folder:
            path = Path(folder) / "plan.toml"
            path.write_text(self.text, encoding="utf-8")
            arguments = ["augtui.engine", "speed", str(path), "--classes", str(self.classes), "--device", self.device]
            found = call(arguments + (["--slots", str(self.slots)] if self.slots else []))
        return Speed(float(found["rate"]), int(found["slots"]), "", speed_key(self.plan))
