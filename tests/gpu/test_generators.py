"""Generators on a GPU: they are fitted in either precision, and a resumed fit goes on where it was left."""

from __future__ import annotations

import io

import pytest
import torch

from augtui.engine.generators.parts import Part
from augtui.engine.generators.recipes import DcganRecipe, Recipe, SkipRecipe
from augtui.engine.generators.training import make_parts
from tests.generators.toys import both

RECIPES: dict[str, Recipe] = {
    "dcgan64": DcganRecipe(image_size=64, batch_size=16, select="last", looks=2, epochs=2),
    "per-class": SkipRecipe(
        image_size=128, batch_size=8, select="best", looks=2, steps=40, width=16, models="per-class"
    ),
    "conditional": SkipRecipe(
        image_size=128, batch_size=8, select="best", looks=2, steps=40, width=16, models="conditional"
    ),
}


def parts(recipe: Recipe, precision: str = "fp32") -> list[Part]:
    images, labels = both(0, 60, recipe.image_size)
    autocast = torch.autocast("cuda", torch.bfloat16, enabled=precision == "bf16")
    return make_parts(recipe, images.cuda(), labels.cuda(), 2, 5, autocast)


def trained(recipe: Recipe, precision: str, steps: int) -> list[Part]:
    made = parts(recipe, precision)
    for part in made:
        for _ in range(steps):
            part.one_step()
    return made


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", RECIPES)
def test_a_fit_moves_every_weight_and_stays_finite(name: str, precision: str) -> None:
    for part in trained(RECIPES[name], precision, 8):
        part.losses()  # raises where a loss is not finite
        before, after = (
            dict(made.adversary.generator.named_parameters()) for made in (parts(RECIPES[name])[0], part)
        )
        for key, value in after.items():
            assert torch.isfinite(value).all(), key
            assert not torch.equal(value, before[key]), key


@pytest.mark.parametrize("name", RECIPES)
def test_a_resumed_fit_goes_on_where_it_was_left(name: str) -> None:
    recipe = RECIPES[name]
    whole = trained(recipe, "fp32", 9)[0]
    first = trained(recipe, "fp32", 6)[0]
    file = io.BytesIO()
    torch.save(first.state(), file)
    file.seek(0)
    second = parts(recipe)[0]
    second.load_state(torch.load(file, map_location="cpu", weights_only=True))
    for _ in range(3):
        second.one_step()
    assert second.losses().generator == pytest.approx(whole.losses().generator, rel=0.02)
    for key, value in whole.adversary.state()["generator"].items():
        torch.testing.assert_close(second.adversary.state()["generator"][key], value, rtol=1e-2, atol=2e-3)
