"""Each operation of the automatic augmentations against torchvision's own, image by image."""

import math

import pytest
import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as tv

from augtui.engine.policies.operations import OPERATIONS, code, operate
from augtui.engine.policies.spaces import AUGMIX, AUTO, RAND, TRIVIAL, in_words
from tests.policies.material import difference, noise, photographs

MAGNITUDES = {
    "identity": [0.0],
    "shear_x": [0.1, -0.3, 0.99],
    "shear_y": [0.1, -0.3, 0.99],
    "translate_x": [7.9, -3.2, 30.0],
    "translate_y": [7.9, -3.2, 30.0],
    "rotate": [3.0, -45.0, 90.0, 135.0],
    "brightness": [0.5, -0.99, 0.99],
    "colour": [0.5, -0.99, 0.99],
    "contrast": [0.5, -0.99, 0.99],
    "sharpness": [0.5, -0.99, 0.99],
    "posterize": [2.0, 5.0, 8.0],
    "solarize": [0.0, 0.37, 1.0],
    "autocontrast": [0.0],
    "equalize": [0.0],
    "invert": [0.0],
}
EXACT = {
    "brightness", "contrast", "posterize", "solarize", "autocontrast", "equalize", "invert",
    "translate_x", "translate_y", "identity",
}  # fmt: skip
NAMES = {"colour": "Color", "autocontrast": "AutoContrast"}


def torchvision(image: torch.Tensor, name: str, magnitude: float, interpolation: str = "nearest") -> torch.Tensor:
    known_as = NAMES.get(name, "".join(part.capitalize() for part in name.split("_")))
    mode = v2.InterpolationMode(interpolation)
    return v2.TrivialAugmentWide()._apply_image_or_video_transform(image, known_as, magnitude, mode, {})


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_equals_torchvision(name):
    magnitudes = torch.tensor(MAGNITUDES[name]).tolist()
    images = torch.cat((photographs(8), noise(2, 64, 64), torch.full((1, 3, 64, 64), 7, dtype=torch.uint8)))
    for magnitude in magnitudes:
        ours = operate(
            images,
            torch.full((len(images),), code(name)),
            torch.full((len(images),), magnitude),
            nearest=True,
            fill=0,
        )
        theirs = torch.stack([torchvision(image, name, magnitude) for image in images])
        if name in EXACT:
            assert torch.equal(ours, theirs)
        else:
            # Rounding decides between two equally near pixels, or grey levels, here and there.
            assert difference(ours, theirs) < 0.4


@pytest.mark.parametrize("name", ["shear_x", "shear_y", "rotate"])
def test_bilinear_warp_equals_torchvision(name):
    images = photographs(8)
    for magnitude in MAGNITUDES[name]:
        ours = operate(images, torch.full((8,), code(name)), torch.full((8,), magnitude), nearest=False, fill=0)
        theirs = torch.stack([torchvision(image, name, magnitude, "bilinear") for image in images])
        assert difference(ours, theirs) < 0.1


def test_fill_is_what_warps_find_outside():
    images = photographs(2)
    ours = operate(images, torch.tensor([code("translate_x")] * 2), torch.tensor([10.0] * 2), nearest=True, fill=77)
    assert (ours[..., :10] == 77).all()
    assert torch.equal(ours, tv.affine(images, 0, [10, 0], 1, [0, 0], fill=[77]))


def test_each_image_gets_its_own_operation():
    images = photographs(len(OPERATIONS))
    operation = torch.arange(len(OPERATIONS)).flip(0)
    magnitude = torch.tensor([MAGNITUDES[OPERATIONS[index]][0] for index in operation])
    together = operate(images, operation, magnitude, nearest=True, fill=0)
    for index in range(len(images)):
        one = slice(index, index + 1)
        alone = operate(images[one], operation[one], magnitude[one], nearest=True, fill=0)
        assert torch.equal(together[one], alone), OPERATIONS[operation[index]]


@pytest.mark.parametrize(
    ("space", "transform", "bins"),
    [
        (TRIVIAL, v2.TrivialAugmentWide, 31),
        (TRIVIAL, v2.TrivialAugmentWide, 7),
        (RAND, v2.RandAugment, 31),
        (AUTO, v2.AutoAugment, 10),
        (AUGMIX, v2.AugMix, 10),
    ],
)
def test_spaces_are_those_of_torchvision(space, transform, bins):
    theirs = transform._AUGMENTATION_SPACE
    names = [NAMES.get(name, "".join(part.capitalize() for part in name.split("_"))) for name in space.operations]
    assert sorted(names) == sorted(theirs)
    table = space.table(bins, (40, 50))
    for name, known_as in zip(space.operations, names, strict=True):
        magnitudes, is_signed = theirs[known_as]
        expected = magnitudes(bins, 40, 50)
        if expected is None:
            assert not table[code(name)].any()
        else:
            assert torch.equal(table[code(name)], expected.float()), name
        assert is_signed == (name not in {"posterize", "solarize", "autocontrast", "equalize", "identity", "invert"})


def test_an_operation_is_named_with_its_strength():
    assert in_words(code("rotate"), -12.0) == "rotate -12"
    assert in_words(code("equalize"), 0.0) == "equalize"
    assert math.isfinite(float(in_words(code("translate_x"), 3.0).split()[-1]))
