"""What holds for every image policy, whatever it does."""

import pytest
import torch

from augtui.plan.catalog import CATALOG
from tests.policies.material import alone, draws, noise, photographs, policy

IMAGE_POLICIES = [item.name for item in CATALOG.policies if item.kind == "image" and alone(item)]


@pytest.mark.parametrize("name", IMAGE_POLICIES)
@pytest.mark.parametrize(("height", "width"), [(24, 24), (17, 31), (1, 1)])
def test_shape_and_type_stay_and_the_input_is_not_touched(name, height, width):
    images = noise(12, height, width)
    before = images.clone()
    result = policy(name).apply(images, draws(12))
    assert result.shape == images.shape
    assert result.dtype == torch.uint8
    assert torch.equal(images, before)
    assert result.data_ptr() != images.data_ptr()


@pytest.mark.parametrize("name", IMAGE_POLICIES)
@pytest.mark.parametrize("width", [32, 31])
def test_an_image_does_not_depend_on_its_batch(name, width):
    images = photographs(40, 32)[..., :width].contiguous()
    chosen = policy(name)
    together = chosen.apply(images, draws(40))
    halves = [chosen.apply(images[:13], draws(13)), chosen.apply(images[13:], draws(27, first=13))]
    assert torch.equal(torch.cat(halves), together)
    for index in (0, 7, 39):
        alone = chosen.apply(images[index : index + 1], draws(1, first=index))
        assert torch.equal(alone[0], together[index])
    order = torch.randperm(40, generator=torch.Generator().manual_seed(0))
    assert torch.equal(chosen.apply(images[order], draws(40).select(order)), together[order])


@pytest.mark.parametrize("name", IMAGE_POLICIES)
def test_equal_draws_give_equal_bytes_and_others_do_not(name):
    images = photographs(16, 32)
    chosen = policy(name)
    first = chosen.apply(images, draws(16))
    assert torch.equal(chosen.apply(images, draws(16)), first)
    if name != "duplicate":
        assert not torch.equal(chosen.apply(images, draws(16, passes=1)), first)


@pytest.mark.parametrize("name", IMAGE_POLICIES)
def test_no_images_are_no_error(name):
    assert policy(name).apply(noise(0), draws(0)).shape == (0, 3, 24, 24)


@pytest.mark.parametrize("name", IMAGE_POLICIES)
def test_every_image_is_described(name):
    lines = policy(name).describe(draws(9), (32, 32))
    assert len(lines) == 9
    assert all(lines)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", IMAGE_POLICIES)
def test_the_gpu_gives_the_same_images(name):
    images = photographs(32, 32)
    here = policy(name).apply(images, draws(32))
    there = policy(name).apply(images.cuda(), draws(32)).cpu()
    assert ((here.int() - there.int()).abs() > 1).float().mean() < 0.002
