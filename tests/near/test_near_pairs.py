"""The same picture is found after what people do to pictures; pictures that only look alike are not reported."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

from augtui.dataset.demo import write_demo
from augtui.dataset.near import SIDES, NearPair, near_pairs

Picture = Image.Image
WIDE = 256


def picture(seed: int) -> Picture:
    """A blob in a vignette, the same for all seeds, under a fine texture of its own."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : WIDE * 1j, -1 : 1 : WIDE * 1j]
    radius = np.hypot(y, x)
    large = 200 - 110 * (radius < 0.35) - 80 * np.clip(radius - 0.9, 0, 1) * 3
    texture = sum(
        np.asarray(Image.fromarray(rng.normal(0, 1, (n, n)).astype(np.float32)).resize((WIDE, WIDE), Image.BICUBIC))
        for n in (16, 32, 64)
    )
    return Image.fromarray(np.clip(large + 10 * texture, 0, 255).astype(np.uint8))


def compressed(image: Picture) -> Picture:
    file = BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file).convert("L")


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "nothing": lambda image: image,
    "compressed": compressed,
    "smaller": lambda image: image.resize((150, 150)),
    "turned": lambda image: image.rotate(4, Image.BILINEAR, fillcolor=20),
    "cropped": lambda image: image.crop((12, 6, 250, 244)),
    "brighter": lambda image: ImageEnhance.Brightness(ImageEnhance.Contrast(image).enhance(0.7)).enhance(1.2),
    "mirrored": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "a quarter turn": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "half a turn": lambda image: image.rotate(180),
    "turned far": lambda image: image.rotate(15, Image.BILINEAR, fillcolor=20),
    "turned by any angle": lambda image: image.rotate(-112, Image.BILINEAR, fillcolor=20),
    "mirrored and turned": lambda image: ImageOps.mirror(image).rotate(50, Image.BILINEAR, fillcolor=20),
    "three quarters": lambda image: image.crop((32, 32, 224, 224)),
    "a corner cut off": lambda image: image.crop((28, 0, 256, 228)),
}
MIRRORED = ("mirrored", "upside down", "mirrored and turned")


def stack(*pictures: Picture, side: int = SIDES[0]) -> NDArray[np.uint8]:
    return np.stack([np.asarray(image.resize((side, side), Image.BILINEAR)) for image in pictures])


def found(left: list[Picture], right: list[Picture], side: int = SIDES[0]) -> list[NearPair]:
    images = stack(*left, *right, side=side)
    return pairs_of(images, len(left))


def pairs_of(images: NDArray[np.uint8], left: int) -> list[NearPair]:
    numbers = np.arange(len(images))
    return near_pairs(lambda rows: images[rows], lambda rows: images[rows], numbers[:left], numbers[left:])


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copy_is_found_among_look_alikes(change: str) -> None:
    pairs = found([picture(0)], [picture(1), CHANGES[change](picture(0)), picture(2)])
    assert [(pair.first, pair.second, pair.mirrored) for pair in pairs] == [(0, 2, change in MIRRORED)]


@pytest.mark.parametrize("change", ["three quarters", "a corner cut off", "turned by any angle"])
def test_it_does_not_matter_which_is_the_copy(change: str) -> None:
    pairs = found([CHANGES[change](picture(0))], [picture(1), picture(0), picture(2)])
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 2)]


def framed(image: Picture) -> Picture:
    framed = image.copy()
    framed.paste(0, (0, 0, WIDE, 12))
    framed.paste(0, (0, WIDE - 12, WIDE, WIDE))
    framed.paste(255, (20, 20, 60, 32))
    return framed


def test_look_alikes_in_the_same_frame_are_not_reported() -> None:
    framed_ones = [framed(picture(seed)) for seed in range(30)]
    assert found(framed_ones[:10], framed_ones[10:]) == []


def test_copies_in_the_same_frame_are_found() -> None:
    pairs = found([framed(picture(0))], [framed(picture(1)), framed(compressed(picture(0)))])
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 2)]


def test_look_alikes_are_not_reported() -> None:
    assert found([picture(seed) for seed in range(10)], [picture(seed) for seed in range(10, 30)]) == []


@pytest.mark.parametrize("side", SIDES)
def test_small_thumbnails_find_copies_and_no_look_alikes(side: int) -> None:
    pairs = found([picture(0), picture(3)], [picture(1), compressed(picture(0)), picture(2)], side)
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 3)]


def test_tiny_pictures_of_brick_are_not_turned_until_they_fit(tmp_path: Path) -> None:
    parts = [sorted((write_demo(tmp_path / "demo") / split / "brick").iterdir()) for split in ("test", "train")]
    pictures = [[Image.open(file).convert("L") for file in part] for part in parts]
    assert found(*pictures, side=32) == []


def test_flat_images_are_not_pairs_of_anything() -> None:
    flat = Image.new("L", (WIDE, WIDE), 90)
    assert found([flat], [picture(0), Image.new("L", (WIDE, WIDE), 30)]) == []


def test_empty_side_has_no_pairs() -> None:
    assert found([], [picture(0)]) == []


def test_each_of_several_copies_is_found() -> None:
    pairs = found([picture(0)], [CHANGES["turned"](picture(0)), CHANGES["cropped"](picture(0)), picture(0)])
    assert [pair.second for pair in pairs] == [1, 2, 3]


def real_data() -> Path | None:
    named = os.environ.get("AUGTUI_REAL_DATA")
    path = Path(named) if named else Path(__file__).parents[2].parent / "shared" / "data"
    return path if path.is_dir() else None


@pytest.mark.skipif(real_data() is None, reason="the real images are not here")
def test_real_x_rays_have_the_pairs_that_people_see() -> None:
    root = real_data()
    assert root is not None
    files = [sorted((root / "covid_xray" / split).glob("*/*")) for split in ("test", "train")]
    thumbs = [stack(*(ImageOps.exif_transpose(Image.open(file)).convert("L") for file in part)) for part in files]
    pairs = pairs_of(np.concatenate(thumbs), len(files[0]))
    both = [*files[0], *files[1]]
    assert len(pairs) == 13
    assert all(both[pair.first].parent.name == both[pair.second].parent.name == "covid" for pair in pairs)
