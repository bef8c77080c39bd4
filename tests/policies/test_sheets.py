"""Contact sheets and copies as files: each version with what was drawn for it."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from augtui.engine.contact import GUTTER, Tile, contact_sheet
from augtui.engine.offline import Request, write_copies, write_sheet
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
        assert original.startswith("train-")
        assert len(versions) == 2
        assert all("rotate" in version for version in versions)


def test_copies_name_their_parent_and_what_was_drawn(request_of):
    request = request_of("copies", 2)
    assert write_copies(request, lambda *_: None)["images"] == 12
    rows = list(csv.DictReader((request.out / "lineage.csv").open()))
    assert len({row["path"] for row in rows}) == 12
    assert {row["parent"].split("/")[0] for row in rows} == {"train"}
    assert all((request.out / row["path"]).is_file() and row["drawn"].startswith("rotate") for row in rows)
