"""Superpixels: the right means in the right places, from cached label maps that move with the image."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.segmentation import slic
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies import Sources
from augtui.engine.policies.imgaug_compat import imgaug_problem, import_imgaug
from augtui.engine.policies.kernels.resize import resize_linear
from augtui.engine.policies.kernels.slic import slic as slic_on_device
from augtui.engine.policies.kernels.superpixels import paint_segments
from augtui.engine.policies.segments import LEVELS, levels, reduced_size
from augtui.engine.policies.single import rotate
from augtui.engine.policies.superpixels import Superpixels, segment_levels
from augtui.plan.spec import Choice, Uniform
from tests.policies.material import difference, draws, noise, photographs, policy

needs_imgaug = pytest.mark.skipif(bool(imgaug_problem()), reason=imgaug_problem())


@dataclass(frozen=True)
class Pictures:
    pixels: NDArray[np.uint8]
    fingerprint: str = "some pictures"


def sources(images: Tensor, cache: Path, first: int = 0) -> Sources:
    return Sources.of(Pictures(images.numpy()), torch.arange(first, len(images)), cache)


def painted_by_hand(image: Tensor, labels: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Tensor:
    """The reference: scikit-image's labels, NumPy's means."""
    pixels = image.permute(1, 2, 0).numpy().copy()
    for label in np.unique(labels):
        if chosen[label]:
            inside = labels == label
            pixels[inside] = np.round(pixels[inside].astype(np.float64).sum(axis=0) / inside.sum())
    return torch.from_numpy(pixels).permute(2, 0, 1)


def labels_of(image: Tensor, segments: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = slic(
        image.permute(1, 2, 0).contiguous().numpy(), n_segments=segments, compactness=10, start_label=0
    )
    return found


@pytest.mark.parametrize("size", [64, 128])
def test_painting_equals_the_reference_bit_for_bit(size):
    for image in photographs(4, size):
        labels = labels_of(image, 100)
        chosen = np.random.default_rng(0).random(labels.max() + 1) < 0.5
        ours = paint_segments(image[None], torch.from_numpy(labels)[None], torch.from_numpy(chosen)[None])[0]
        assert torch.equal(ours, painted_by_hand(image, labels, chosen))


def test_clean_mode_paints_native_pixels_with_labels_found_small():
    image = photographs(1, 200)
    labels = labels_of(resize_linear(image, (128, 128))[0], 60)
    place = np.arange(200) * 128 // 200
    labels = labels[place][:, place]
    expected = painted_by_hand(image[0], labels, np.ones(labels.max() + 1, dtype=bool))
    ours = Superpixels(1.0, 60, "clean", 128, 10.0).apply(image, draws(1))[0]
    assert torch.equal(ours, expected)


def test_clean_mode_leaves_unpainted_pixels_sharp_and_compatible_mode_does_not():
    image = photographs(2, 160)
    clean = Superpixels(0.3, 60, "clean", 128, 10.0).apply(image, draws(2))
    assert 0.4 < (clean == image).all(dim=1).float().mean() < 0.95
    compatible = Superpixels(0.3, 60, "compatible", 128, 10.0).apply(image, draws(2))
    assert (compatible == image).all(dim=1).float().mean() < 0.2


def test_compatible_mode_equals_the_reference_bit_for_bit():
    image = photographs(1, 200)
    small = resize_linear(image, (128, 128))
    labels = labels_of(small[0], 60)
    expected = painted_by_hand(small[0], labels, np.ones(labels.max() + 1, dtype=bool))
    ours = Superpixels(1.0, 60, "compatible", 128, 10.0).apply(image, draws(1))
    assert torch.equal(ours, resize_linear(expected[None], (200, 200)))


@pytest.mark.parametrize(("before", "after"), [(224, 128), (128, 224), (100, 173), (65, 64)])
def test_resizing_equals_opencv_bit_for_bit(before, after):
    cv2 = pytest.importorskip("cv2")
    image = noise(1, before, before + 3)
    theirs = cv2.resize(image[0].permute(1, 2, 0).numpy(), (after + 5, after), interpolation=cv2.INTER_LINEAR)
    assert torch.equal(resize_linear(image, (after, after + 5))[0], torch.from_numpy(theirs).permute(2, 0, 1))


@needs_imgaug
def test_plain_imgaug_paints_each_segment_with_its_neighbours_mean():
    """Why imgaug's class must not be called as it is: it expects segments counted from 0, and they start at 1."""
    augmenters = import_imgaug().augmenters
    wrong, good = [], []
    for image in photographs(6, 128):
        labels = labels_of(image, 100)
        expected = painted_by_hand(image, labels, np.ones(labels.max() + 1, dtype=bool))
        with pytest.warns(FutureWarning):
            plain = augmenters.Superpixels(1.0, 100)(image=image.permute(1, 2, 0).numpy())
        wrong.append(float((torch.from_numpy(plain).permute(2, 0, 1) != expected).any(dim=0).float().mean()))
        good.append(difference(Superpixels(1.0, 100, "clean", 128, 10.0).apply(image[None], draws(1))[0], expected))
    assert np.mean(wrong) > 0.9
    assert max(good) == 0


