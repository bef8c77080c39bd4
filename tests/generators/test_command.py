"""`augtui generate`, and the job of the engine behind it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from augtui.cli import app
from augtui.commands.generate import Lines
from augtui.engine.generators.offline import Request, generate
from augtui.errors import AugtuiError
from augtui.plan.spec import GeneratorSpec
from tests.toys import write_dataset

PARAMS = {"steps": 1, "batch_size": 4, "width": 4, "models": "auto", "select": "last", "looks": 1}


def request(folder: Path, out: Path, count: int = 2, size: int | None = None) -> Request:
    return Request(
        dataset=folder / "images",
        generator=GeneratorSpec(name="gan128", params=PARAMS),
        out=out,
        count=count,
        size=size,
        seed=3,
        cache=folder / "cache",
        device="cpu",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generate")
    write_dataset(folder / "images")
    return folder


def test_images_say_that_they_are_synthetic_and_whence_they_are(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    answer = generate(request(folder, tmp_path / "out"), lambda *item: told.append(item))
    assert answer["images"] == 4
    quality = json.loads((tmp_path / "out" / "quality.json").read_text())
    for name in ("dark", "light"):
        assert (tmp_path / "out" / f"closest-{name}.png").is_file()
        with Image.open(tmp_path / "out" / name / "gan128-00001.png") as image:
            assert image.size == (128, 128)
            assert image.info["synthetic"] == "true"
            assert image.info["class"] == name
            assert image.info["generator_identity"] == quality["identity"]
            assert image.info["gate"] == answer["verdict"]
    with (tmp_path / "out" / "lineage.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["path"] for line in lines] == [
        f"{name}/gan128-{number:05d}.png" for name in ("dark", "light") for number in (0, 1)
    ]
    assert told[-1][:2] == (4, 4)

    # A second request of more images finds the fitted generator: its first images are the same bytes.
    more: list[tuple[int, int, str]] = []
    generate(request(folder, tmp_path / "more", count=3), lambda *item: more.append(item))
    assert {item[1] for item in more if item[2] in ("dark", "light")} == {6}
    first, again = (tmp_path / name / "light" / "gan128-00001.png" for name in ("out", "more"))
    assert first.read_bytes() == again.read_bytes()

    generate(request(folder, tmp_path / "small", count=1, size=32), lambda *_: None)
    with Image.open(tmp_path / "small" / "dark" / "gan128-00000.png") as image:
        assert image.size == (32, 32)


def test_a_folder_that_holds_something_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(AugtuiError, match="not empty"):
        generate(request(folder, tmp_path), lambda *_: None)


def test_a_place_that_cannot_be_written_is_said_before_anything_is_fitted(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told: list[object] = []
    with pytest.raises(AugtuiError, match=r"cannot write .*/file/out: "):
        generate(request(folder, tmp_path / "file" / "out"), lambda *item: told.append(item))
    assert told == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--generator", "dcgan"], 'there is no generator "dcgan"'),
        (["--generator", "gan128", "--set", "step=3"], 'did you mean "steps"'),
        (["--generator", "gan128", "--set", "steps=0"], "steps"),
        (["--generator", "dcgan64", "--set", "select=worst"], "select"),
    ],
)
def test_a_wrong_generator_is_said_before_anything_is_fitted(
    folder: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    common = ["generate", str(folder / "images"), "--count", "1", "--out", str(tmp_path / "out")]
    answer = CliRunner().invoke(app, [*common, *arguments])
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_log_gets_a_line_each_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter((0.0, 5.0, 31.0, 45.0, 62.0))
    lines = Lines("gan128", clock=lambda: next(now))
    for step in (10, 20, 30, 40):
        lines(step, 6000, "loss 0.5")
    assert capsys.readouterr().err == "gan128: 20 of 6,000, loss 0.5\ngan128: 40 of 6,000, loss 0.5\n"
