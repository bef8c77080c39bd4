"""`augtui check`, `augtui init`, `augtui list`, and the front ends of `augment` and `preview`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from typer.testing import CliRunner

from augtui.cli import app
from augtui.commands.finder import planned_dataset
from augtui.commands.images import read_request_policy
from augtui.errors import AugtuiError, ExitCode
from augtui.plan.catalog import CATALOG
from augtui.plan.reader import read_plan
from augtui.plan.spec import PolicySpec, Uniform
from augtui.runlog.checks import CheckReport, Problem
from tests.cli.builder import Builder
from tests.cli.conftest import Cli
from tests.cli.images import write_dataset

Calls = list[list[str]]


def answering(monkeypatch: pytest.MonkeyPatch, module: str, answer: Callable[[list[str]], dict[str, Any]]) -> Calls:
    """Put an answer in the place of a job; gives the arguments of all calls."""
    asked: Calls = []

    def call(arguments: list[str], **_: object) -> dict[str, Any]:
        asked.append(arguments)
        return answer(arguments)

    monkeypatch.setattr(f"augtui.commands.{module}.call", call)
    return asked


def report(*problems: Problem) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(
        CheckReport(problems=list(problems), counts={"train": {"dark": 12}, "validation": {"dark": 2}})
    )
    return body


LEAK = Problem(level="block", code="duplicate-across-splits", message="1 picture lies in both", files=["test/a.png"])
WARNING = Problem(level="warn", code="few-seeds", message="2 seeds are few")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path / "data" / "tiny")
    return tmp_path / "data"


@pytest.fixture
def plan(data_dir: Path) -> Path:
    path = data_dir.parent / "plan.toml"
    path.write_text('name = "a"\ndataset = "tiny"\npositive = "dark"\nseeds = 2\n[[arms]]\nname = "original"\n')
    return path


def invoke(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_check_lists_every_problem_of_a_plan_at_once(plan: Path) -> None:
    plan.write_text(plan.read_text().replace("seeds", "seedz") + "epochs = 3\n")
    code, out, _ = invoke("check", str(plan), "--json")
    problems = json.loads(out)["problems"]
    assert code == 2
    assert len(problems) == 2
    assert all({"level", "code", "message", "files"} <= set(problem) for problem in problems)
    assert "seedz" in problems[0]["message"]


def test_check_blocks_with_exit_code_three(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "checking", lambda _: report(LEAK, WARNING))
    code, out, _ = invoke("check", str(plan), "--json")
    shown = json.loads(out)
    assert code == 3
    assert [(item["level"], item["code"]) for item in shown["problems"]] == [
        ("block", "duplicate-across-splits"),
        ("warn", "few-seeds"),
    ]
    assert shown["counts"]["train"] == {"dark": 12}


def test_a_dataset_whose_layout_is_wrong_is_a_problem_in_json(data_dir: Path) -> None:
    (data_dir / "tiny" / "train" / "empty").mkdir()
    code, out, err = invoke("check", "tiny", "--json")
    (problem,) = json.loads(out)["problems"]
    assert (code, err) == (2, "")
    assert (problem["level"], problem["code"]) == ("block", "dataset")
    assert "the class empty is in train/ but not in test/" in problem["message"]
    assert problem["mend"] == "every class needs training and test images"
    code, out, err = invoke("check", "tiny")
    assert (code, out) == (2, "")
    assert problem["message"] in err


def test_a_dataset_that_is_not_there_is_a_problem_in_json(data_dir: Path) -> None:
    code, out, _ = invoke("check", "tniy", "--json")
    (problem,) = json.loads(out)["problems"]
    assert code == 2
    assert "tniy" in problem["message"]
    assert "tiny" in problem["mend"]


def test_problems_of_plans_and_of_datasets_have_the_same_keys(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "checking", lambda _: report(LEAK))
    plan.write_text(plan.read_text().replace('positive = "dark"\n', ""))
    of_plan, of_data = json.loads(invoke("check", str(plan), "--json")[1])["problems"]
    assert set(of_data) <= set(of_plan)
    assert of_plan["mend"] == of_plan["hint"] != ""


def test_a_test_share_is_told_to_be_of_no_use_where_there_is_a_test_folder(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "checking", lambda _: report())
    plan.write_text(plan.read_text().replace("[[arms]]", "[data]\ntest = 0.2\n[[arms]]"))
    code, out, _ = invoke("check", str(plan))
    assert code == 0
    assert "plan.toml: data.test: not used: the dataset has a test folder of its own" in out.replace("\n", "")


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_wrong_dataset_of_a_plan_is_located(plan: Path, command: str) -> None:
    text = plan.read_text()
    plan.write_text(text.replace('"tiny"', '"tny"'))
    told = 'plan.toml: dataset: there is no dataset "tny"'
    code, out, err = invoke(command, "plan.toml")
    assert code == 2
    assert told in out + err
    plan.write_text(text)
    code, out, err = invoke(command, "plan.toml", "--set", "dataset=tny")
    assert code == 2
    assert '--set dataset: there is no dataset "tny"' in out + err


def test_warnings_alone_are_no_failure(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "checking", lambda _: report(WARNING))
    code, out, _ = invoke("check", str(plan))
    assert code == 0
    assert "few-seeds: 2 seeds are few" in out
    assert "0 problems that must be mended, 1 warning" in out


def test_a_check_sees_the_plan_as_changed_on_the_command_line(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(arguments: list[str]) -> dict[str, Any]:
        seen.append(read_plan(Path(arguments[arguments.index("--plan") + 1])).plan.train.epochs)
        return report()

    answering(monkeypatch, "checking", look)
    assert invoke("check", str(plan), "--set", "train.epochs=7")[0] == 0
    assert seen == [7]


def test_a_dataset_is_checked_without_a_plan(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, "checking", lambda _: report())
    assert invoke("check", "tiny")[0] == 0
    assert asked[0][:4] == ["augtui.analysis", "check", "--dataset", str(data_dir / "tiny")]
    assert "--plan" not in asked[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('dataset = "tinny"', 'there is no dataset "tinny"'),
        ('positive = "drak"', 'has no class "drak"'),
        ("seeds = 0", "seeds"),
    ],
)
def test_a_wrong_plan_starts_no_study(plan: Path, change: str, message: str) -> None:
    key = change.partition(" ")[0]
    lines = [change if line.startswith(f"{key} ") else line for line in plan.read_text().splitlines()]
    plan.write_text("\n".join(lines))
    code, out, err = invoke("run", str(plan))
    assert (code, out) == (2, "")
    assert message in err
    assert not Path("runs").exists()


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "CPU", ""])
def test_a_device_that_does_not_exist_starts_no_study(plan: Path, device: str) -> None:
    code, _, err = invoke("run", str(plan), "--device", device)
    assert code == 2
    assert "--device" in err
    assert not Path("runs").exists()


def test_a_step_that_does_not_exist_starts_no_study(plan: Path) -> None:
    code, _, err = invoke("run", str(plan), "--until", "trian")
    assert code == 2
    assert 'did you mean "train"?' in err
    assert not Path("runs").exists()


def test_a_study_whose_plan_was_edited_is_not_resumed(tmp_path: Path) -> None:
    study = Builder(tmp_path / "runs").start().end("stopped")
    study.paths.plan.write_text(study.plan_text.replace("epochs = 4", "epochs = 5"))
    code, _, err = invoke("resume", "last", "--runs-dir", str(tmp_path / "runs"))
    assert code == 2
    assert "is not the plan that the study began with" in err


@pytest.mark.parametrize("options", [(), ("--seeds", "5", "--arm", "arm.toml")])
def test_extend_adds_one_thing_at_a_time(tmp_path: Path, options: tuple[str, ...]) -> None:
    Builder(tmp_path / "runs").complete()
    code, _, err = invoke("extend", "last", "--runs-dir", str(tmp_path / "runs"), *options)
    assert code == 2
    assert "one of the two" in err


def test_the_positive_class_of_the_dataset_holds_where_the_plan_names_none(plan: Path, data_dir: Path) -> None:
    (data_dir / "tiny" / "dataset.toml").write_text('positive = "light"\n')
    assert planned_dataset(plan, [], data_dir).plan_file.plan.positive == "dark"
    plan.write_text(plan.read_text().replace('positive = "dark"\n', ""))
    planned = planned_dataset(plan, [], data_dir)
    assert planned.plan_file.plan.positive == "light"
    assert 'positive = "light"' in planned.plan_file.text
    assert planned.problems == []


def test_init_writes_a_plan_that_can_be_read(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "checking", lambda _: report())
    code, out, err = invoke("init", "tiny")
    assert (code, out) == (0, "")
    assert "augtui run tiny.toml" in err
    written = read_plan(Path("tiny.toml")).plan
    assert (written.dataset, written.data.leak) == ("tiny", "block")


def test_init_leaves_leaking_images_out_of_training(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "checking", lambda _: report(LEAK))
    invoke("init", "tiny")
    assert read_plan(Path("tiny.toml")).plan.data.leak == "drop-from-train"


def test_init_carves_nothing_for_validation_where_the_check_could_not(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = report() | {"counts": {"train": {"dark": 1}, "test": {"dark": 1}}}
    answering(monkeypatch, "checking", lambda _: body)
    invoke("init", "tiny")
    assert read_plan(Path("tiny.toml")).plan.data.validation == 0


def test_a_dataset_whose_smallest_class_has_one_training_image_gets_a_plan_that_passes(
    data_dir: Path,
) -> None:
    for path in sorted((data_dir / "tiny" / "train" / "dark").iterdir())[1:]:
        path.unlink()
    assert invoke("check", "tiny")[0] == 0
    code, _, err = invoke("init", "tiny")
    assert (code, "mended" in err) == (0, False)
    code, out, _ = invoke("check", "tiny.toml")
    assert code == 0, out


def test_init_overwrites_nothing(data_dir: Path) -> None:
    Path("tiny.toml").write_text("mine")
    code, _, err = invoke("init", "tiny")
    assert code == 2
    assert "--out" in err
    assert Path("tiny.toml").read_text() == "mine"


def test_list_policies_gives_every_declaration_as_data() -> None:
    code, out, _ = invoke("list", "policies", "--json")
    listed = json.loads(out)
    assert code == 0
    assert [item["name"] for item in listed] == [policy.name for policy in CATALOG.policies]
    geometric = next(item for item in listed if item["name"] == "geometric")
    rotate = next(item for item in geometric["parameters"] if item["name"] == "rotate")
    assert (rotate["default"], rotate["ranged"], rotate["kind"]) == ([-45, 45], True, "number")


@pytest.mark.parametrize("what", ["policies", "models", "datasets"])
def test_lists_are_readable_too(what: str, data_dir: Path) -> None:
    code, out, _ = invoke("list", what)
    assert code == 0
    assert {"policies": "geometric", "models": "resnet18", "datasets": "36 images: dark 18, light 18"}[what] in out


def test_the_built_in_dataset_is_listed_before_it_was_ever_used(data_dir: Path) -> None:
    names = [item["name"] for item in json.loads(invoke("list", "datasets", "--json")[1])]
    assert names == ["tiny", "demo"]
    assert not (data_dir / "demo").exists()


def test_a_list_of_something_else_names_the_nearest() -> None:
    code, _, err = invoke("list", "policy")
    assert code == 2
    assert 'did you mean "policies"?' in err


def test_parameters_are_given_as_in_a_plan() -> None:
    policy = read_request_policy("geometric", ("rotate=[-10, 10]", "border=edge"))
    assert policy.params["rotate"] == Uniform(low=-10.0, high=10.0)
    assert policy.params["border"] == "edge"
    assert policy.params["scale"] == read_request_policy("geometric", ()).params["scale"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [(("rotat=3",), "no such parameter"), (("rotate",), "parameter=value"), (("rotate=[1,",), "not a TOML value")],
)
def test_wrong_parameters_are_named(changes: tuple[str, ...], message: str) -> None:
    with pytest.raises(AugtuiError, match=message):
        read_request_policy("geometric", changes)


def test_a_policy_is_given_as_a_table() -> None:
    policy = read_request_policy('{ name = "sequence", policies = ["flip", { name = "blur", p = 0.5 }] }', ())
    flip, blur = policy.params["policies"]  # type: ignore[misc]
    assert (policy.name, flip.name, blur.params["p"]) == ("sequence", "flip", 0.5)  # type: ignore[union-attr]
    changed = read_request_policy('{ name = "rotate", degrees = 10 }', ("degrees=20",))
    assert changed == read_request_policy("rotate", ("degrees=20",))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            '{ name = "sequence", policies = ["flip", "blurr"] }',
            r"--policy: policies\[2\]: there is no policy",
        ),
        ('{ name = "rotate", degree = 3 }', "--policy: degree: .*no such parameter"),
        ("{ degrees = 3 }", "--policy: the table does not name the policy"),
        ('{ name = "rotate", degrees = ', "is not a TOML table"),
        ('{ name = "rotate" }\nname = "flip"', "is not a TOML table"),
    ],
)
def test_a_wrong_table_is_located(table: str, message: str) -> None:
    with pytest.raises(AugtuiError, match=message):
        read_request_policy(table, ())


def test_augment_asks_the_engine_for_the_complete_policy(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, "images", lambda _: {"images": 48})
    code, _, err = invoke("augment", "tiny", "-p", "duplicate", "--copies", "2", "--out", "new", "--seed", "3")
    assert (code, err) == (0, "48 images in new\n")
    options = dict(zip(asked[0][2::2], asked[0][3::2], strict=True))
    assert msgspec.json.decode(options["--policy"], type=PolicySpec) == read_request_policy("duplicate", ())
    assert (options["--copies"], options["--seed"]) == ("2", "3")
    assert (options["--dataset"], options["--out"]) == (str(data_dir / "tiny"), str(Path("new").absolute()))


def test_augment_overwrites_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, "images", lambda _: {"images": 0})
    Path("full").mkdir()
    Path("full/mine.txt").touch()
    code, _, err = invoke("augment", "tiny", "-p", "duplicate", "--out", "full")
    assert code == 2
    assert "not empty" in err
    assert asked == []


def test_a_policy_that_mixes_batches_has_no_copies(data_dir: Path) -> None:
    code, _, err = invoke("augment", "tiny", "-p", "mixup", "--out", "new")
    assert code == 2
    assert "only online" in err


def test_preview_tells_in_the_terminal_what_was_drawn(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(arguments: list[str]) -> dict[str, Any]:
        assert "--no-captions" in arguments
        # Two rows of three pictures, 10 pixels each, with a gutter of 2.
        Image.new("RGB", (38, 26), (255, 0, 0)).save(arguments[arguments.index("--out") + 1])
        return {"side": 10, "captions": [["a.png", "blur 3", "blur 4"], ["b.png", "blur 5", "blur 6"]]}

    answering(monkeypatch, "images", draw)
    monkeypatch.setenv("COLUMNS", "40")
    code, out, _ = invoke("preview", "tiny", "-p", "duplicate", "--count", "2")
    assert code == 0
    lines = out.splitlines()
    assert [line.split() for line in lines if "\u2591" not in line][:2] == [
        ["a.png", "blur", "3", "blur", "4"],
        ["b.png", "blur", "5", "blur", "6"],
    ]
    assert [len(line) for line in lines if "\u2591" in line] == [36] * 10
    assert "left: originals; then 2 versions" in out


def test_preview_as_a_file_prints_no_data(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, "images", lambda _: {"rows": []})
    code, out, _ = invoke("preview", "tiny", "-p", "duplicate", "--out", "sheet.png", "--size", "64")
    assert (code, out) == (0, "")
    assert asked[0][-4:] == ["--size", "64", "--count", "4"]


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_policy_that_no_engine_can_build_is_told_before_anything_is_made(
    cli: Cli, plan: Path, data_dir: Path, command: str
) -> None:
    (plan.parent / "mine.py").write_text("def warp(batch, generators, by=1): return batch\n")
    arm = '\n[[arms]]\nname = "mine"\nonline = { policy = { name = "mine:warp", bye = 3 } }\n'
    plan.write_text(plan.read_text() + arm)
    done = cli(command, str(plan), "--data-dir", str(data_dir))
    assert done.returncode == ExitCode.WRONG_INPUT
    assert "mine:warp has no parameter 'bye'" in done.stdout + done.stderr
    assert not (plan.parent / "runs").exists()
