"""The built-in dataset: patches of three real photographs that scikit-image ships (brick, grass, gravel; CC0).

Training patches come from the left part of each picture and test patches from the right, with a gap between, so
that no pixel is in both. A test patch is also turned, scaled and lit as a careless second photographer would:
few training patches and this shift are what leaves room for an augmentation to help.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from augtui.errors import AugtuiError, ExitCode
from augtui.streams import stream_seed

CLASSES = ("brick", "grass", "gravel")
SIDE = 32
"""Of a patch, in pixels."""
TRAIN, TEST = 40, 80
"""Patches of each class."""
BORDER = 300
"""Column of the 512 px pictures where the training part ends; the test part begins `GAP` further on."""
GAP = 12
TURN = 90.0
"""Test patches are turned by up to this many degrees."""
SCALE = (0.8, 1.1)
"""Side of what a test patch shows, in multiples of a training patch's."""
LIGHT = (0.85, 1.15)
"""Brightness and contrast of test patches."""

_ABOUT = """source = "brick, grass and gravel of scikit-image (skimage.data); made by CC0Textures and linolafett"
licence = "CC0-1.0"
"""


def write_demo(root: Path) -> Path:
    """Write the dataset to `root` unless it is there; two processes at once do no harm.

    Raises:
        AugtuiError: the pictures are missing, or the folder cannot be written.
    """
    if root.is_dir():
        return root
    pictures = {name: _picture(name) for name in CLASSES}
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
        try:
            for name, picture in pictures.items():
                _write_class(temporary, name, picture)
            (temporary / "dataset.toml").write_text(_ABOUT, encoding="utf-8")
            temporary.chmod(0o755)
            try:
                temporary.rename(root)
            except OSError:
                # Another process wrote the same demo first.
                if not (root / "dataset.toml").is_file():
                    raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise AugtuiError(f"cannot write the demo dataset to {root}: {error.strerror}") from error
    return root


def _picture(name: str) -> Image.Image:
    spec = importlib.util.find_spec("skimage")  # scikit-image itself need not be imported for three files
    if spec is None or not spec.submodule_search_locations:
        raise AugtuiError("the demo needs scikit-image", "pip install scikit-image", ExitCode.RUN_FAILED)
    path = Path(spec.submodule_search_locations[0]) / "data" / f"{name}.png"
    try:
        return Image.open(path).convert("L")
    except OSError as error:
        raise AugtuiError(f"the demo picture {path} is missing: {error}", "reinstall scikit-image") from error


def class_patches(name: str, picture: Image.Image) -> dict[str, list[Image.Image]]:
    """The training and test patches of a class, grey, `SIDE` x `SIDE`.

    Args:
        name: of the class, which seeds the draws.
        picture: grey, 512 x 512.
    """
    stream = np.random.default_rng(stream_seed("demo", name))
    train_part = picture.crop((0, 0, BORDER, picture.height))
    test_part = picture.crop((BORDER + GAP, 0, picture.width, picture.height))
    return {
        "train": [_plain_patch(train_part, stream) for _ in range(TRAIN)],
        "test": [_shifted_patch(test_part, stream) for _ in range(TEST)],
    }


def _write_class(root: Path, name: str, picture: Image.Image) -> None:
    for split, patches in class_patches(name, picture).items():
        folder = root / split / name
        folder.mkdir(parents=True)
        for number, patch in enumerate(patches):
            patch.save(folder / f"patch-{number:03d}.png")


def _plain_patch(part: Image.Image, stream: np.random.Generator) -> Image.Image:
    x = int(stream.integers(0, part.width - 2 * SIDE + 1))
    y = int(stream.integers(0, part.height - 2 * SIDE + 1))
    return part.crop((x, y, x + 2 * SIDE, y + 2 * SIDE)).resize((SIDE, SIDE), Image.Resampling.BOX)


def _shifted_patch(part: Image.Image, stream: np.random.Generator) -> Image.Image:
    shown = 2 * SIDE * float(stream.uniform(*SCALE))
    half = shown * 2**0.5 / 2  # room for any turn
    x = float(stream.uniform(half, part.width - half))
    y = float(stream.uniform(half, part.height - half))
    turned = part.rotate(float(stream.uniform(-TURN, TURN)), Image.Resampling.BICUBIC, center=(x, y))
    box = (x - shown / 2, y - shown / 2, x + shown / 2, y + shown / 2)
    patch = turned.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
    patch = ImageEnhance.Brightness(patch).enhance(float(stream.uniform(*LIGHT)))
    return ImageEnhance.Contrast(patch).enhance(float(stream.uniform(*LIGHT)))
