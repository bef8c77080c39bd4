"""A function of the user's own as a policy."""

import sys
from pathlib import Path

import pytest
import torch

from augtui.engine.policies import build_policy
from augtui.engine.policies.own import hash_of
from augtui.errors import AugtuiError
from augtui.plan.own_sources import SOURCE, SOURCE_HASH
from augtui.plan.spec import Choice, ParamValue, PolicySpec, Uniform
from tests.policies.material import draws, noise

SOURCE_TEXT = """
import torch

def darken(batch, generators, *, by=10, jitter=0.0):
    noise = torch.stack([torch.rand(1, generator=generator) for generator in generators])
    return (batch.int() - int(by) - (noise * jitter)[:, :, None, None].int()).clamp(0, 255).to(torch.uint8)

def shrink(batch, generators):
    return batch[..., ::2]

def spoil(batch, generators):
    batch += 1
    return batch

def needs(batch, generators, amount):
    return batch

def lonely(batch):
    return batch
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "my_augmentations.py"
    path.write_text(SOURCE_TEXT, encoding="utf-8")
    return path


def own(source: Path, function: str, **params: ParamValue):
    return build_policy(PolicySpec(name=f"my_augmentations:{function}", params={SOURCE: str(source), **params}))


def test_it_is_applied_to_the_whole_batch(source):
    images = noise(5)
    result = own(source, "darken", by=20).apply(images, draws(5))
    assert torch.equal(result, (images.int() - 20).clamp(0).to(torch.uint8))


def test_its_generators_decide_and_the_batch_does_not(source):
    images = noise(6)
    chosen = own(source, "darken", jitter=100.0)
    together = chosen.apply(images, draws(6))
    assert torch.equal(chosen.apply(images[2:], draws(4, first=2)), together[2:])
    assert not torch.equal(chosen.apply(images, draws(6, passes=1)), together)


def test_ranges_and_choices_are_drawn_for_each_image(source):
    images = torch.full((40, 3, 4, 4), 200, dtype=torch.uint8)
    ranged = own(source, "darken", by=Uniform(low=0.0, high=100.0)).apply(images, draws(40))
    assert len(ranged[:, 0, 0, 0].unique()) > 20
    chosen = own(source, "darken", by=Choice(options=(5, 50))).apply(images, draws(40))
    assert chosen.unique().tolist() == [150, 195]


def test_the_images_given_to_it_are_its_own(source):
    images = noise(3)
    before = images.clone()
    own(source, "spoil").apply(images, draws(3))
    assert torch.equal(images, before)


def test_its_parameters_are_told(source):
    assert own(source, "darken", by=20).describe(draws(2), (8, 8)) == ["darken by 20"] * 2


@pytest.mark.parametrize(
    ("function", "params", "message", "hint"),
    [
        ("darkne", {}, "no function 'darkne'", 'did you mean "darken"'),
        ("darken", {"bye": 3}, "no parameter 'bye'", 'did you mean "by"'),
        ("needs", {}, "amount must be given", "no default"),
        ("lonely", {}, "takes 1 arguments", "list of torch.Generator"),
    ],
)
def test_what_does_not_fit_is_told_before_any_work(source, function, params, message, hint):
    with pytest.raises(AugtuiError) as told:
        own(source, function, **params)
    assert message in told.value.message
    assert hint in told.value.hint


def test_a_wrong_result_is_the_functions_fault(source):
    with pytest.raises(AugtuiError, match=r"my_augmentations:shrink gave torch.uint8 \[2, 3, 24, 12\]"):
        own(source, "shrink").apply(noise(2), draws(2))


def test_an_edited_source_is_refused(source):
    params = {SOURCE_HASH: hash_of(source)}
    own(source, "darken", **params)
    source.write_text(SOURCE_TEXT + "\n# changed\n", encoding="utf-8")
    with pytest.raises(AugtuiError, match="was edited since the study began"):
        own(source, "darken", **params)


def test_a_source_that_cannot_be_imported_is_named(source):
    source.write_text("import nothing_of_that_name\n", encoding="utf-8")
    with pytest.raises(AugtuiError, match="cannot be imported: ModuleNotFoundError"):
        own(source, "darken")


def test_a_missing_source_is_named(tmp_path):
    with pytest.raises(AugtuiError, match="is gone"):
        own(tmp_path / "my_augmentations.py", "darken")


def test_without_a_file_the_module_is_looked_for_on_the_path(source, monkeypatch):
    monkeypatch.syspath_prepend(str(source.parent))
    built = build_policy(PolicySpec(name="my_augmentations:darken"))
    assert torch.equal(built.apply(noise(0), draws(0)), noise(0))
    sys.modules.pop("my_augmentations")
    with pytest.raises(AugtuiError, match="there is no module 'my_augmentationz'"):
        build_policy(PolicySpec(name="my_augmentationz:darken"))
