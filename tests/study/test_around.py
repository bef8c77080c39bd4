"""What stands around a supervision, without any process."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from augtui.errors import AugtuiError
from augtui.locks import FileLock, LockUnsupportedError, is_locked
from augtui.paths import StudyPaths
from augtui.plan.grid import Environment
from augtui.plan.reader import read_plan
from augtui.runlog.info import StudyInfo
from augtui.runlog.liveness import host_name, process_started
from augtui.study import devices, extend, find, look, request, unfinished_equal
from augtui.study.control import ControlReader
from augtui.study.devices import local_devices, study_devices
from augtui.study.ownership import supervised, take
from augtui.study.steps import prepare
from tests.toys import new_study


@pytest.fixture
def study(tmp_path: Path) -> StudyPaths:
    return new_study(tmp_path)


def test_a_second_study_of_the_same_second_gets_a_number(tmp_path: Path) -> None:
    names = [new_study(tmp_path, clock=lambda: 1_800_000_000.0).name for _ in range(3)]
    assert names == ["toy-20270115-080000", "toy-20270115-080000-2", "toy-20270115-080000-3"]


def test_a_study_is_found_by_name_prefix_last_and_folder(study: StudyPaths) -> None:
    runs = study.folder.parent
    for text in (study.name, "toy", "last", str(study.folder)):
        assert find(runs, text) == study


def test_a_name_that_fits_nothing_gets_the_nearest(study: StudyPaths) -> None:
    with pytest.raises(AugtuiError, match='there is no study "tpy') as caught:
        find(study.folder.parent, "tpy" + study.name[3:])
    assert study.name in caught.value.hint


def test_a_prefix_that_fits_several_is_refused(study: StudyPaths) -> None:
    new_study(study.folder.parents[1])
    with pytest.raises(AugtuiError, match="fits 2 studies"):
        find(study.folder.parent, "toy")


def test_an_unfinished_study_of_the_same_plan_is_named(study: StudyPaths) -> None:
    assert unfinished_equal(study.folder.parent, read_plan(study.plan).plan) == study


def test_requests_are_read_once_and_nonsense_is_kept_to_be_told(study: StudyPaths) -> None:
    request(study, "stop")
    reader = ControlReader(study)
    reader.skip_old()
    request(study, "retry", run="arms/original/seed-0")
    with study.control.open("a") as file:
        file.write('nonsense\n{"request": "dance"}\n')
    request(study, "until", step="train")
    assert [(item.wish, item.run, item.step) for item in reader.read()] == [
        ("retry", "arms/original/seed-0", ""),
        ("until", "", "train"),
    ]
    assert reader.passed_over == ["nonsense", '{"request": "dance"}']
    assert reader.read() == []


def test_a_request_for_a_step_that_does_not_exist_is_refused(study: StudyPaths) -> None:
    with pytest.raises(AugtuiError, match='there is no step "dance"'):
        request(study, "until", step="dance")


def test_only_one_supervisor_owns_a_study(study: StudyPaths) -> None:
    lock = take(study, force=False)
    assert lock is not None
    assert supervised(study)
    with pytest.raises(AugtuiError, match="already being carried out"):
        take(study, force=False, patience=0)
    lock.release()
    assert not supervised(study)


def test_a_start_waits_for_a_supervisor_that_is_just_leaving(study: StudyPaths) -> None:
    leaving = take(study, force=False)
    assert leaving is not None
    looks: list[int] = []

    def leave(_: float) -> None:
        looks.append(len(looks))
        if len(looks) == 2:
            leaving.release()

    lock = take(study, force=False, patience=600, sleep=leave)
    assert lock is not None
    assert looks == [0, 1]
    lock.release()


@pytest.mark.parametrize("asked", ["auto", "cuda:1"])
def test_a_study_goes_on_on_the_kind_of_device_that_it_began_on(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[str] = []

    def without_gpu(arguments: list[str]) -> dict[str, object]:
        wanted.append(arguments[arguments.index("--device") + 1])
        raise AugtuiError("PyTorch finds no CUDA device")

    monkeypatch.setattr(devices, "call", without_gpu)
    with pytest.raises(AugtuiError, match=r"begun on a CUDA GPU, and cannot go on here: .* no CUDA device") as caught:
        study_devices(_info("cuda", asked))
    assert "resume it on a machine that has a CUDA GPU" in caught.value.hint
    assert wanted == ["cuda" if asked == "auto" else asked]


def test_a_study_begun_on_a_cpu_stays_there_where_there_is_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_may_have_accelerator", lambda: True)
    assert study_devices(_info("cpu", "auto")) == ["cpu", "cpu"]


def _info(kind: str, asked: str) -> StudyInfo:
    environment = Environment(device=kind, precision="fp32", threads=1)  # type: ignore[arg-type]
    return StudyInfo(
        id="toy-1",
        created=0.0,
        plan_hash="",
        dataset_name="toy",
        dataset_root="",
        cache_dir="",
        host="",
        device_asked=asked,
        slots_asked=2,
        environment=environment,
    )


def test_weights_that_changed_are_refused_as_changed_images_are(study: StudyPaths) -> None:
    result = {
        "fingerprint": "f",
        "weights_hash": {"w.pt": "new"},
        "images": 1,
        "train": [],
        "validation": [],
        "test": [],
    }
    info = msgspec.structs.replace(_info("cpu", "auto"), fingerprint="f", weights_hash={"w.pt": "old"})
    plan = read_plan(study.plan).plan
    supervisor = SimpleNamespace(engine=lambda _: [result], info=info, study=study, plan=plan)
    with pytest.raises(AugtuiError, match=r"the weights w\.pt have changed since study toy-1 began"):
        prepare(supervisor)  # type: ignore[arg-type]
    assert list(study.runs()) == []


def test_a_broken_study_is_named_and_hides_no_other(study: StudyPaths) -> None:
    runs = study.folder.parent
    broken = StudyPaths(runs / "torn-1")
    broken.folder.mkdir()
    broken.study.write_text('{"id": ')
    found = look(runs)
    assert [paths for paths, _ in found.readable] == [study]
    ((named, error),) = found.broken
    assert named == broken
    assert str(broken.study) in error.message
    assert find(runs, "last") == study
    assert unfinished_equal(runs, read_plan(study.plan).plan) == study
    for text in ("torn-1", "torn"):
        with pytest.raises(AugtuiError, match="cannot be read"):
            find(runs, text)


def test_without_locks_an_owner_file_says_who(study: StudyPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(_: FileLock) -> bool:
        raise LockUnsupportedError(95, "not supported")

    monkeypatch.setattr(FileLock, "try_acquire", unsupported)
    assert take(study, force=False) is None
    assert supervised(study)
    with pytest.raises(AugtuiError, match="already being carried out"):
        take(study, force=False, patience=0)
    pid = os.getpid()
    study.owner.write_text(json.dumps({"host": "elsewhere", "pid": 1, "pid_started": 1.0}))
    with pytest.raises(AugtuiError) as caught:
        take(study, force=False)
    assert "--force" in caught.value.hint
    take(study, force=True)
    started = process_started(pid)
    assert json.loads(study.owner.read_text()) == {"host": host_name(), "pid": pid, "pid_started": started}


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert not is_locked(lock.path)
    assert lock.try_acquire()
    assert is_locked(lock.path)
    lock.release()
    assert not is_locked(lock.path)


def test_a_cpu_has_a_slot_for_each_core_or_as_many_as_asked_for() -> None:
    assert local_devices("cpu", None) == ["cpu"] * len(os.sched_getaffinity(0))
    assert local_devices("cpu", 3) == ["cpu"] * 3


def test_extending_by_nothing_is_refused(study: StudyPaths) -> None:
    with pytest.raises(AugtuiError, match="has 2 seeds already"):
        extend(study, seeds=2)


def test_an_arm_comes_from_a_file_of_arms_alone(study: StudyPaths, tmp_path: Path) -> None:
    path = tmp_path / "arm.toml"
    path.write_text('[[arms]]\nname = "erased"\nonline = { policy = "erasing" }\n')
    assert [arm.name for arm in extend(study, arm_file=path).arms] == [
        "original",
        "geometric-50",
        "trivial",
        "erased",
    ]
    path.write_text('seeds = 3\n[[arms]]\nname = "more"\n')
    with pytest.raises(AugtuiError, match=r"\[\[arms\]\] tables and nothing else"):
        extend(study, arm_file=path)


def test_an_arm_that_is_there_already_is_refused_and_changes_nothing(study: StudyPaths, tmp_path: Path) -> None:
    path = tmp_path / "arm.toml"
    path.write_text('[[arms]]\nname = "trivial"\nonline = { policy = "erasing" }\n')
    before = study.plan.read_bytes()
    with pytest.raises(AugtuiError, match="trivial") as caught:
        extend(study, arm_file=path)
    assert caught.value.message == f'{path}: arms[1].name: the study has an arm "trivial" already'
    assert study.plan.read_bytes() == before


def test_a_wrong_arm_is_counted_as_it_stands_in_its_file(study: StudyPaths, tmp_path: Path) -> None:
    path = tmp_path / "arm.toml"
    path.write_text('[[arms]]\nname = "erased"\nonline = { policy = "erasing" }\n[[arms]]\nname = "No Name"\n')
    with pytest.raises(AugtuiError) as caught:
        extend(study, arm_file=path)
    assert caught.value.message.startswith(f"{path}: arms[2].name: ")
