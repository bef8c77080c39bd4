"""`augtui doctor`: what it finds, and what it says to do."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from augtui.commands import doctor, doctor_engine, doctor_machine
from augtui.commands.doctor_engine import read_answer
from augtui.commands.doctor_machine import locks, login, logind_files, machine_findings, terminal, torch_pair
from augtui.errors import AugtuiError

ANSWER = {
    "torch": "2.15.0",
    "torchvision": "0.30.0",
    "cuda": None,
    "cores": 2,
    "devices": [{"device": "cpu", "name": "a processor", "memory": 8_000_000_000, "free": None}],
    "chosen": {"device": "cpu", "precision": "fp32"},
    "imgaug": "",
    "imgaug_mend": "",
}
WITHOUT_LIBRARY = {"imgaug": "libGL.so.1: no such file", "imgaug_mend": "apt-get install libgl1"}


def config(tmp_path: Path, *texts: str) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.conf")
        paths[-1].write_text(text)
    return paths


def test_a_login_that_kills_processes_is_bad_and_the_mend_is_named(tmp_path: Path) -> None:
    finding = login(config(tmp_path, "[Login]\nKillUserProcesses=yes\nKillExcludeUsers=nobody\n"), tmp_path)
    assert finding.level == "bad"
    assert "enable-linger" in finding.mend


@pytest.mark.parametrize(
    "texts",
    [
        ("[Login]\n#KillUserProcesses=yes\n",),
        ("[Login]\nKillUserProcesses=yes\n", "[Login]\nKillUserProcesses=no\n"),
        ("[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root somebody\n",),
        ("not a configuration file",),
        (),
    ],
)
def test_a_login_that_does_not_kill_is_fine(
    tmp_path: Path, texts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_machine, "_user", lambda: "somebody")
    assert login(config(tmp_path, *texts), tmp_path).level == "ok"


def test_a_user_who_lingers_is_not_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine, "_user", lambda: "somebody")
    files = config(tmp_path, "[Login]\nKillUserProcesses=yes\n")
    (tmp_path / "somebody").touch()
    assert login(files, tmp_path).level == "ok"


def test_drop_ins_come_after_the_main_file_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("etc/systemd/logind.conf", "usr/lib/systemd/logind.conf", "usr/lib/systemd/logind.conf.d/50-a.conf",
                 "etc/systemd/logind.conf.d/10-b.conf", "etc/systemd/logind.conf.d/50-a.conf"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in logind_files(tmp_path)] == [
        "etc/systemd/logind.conf",
        "etc/systemd/logind.conf.d/10-b.conf",
        "etc/systemd/logind.conf.d/50-a.conf",
    ]


def test_locks_work_where_studies_live(tmp_path: Path) -> None:
    assert locks(tmp_path / "runs" / "not-there-yet").level == "ok"
    assert list(tmp_path.iterdir()) == []


def test_locks_that_do_not_work_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(doctor_machine.fcntl, "flock", refuse)
    finding = locks(tmp_path)
    assert (finding.level, "local disk" in finding.mend) == ("warn", True)


def test_locks_that_exclude_nobody_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_machine.fcntl, "flock", lambda *_: None)
    assert locks(tmp_path).level == "warn"


@pytest.mark.parametrize(
    ("environment", "encoding", "level"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "utf-8", "ok"),
        ({"TERM": "xterm-256color"}, "utf-8", "warn"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "utf-8", "ok"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "ascii", "warn"),
        ({"TERM": "dumb"}, "utf-8", "warn"),
    ],
)
def test_terminals(environment: dict[str, str], encoding: str, level: str) -> None:
    assert terminal(environment, True, encoding).level == level


def test_a_torchvision_of_another_torch_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: {"torch": "2.14.0+cpu", "torchvision": "0.30.0"}[name])
    monkeypatch.setattr(metadata, "requires", lambda name: ["numpy", "torch==2.15.0"])
    finding = torch_pair()
    assert finding.level == "bad"
    assert "torch torchvision" in finding.mend


def test_the_pair_that_is_installed_here_matches() -> None:
    assert torch_pair().level == "ok"


def test_every_finding_that_is_not_ok_names_its_mend(tmp_path: Path) -> None:
    findings = [
        *machine_findings(tmp_path, tmp_path),
        *read_answer(ANSWER | WITHOUT_LIBRARY),
    ]
    assert len(findings) > 10
    assert [item.subject for item in findings if item.level != "ok" and not item.mend] == []


def test_imgaug_without_its_library_is_a_warning_with_a_command() -> None:
    found = {item.subject: item for item in read_answer(ANSWER | WITHOUT_LIBRARY)}
    assert found["imgaug"].level == "warn"
    assert "apt-get install" in found["imgaug"].mend


def test_a_gpu_without_free_memory_is_a_warning() -> None:
    device = {"device": "cuda:0", "name": "H200", "memory": 140e9, "free": 2e9}
    found = {item.subject: item for item in read_answer(ANSWER | {"cuda": "13.0", "devices": [device]})}
    assert found["cuda:0"].level == "warn"


def test_an_engine_that_does_not_start_is_bad_and_the_rest_is_still_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: list[str]) -> dict[str, object]:
        raise AugtuiError("ImportError: libcudart.so", "see the log")

    monkeypatch.setattr(doctor_engine, "call", broken)
    assert doctor.doctor(runs_dir=tmp_path, cache_dir=tmp_path, as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    assert {item["subject"]: item["level"] for item in report["findings"]}["engine"] == "bad"
    assert len(report["findings"]) > 8
