"""A study that another release of augtui began: what it fitted is kept where it is done with, and never mixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import FittedKey, generator_cells, generator_run
from augtui.plan.grid import cells
from augtui.plan.spec import Plan
from augtui.runlog import events as ev
from augtui.runlog.fold import StudyState
from augtui.runlog.info import StudyInfo, read_info
from augtui.runlog.quality import QUALITY, write_quality
from augtui.runlog.writer import EventWriter
from augtui.study.supervisor import Supervisor
from augtui.study.synthesize import fit_generators
from tests.generators.made_up import made_up_quality
from tests.generators.studies import plan_of, prepared


@dataclass
class FakeSupervisor:
    """A supervisor that hands runs to nobody.

    Attributes:
        asked: folders of the runs that should have been carried out.
    """

    study: StudyPaths
    plan: Plan
    info: StudyInfo
    log: EventWriter
    before: StudyState = field(default_factory=StudyState)
    asked: list[str] = field(default_factory=list)

    @property
    def slots(self) -> Any:
        return self

    def submit(self, runs: list[Any]) -> list[Any]:
        self.asked += [run.folder.name for run in runs]
        raise AskedError


class AskedError(Exception):
    """A run would have been carried out."""


@pytest.fixture
def supervisor(tmp_path: Path) -> FakeSupervisor:
    """Of a study with the arms gan-25 and gan-50 and two seeds, nothing of which is done."""
    study = prepared(tmp_path, seeds=2)
    return FakeSupervisor(study, plan_of(study), read_info(study), EventWriter(study.events))


def fit(supervisor: FakeSupervisor) -> tuple[str, str]:
    return fit_generators(cast("Supervisor", supervisor))


def fitted(supervisor: FakeSupervisor, seed: int, recipes: int = RECIPES) -> None:
    """Leave what a fit of the seed's generator leaves in the study and in the cache."""
    info, plan = supervisor.info, supervisor.plan
    assert info.fingerprint is not None
    assert info.environment is not None
    cell = next(cell for cell in generator_cells(plan) if cell.seed == seed)
    key = FittedKey.of(generator_run(plan, cell, info.fingerprint, info.environment))
    identity = msgspec.structs.replace(key, version=recipes).identity
    quality = msgspec.structs.replace(made_up_quality(), identity=identity, recipes=recipes, seed=seed)
    run = supervisor.study.run(cell.folder)
    run.folder.mkdir(parents=True)
    write_quality(run, quality)
    cached = Path(info.cache_dir) / "generators" / identity
    cached.mkdir(parents=True)
    write_atomic(cached / QUALITY, (run.folder / QUALITY).read_bytes())
    with EventWriter(run.events) as log:
        log.write(ev.RunFinished(attempt=1, metrics={}))


def trained(supervisor: FakeSupervisor, *arms: str, seed: int) -> None:
    """Leave the result of runs."""
    for cell in cells(supervisor.plan):
        if cell.arm.name in arms and cell.seed == seed:
            paths = supervisor.study.run(cell.folder)
            paths.folder.mkdir(parents=True)
            write_atomic(paths.metrics, "{}")


def test_what_the_cache_holds_is_not_fitted_again(supervisor: FakeSupervisor) -> None:
    fitted(supervisor, 0)
    fitted(supervisor, 1)
    assert fit(supervisor) == ("finished", "gan128 ×2")


def test_what_the_cache_has_lost_is_asked_for_while_a_run_needs_it(supervisor: FakeSupervisor) -> None:
    fitted(supervisor, 0)
    fitted(supervisor, 1)
    for path in Path(supervisor.info.cache_dir).rglob(QUALITY):
        path.unlink()
    trained(supervisor, "gan-25", "gan-50", seed=0)
    with pytest.raises(AskedError):
        fit(supervisor)
    assert supervisor.asked == ["seed-1"]


def test_a_generator_of_other_recipes_is_kept_where_no_run_needs_it(supervisor: FakeSupervisor) -> None:
    fitted(supervisor, 0, recipes=RECIPES - 1)
    trained(supervisor, "gan-25", "gan-50", seed=0)
    with pytest.raises(AskedError):
        fit(supervisor)
    assert supervisor.asked == ["seed-1"]


def test_a_generator_of_other_recipes_is_fitted_anew_where_no_run_has_used_it(supervisor: FakeSupervisor) -> None:
    fitted(supervisor, 0, recipes=RECIPES - 1)
    with pytest.raises(AskedError):
        fit(supervisor)
    assert supervisor.asked == ["seed-0"]


def test_two_generators_of_other_recipes_are_never_mixed_in_a_seed(supervisor: FakeSupervisor) -> None:
    fitted(supervisor, 0, recipes=RECIPES - 1)
    trained(supervisor, "gan-25", seed=0)
    with pytest.raises(AugtuiError, match=rf"gan-25/seed-0 .* \(recipes {RECIPES - 1}, here {RECIPES}\)") as raised:
        fit(supervisor)
    assert "`augtui run`" in raised.value.hint
    assert supervisor.asked == []
