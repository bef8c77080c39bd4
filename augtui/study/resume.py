"""What has to hold before a study is taken up again."""

from __future__ import annotations

from pathlib import Path

from augtui.dataset.fingerprint import fingerprint
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError
from augtui.paths import StudyPaths
from augtui.plan.reader import read_plan
from augtui.plan.spec import content_hash
from augtui.runlog.fold import fold_study
from augtui.runlog.info import StudyInfo, images_changed, read_info
from augtui.runlog.reader import read_events
from augtui.study.ownership import wait_until_free


def prepare_resume(study: StudyPaths) -> None:
    """Make sure that the study can go on.

    Raises:
        AugtuiError: it is at work, its plan was edited, or its dataset is gone or has changed.
    """
    if not wait_until_free(study):
        state = fold_study(read_events(study.events))
        raise AugtuiError(
            f"{study.name} is already being carried out (pid {state.pid})", f"`{study.command('attach')}` follows it"
        )
    refuse_changes(study, read_info(study))


def refuse_changes(study: StudyPaths, info: StudyInfo) -> None:
    """Make sure that the plan is the one that the study began with, and that its dataset is there, unchanged.

    Asked before anything is written: a refusal leaves the study as it was.

    Raises:
        AugtuiError: it is not.
    """
    if content_hash(read_plan(study.plan).plan) != info.plan_hash:
        raise AugtuiError(
            f"{study.plan} is not the plan that the study began with",
            "undo the edit, add with `augtui extend`, or start a new study with `augtui run`",
        )
    root = Path(info.dataset_root)
    if not root.is_dir():
        raise AugtuiError(f"the dataset of {study.name} is gone: {root}", "put it back to resume")
    if info.fingerprint is not None and fingerprint(read_layout(root), Path(info.cache_dir)) != info.fingerprint:
        raise images_changed(info)
