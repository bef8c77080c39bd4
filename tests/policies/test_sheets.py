"""Contact sheets and copies as files: each version with what was drawn for it."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augtui.engine.contact import GUTTER, Tile, contact_sheet
from augtui.engine.offline import Request, write_copies
from augtui.engine.sheets import write_sheet
from augtui.errors import AugtuiError
from tests.policies.material import spec


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def grey(side: int) -> np.ndarray:
    return np.full((side, side, 3), 128, dtype=np.uint8)


def test_a_caption_stands_under_its_picture_and_within_its_width():
    side = 80
    told = Tile(grey(side), "gaussian blur 1.2 px, edges 0.55 from 130°, averyverylongwordthatnolinecanhold")
    sheet = np.asarray(opened(contact_sheet([[told, Tile(grey(side), "")]], side)).convert("L"))
    below = sheet[GUTTER + side :]
    dark = np.flatnonzero((below < 100).any(axis=0))
    assert dark.min() >= GUTTER
    assert dark.max() < GUTTER + side
    assert (below < 100).any(axis=1).sum() > 25


def test_rows_of_a_sheet_without_captions_have_one_height():
    rows = [
        [Tile(grey(20), "something long " * 9), Tile(grey(10), "short")],
        [Tile(grey(20), ""), Tile(grey(20), "x")],
    ]
    assert opened(contact_sheet(rows, 20, captions=False)).size == (2 * 26 + GUTTER, 2 * 26 + GUTTER)
    assert opened(contact_sheet(rows, 20)).height > 2 * 26 + GUTTER


def test_names_that_the_font_lacks_are_drawn_nevertheless():
    assert opened(contact_sheet([[Tile(grey(20), "\u76ae\u819a.png")]], 20)).height > 26


@pytest.fixture
def request_of(tmp_path):
    for split in ("train", "test"):
        for label in ("cat", "dog"):
            folder = tmp_path / "set" / split / label
            folder.mkdir(parents=True)
            for number in range(3):
                pixels = np.random.default_rng(number).integers(0, 255, (24, 24, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{split}-{number}.png")

    def made(out: str, count: int) -> Request:
        chosen = spec("rotate")
        return Request(tmp_path / "set", chosen, tmp_path / out, None, 0, count, tmp_path / "cache")

    return made


def test_a_sheet_tells_what_was_drawn_for_each_version(request_of):
    answer = write_sheet(request_of("sheet.png", 2))
    assert len(answer["captions"]) == 6
    for original, *versions in answer["captions"]:
        assert Path(original).name.startswith("train-")
        assert len(versions) == 2
        assert all("rotate" in version for version in versions)


def test_copies_name_their_parent_and_what_was_drawn(request_of):
    request = request_of("copies", 2)
    assert write_copies(request, lambda *_: None)["images"] == 12
    rows = list(csv.DictReader((request.out / "lineage.csv").open()))
    assert len({row["path"] for row in rows}) == 12
    assert {row["parent"].split("/")[0] for row in rows} == {"train"}
    assert all((request.out / row["path"]).is_file() and row["drawn"].startswith("rotate") for row in rows)


@pytest.mark.parametrize("name", ["superpixel", "combined"])
def test_copies_do_not_depend_on_which_images_are_made_together(request_of, monkeypatch, name):
    made = []
    for pixels in (1 << 22, 1):
        monkeypatch.setattr("augtui.engine.offline.PIXELS_AT_ONCE", pixels)
        request = replace(request_of(f"{name}-{pixels}", 3), policy=spec(name), size=24)
        write_copies(request, lambda *_: None)
        made.append({str(path.relative_to(request.out)): path.read_bytes() for path in request.out.rglob("*.png")})
    assert len(made[0]) == 18
    assert made[0] == made[1]


def test_a_folder_of_copies_says_how_they_were_made(request_of):
    request = request_of("copies", 1)
    write_copies(request, lambda *_: None)
    told = json.loads((request.out / "policy.json").read_text())
    assert told["policy"]["params"]["degrees"] == {"type": "uniform", "low": -45.0, "high": 45.0}
    assert (told["copies"], told["size"], told["seed"]) == (1, None, 0)


@pytest.mark.parametrize(("write", "name"), [(write_copies, "new"), (write_sheet, "sheet.png")])
def test_nothing_is_written_into_the_dataset(request_of, write, name):
    request = request_of("copies", 1)
    inside = replace(request, out=request.dataset / "train" / name)
    with pytest.raises(AugtuiError, match="lies in the dataset"):
        write(inside, lambda *_: None) if write is write_copies else write(inside)
    assert not inside.out.exists()


def test_a_sheet_is_a_png(request_of):
    with pytest.raises(AugtuiError, match="a sheet is a PNG file"):
        write_sheet(request_of("sheet.jpg", 1))
