"""Making a study's folder: the plan as it will be carried out, and what the study is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, cache_root, write_atomic
from augtui.plan.reader import PlanFile
from augtui.plan.spec import Plan, content_hash
from augtui.runlog.fold import fold_study
from augtui.runlog.info import StudyInfo, write_info
from augtui.runlog.liveness import host_name
from augtui.runlog.reader import read_events
from augtui.study.find import look

PACKAGES = ("augtui", "torch", "torchvision", "numpy", "pillow", "scikit-image", "imgaug", "scipy", "scikit-learn")


def create(
    plan_file: PlanFile,
    *,
    dataset_root: Path,
    runs_dir: Path,
    cache_dir: Path | None = None,
    device: str = "auto",
    slots: int | None = None,
    clock: Callable[[], float] = time.time,
) -> StudyPaths:
    """A new study folder `<plan name>-<UTC time>` with plan.toml and study.json; nothing runs yet.

    Raises:
        AugtuiError: the folder cannot be written.
    """
    now = clock()
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    try:
        study = StudyPaths(_new_folder(runs_dir, f"{plan_file.plan.name}-{stamp}"))
        write_atomic(study.plan, plan_file.text)
        info = StudyInfo(
            id=study.name,
            created=now,
            plan_hash=content_hash(plan_file.plan),
            dataset_name=plan_file.plan.dataset,
            dataset_root=str(dataset_root.resolve()),
            cache_dir=str(cache_root(cache_dir)),
            device_asked=device,
            slots_asked=slots,
            host=host_name(),
            versions={"python": python_version()} | {name: version(name) for name in PACKAGES},
        )
        # study.json comes last: a folder without it is not a study.
        write_info(study, info)
    except OSError as error:
        raise AugtuiError(
            f"cannot write the study to {runs_dir}: {error.strerror}", "--runs-dir names another place"
        ) from error
    return study


def unfinished_equal(runs_dir: Path, plan: Plan) -> StudyPaths | None:
    """The newest study of the very same plan that has not finished."""
    wanted = content_hash(plan)
    for study, info in look(runs_dir).readable:
        if info.plan_hash == wanted and fold_study(read_events(study.events)).state != "finished":
            return study
    return None


def _new_folder(runs_dir: Path, name: str) -> Path:
    runs_dir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = runs_dir.resolve() / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder
