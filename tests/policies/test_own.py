"""A function of the user's own as a policy."""

import sys
from pathlib import Path

import pytest
import torch

from augtui.engine.policies import build_policy
from augtui.engine.policies.own_function import hash_of
from augtui.errors import AugtuiError, OwnCodeError
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

def exact(batch, generators, *, by=10, factor=1.0, on=False, how="near", amount: int = 3):
    assert type(by) is int and type(amount) is int and type(factor) is float and type(on) is bool
    return batch + by

def fails(batch, generators):
    if len(batch):
        raise ValueError("no such colour")

def deep(batch, generators):
    return torch.zeros(2).view(3)

def leaves(batch, generators):
    raise SystemExit(3)

def halves(batch, generators):
    return batch / 2

def forgets(batch, generators):
    pass
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
        ("exact", {"by": 2.5}, "by: a whole number is needed, as its default 10 is, not 2.5", ""),
        ("exact", {"by": True}, "by: a whole number is needed", ""),
        ("exact", {"by": Uniform(low=0.5, high=3.0)}, "not a range from 0.5 to 3", ""),
        ("exact", {"by": Choice(options=(1, 2.5))}, "by: a whole number is needed", ""),
        ("exact", {"factor": "big"}, "factor: a number is needed, as its default 1.0 is, not 'big'", ""),
        ("exact", {"on": 1}, "on: true or false is needed, as its default False is, not 1", ""),
        ("exact", {"how": 3}, "how: a string is needed, as its default 'near' is, not 3", ""),
    ],
)
def test_what_does_not_fit_is_told_before_any_work(source, function, params, message, hint):
    with pytest.raises(AugtuiError) as told:
        own(source, function, **params)
    assert message in told.value.message
    assert hint in told.value.hint


@pytest.mark.parametrize(
    ("function", "given"),
    [
        ("shrink", r"torch.uint8 \[2, 3, 24, 12\]"),
        ("halves", r"torch.float32 \[2, 3, 24, 24\]"),
        ("forgets", "NoneType"),
    ],
)
def test_a_wrong_result_is_the_functions_fault(source, function, given):
    line = 1 + SOURCE_TEXT.splitlines().index(f"def {function}(batch, generators):")
    with pytest.raises(OwnCodeError, match=rf"my_augmentations:{function} gave {given} .*{source.name}, line {line}"):
        own(source, function).apply(noise(2), draws(2))


@pytest.mark.parametrize(
    ("function", "raised", "text"),
    [
        ("fails", "ValueError: no such colour", 'raise ValueError("no such colour")'),
        ("deep", "RuntimeError: shape", "torch.zeros(2).view(3)"),
        ("leaves", "SystemExit: 3", "raise SystemExit(3)"),
    ],
)
def test_what_a_function_raises_is_told_with_its_line(source, function, raised, text):
    line = next(number for number, code in enumerate(SOURCE_TEXT.splitlines(), 1) if text in code)
    with pytest.raises(OwnCodeError) as told:
        own(source, function).apply(noise(2), draws(2))
    assert told.value.message.startswith(f"my_augmentations:{function} raised {raised}")
    assert told.value.message.endswith(f"({source}, line {line})")
    assert told.value.__cause__ is not None


def test_whole_numbers_stay_whole(source):
    """A range or a choice of a parameter whose default is an int gives ints; the function asserts it."""
    images = torch.zeros(200, 3, 2, 2, dtype=torch.uint8)
    ranged = own(source, "exact", by=Uniform(low=3.0, high=6.0), factor=Uniform(low=0.0, high=1.0), on=True)
    assert ranged.apply(images, draws(200)).unique().tolist() == [3, 4, 5, 6]
    chosen = own(source, "exact", by=Choice(options=(1, 7)), factor=2, on=Choice(options=(True, False)))
    assert chosen.apply(images, draws(200)).unique().tolist() == [1, 7]


def test_an_edited_source_is_refused(source):
    params = {SOURCE_HASH: hash_of(source)}
    own(source, "darken", **params)
    source.write_text(SOURCE_TEXT + "\n# changed\n", encoding="utf-8")
    with pytest.raises(AugtuiError, match="was edited since the study began"):
        own(source, "darken", **params)


def test_a_source_that_cannot_be_imported_is_named(source):
    source.write_text("import nothing_of_that_name\n", encoding="utf-8")
    with pytest.raises(AugtuiError, match="line 1: it cannot be imported: ModuleNotFoundError"):
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


def test_it_may_import_what_lies_beside_it(tmp_path):
    (tmp_path / "beside_it.py").write_text("STEP = 7\n")
    path = tmp_path / "user.py"
    path.write_text("import beside_it\ndef add(batch, generators): return batch + beside_it.STEP\n")
    images = noise(2) // 2
    assert torch.equal(own(path, "add").apply(images, draws(2)), images + 7)
