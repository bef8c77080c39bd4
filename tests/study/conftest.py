from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from augtui.paths import StudyPaths
from augtui.runlog.info import read_info, write_info
from augtui.study import launch
from tests.toys import new_study
from tests.waiting import wait_for_end


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> StudyPaths:
    """A study that is finished; tests look at it and leave it as it is."""
    study = new_study(tmp_path_factory.mktemp("finished"))
    launch(study)
    assert wait_for_end(study, 1).state == "finished"
    return study


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[StudyPaths], StudyPaths]:
    """Makes a copy of a study, with its images, to do things to."""

    def copied(study: StudyPaths) -> StudyPaths:
        root = study.folder.parents[1]
        shutil.copytree(root, tmp_path / "copy")
        copy = StudyPaths(tmp_path / "copy" / "runs" / study.name)
        moved = {"dataset_root": str(tmp_path / "copy" / "images"), "cache_dir": str(tmp_path / "copy" / "cache")}
        write_info(copy, msgspec.structs.replace(read_info(copy), **moved))
        return copy

    return copied