def test_probability_0_is_the_identity_and_1_paints_everything():
    images = photographs(4, 48)
    assert torch.equal(policy("superpixels", p_replace=0.0).apply(images, draws(4)), images)
    assert torch.equal(policy("superpixels", p=0.0).apply(images, draws(4)), images)
    whole = policy("superpixels", p_replace=1.0, n_segments=20).apply(images, draws(4))
    colours = [len(torch.unique(image.flatten(1), dim=1).T) for image in whole]
    assert max(colours) <= 40


def test_the_share_of_painted_segments_follows_the_drawn_probability():
    images = noise(1, 40, 40).expand(300, -1, -1, -1)
    changed = [
        float((policy("superpixels", p_replace=share, n_segments=60).apply(images[:60], draws(60)) != images[:60])
              .any(dim=1).float().mean())
        for share in (0.2, 0.7)
    ]  # fmt: skip
    assert changed == pytest.approx([0.2, 0.7], abs=0.05)


def test_a_range_of_segments_is_drawn_from_eight_levels():
    assert len(segment_levels(Uniform(low=100, high=200))) == LEVELS
    assert segment_levels(Uniform(low=100, high=200))[::7] == (100, 200)
    assert segment_levels(Uniform(low=10, high=12)) == (10, 11, 12)
    assert segment_levels(50) == (50,)
    assert segment_levels(Choice(options=(30, 90))) == (30, 90)
    assert levels(7, 7) == (7,)
    described = Superpixels(0.5, Uniform(low=100, high=200), "clean", 128, 10.0).describe(draws(400), (64, 64))
    counts = {int(line.split()[2]) for line in described}
    assert counts == set(segment_levels(Uniform(low=100, high=200)))


def test_cached_label_maps_give_what_fresh_ones_give(tmp_path):
    images = photographs(8, 64)
    chosen = policy("superpixels")
    fresh = chosen.apply(images, draws(8))
    assert torch.equal(chosen.apply(images, draws(8), sources(images, tmp_path)), fresh)
    assert torch.equal(chosen.apply(images, draws(8), sources(images, tmp_path)), fresh)


def test_label_maps_are_made_once(tmp_path, monkeypatch):
    from augtui.engine.policies import segments

    images = photographs(6, 32)
    made = []
    original = segments.slic_all
    monkeypatch.setattr(segments, "slic_all", lambda found, *rest: made.append(len(found)) or original(found, *rest))
    chosen = policy("superpixels", n_segments=30)
    for _ in range(3):
        chosen.apply(images, draws(6), sources(images, tmp_path))
    assert made == [6]
    policy("superpixels", n_segments=31).apply(images[4:], draws(2), sources(images, tmp_path, first=4))
    assert made == [6, 2]


def test_what_decides_a_label_map_decides_its_place(tmp_path):
    images = photographs(2, 40)
    places = set()
    for changes in ({}, {"compactness": 20.0}, {"max_size": 32}):
        policy("superpixels", n_segments=30, **changes).apply(images, draws(2), sources(images, tmp_path))
        places = {path.parent.name for path in tmp_path.glob("segments/*/labels-30.npy")} | places
    assert len(places) == 3
    other = Sources.of(Pictures(images.numpy(), "other pictures"), torch.arange(2), tmp_path)
    policy("superpixels", n_segments=30).apply(images, draws(2), other)
    assert len(list(tmp_path.glob("segments/*"))) == 4


def test_several_at_once_fill_one_cache(tmp_path):
    from augtui.engine.policies.segments import LabelMaps
    from augtui.engine.policies.slic import SlicSettings

    images = photographs(8, 32)
    pictures = Pictures(images.numpy())
    rows, counts = np.arange(8), np.full(8, 25)

    def read(_: int) -> Tensor:
        return LabelMaps(tmp_path / "maps", 8, (32, 32), SlicSettings()).read(pictures, rows, counts)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(read, range(4)))
    assert all(torch.equal(labels, found[0]) for labels in found)
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["done-25.npy", "labels-25.npy"]


def test_label_maps_move_with_the_image(tmp_path):
    images = photographs(3, 64)
    turned = rotate(p=1.0, degrees=90.0, interpolation="bilinear", border="constant", fill=0.0)
    motion = turned.motion(draws(3), (64, 64), images.device)
    moved = motion.images(images)
    assert torch.equal(moved, images.rot90(-1, (2, 3)))
    painter = Superpixels(1.0, 40, "clean", 128, 10.0)
    before = painter.apply(images, draws(3), sources(images, tmp_path))
    after = painter.apply(moved, draws(3), sources(images, tmp_path).moved(torch.arange(3), motion))
    assert torch.equal(after, before.rot90(-1, (2, 3)))


def test_moved_label_maps_do_not_mix_the_image_with_its_fill(tmp_path):
    images = torch.full((1, 3, 64, 64), 200, dtype=torch.uint8)
    turned = rotate(p=1.0, degrees=45.0, interpolation="nearest", border="constant", fill=0.0)
    motion = turned.motion(draws(1), (64, 64), images.device)
    moved = motion.images(images)
    own = sources(images, tmp_path).moved(torch.arange(1), motion)
    assert torch.equal(Superpixels(1.0, 30, "clean", 128, 10.0).apply(moved, draws(1), own), moved)


def test_combined_moves_label_maps_for_each_image_by_itself(tmp_path):
    images = photographs(24, 48)
    chosen = policy("combined")
    together = chosen.apply(images, draws(24), sources(images, tmp_path))
    for index in range(24):
        own = Sources.of(Pictures(images.numpy()), torch.tensor([index]), tmp_path)
        alone = chosen.apply(images[index : index + 1], draws(1, first=index), own)
        assert torch.equal(alone[0], together[index])


@pytest.mark.parametrize(
    ("size", "expected"), [((64, 64), (64, 64)), ((224, 224), (128, 128)), ((300, 100), (128, 42))]
)
def test_images_are_reduced_as_imgaug_reduces_them(size, expected):
    assert reduced_size(*size, 128) == expected


def test_no_images_need_no_label_maps(tmp_path):
    nothing = photographs(1, 32)[:0]
    empty = Sources.of(Pictures(photographs(2, 32).numpy()), torch.arange(0), tmp_path)
    assert policy("superpixels").apply(nothing, Draws(torch.arange(0)), empty).shape == (0, 3, 32, 32)


def unconnected(image: Tensor, segments: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = slic(
        image.permute(1, 2, 0).contiguous().numpy(),
        n_segments=segments,
        compactness=10,
        start_label=0,
        enforce_connectivity=False,
    )
    return found


@pytest.mark.parametrize("size", [64, 100])
def test_slic_on_the_device_is_within_what_noise_does_to_scikit_images(size):
    """The yardstick is scikit-image against itself after each level moved by at most one."""
    images = photographs(8, size)
    shaken = (images.int() + noise(8, size, size).int() % 3 - 1).clamp(0, 255).to(torch.uint8)
    ours = slic_on_device(images, 80, 10.0)
    same, yardstick = [], []
    for image, other, labels in zip(images, shaken, ours, strict=True):
        expected = unconnected(image, 80)
        same.append(float((labels.numpy() == expected).mean()))
        yardstick.append(float((unconnected(other, 80) == expected).mean()))
    assert np.mean(same) > max(0.98, np.mean(yardstick))


def test_slic_on_the_device_does_not_depend_on_the_batch():
    images = photographs(9, 50)
    together = slic_on_device(images, 40, 10.0)
    assert torch.equal(slic_on_device(images[4:5], 40, 10.0)[0], together[4])


@pytest.mark.parametrize(("height", "width", "segments"), [(1, 1, 5), (3, 40, 7), (17, 31, 100), (8, 8, 64)])
def test_slic_on_the_device_takes_any_size(height, width, segments):
    labels = slic_on_device(noise(2, height, width), segments, 10.0)
    assert labels.shape == (2, height, width)
    assert int(labels.min()) >= 0


def test_superpixels_can_be_found_on_the_device(tmp_path):
    images = photographs(12, 40)
    chosen = policy("superpixels", slic="torch", p_replace=1.0, n_segments=Uniform(low=20.0, high=40.0))
    result = chosen.apply(images, draws(12), sources(images, tmp_path))
    assert not list(tmp_path.iterdir())
    assert 2 < difference(result, images) < 40
    assert torch.equal(chosen.apply(images[5:6], draws(1, first=5))[0], result[5])
