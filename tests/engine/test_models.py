from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from augtui.engine.batches import ModelInput
from augtui.engine.models import build_model
from augtui.errors import AugtuiError
from augtui.plan.spec import DataSpec, ModelSpec


def test_the_study_cnn_has_its_layers_and_one_output_for_each_class() -> None:
    model = build_model(ModelSpec(), 2, 64, seed=0)
    shapes = {name: tuple(value.shape) for name, value in model.named_parameters() if value.dim() > 1}
    assert shapes == {
        "conv1.weight": (32, 3, 3, 3),
        "conv2.weight": (64, 32, 3, 3),
        "conv3.weight": (128, 64, 3, 3),
        "dense1.weight": (128, 8192),
        "dense2.weight": (2, 128),
    }


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small", "googlenet", "vit_b_16"])
def test_torchvision_models_come_by_name_with_the_right_outputs(name: str) -> None:
    model = build_model(ModelSpec(name=name), 3, 64, seed=0).eval()
    assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 3)


def test_the_seed_draws_the_weights() -> None:
    one, same, other = (build_model(ModelSpec(), 2, 16, seed).state_dict()["conv1.weight"] for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_weights_come_from_a_file_and_a_head_for_other_classes_stays_random(tmp_path: Path, suffix: str) -> None:
    trained = build_model(ModelSpec(name="resnet18"), 5, 32, seed=9).state_dict()
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pt":
        torch.save({"state_dict": trained}, path)
    else:
        save_file(trained, path)
    loaded = build_model(ModelSpec(name="resnet18", weights=str(path)), 3, 32, seed=0).state_dict()
    assert torch.equal(loaded["conv1.weight"], trained["conv1.weight"])
    assert loaded["fc.weight"].shape == (3, 512)


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    torch.save(build_model(ModelSpec(), 2, 32, seed=0).state_dict(), path)
    with pytest.raises(AugtuiError, match="does not fit this model"):
        build_model(ModelSpec(name="resnet18", weights=str(path)), 2, 32, seed=0)


def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_text("hello")
    with pytest.raises(AugtuiError, match="is not a file of weights"):
        build_model(ModelSpec(weights=str(path)), 2, 32, seed=0)


def test_weights_that_cannot_be_fetched_are_named_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", _no_network)
    with pytest.raises(AugtuiError, match="could not be fetched: no route") as caught:
        build_model(ModelSpec(name="resnet18", weights="imagenet"), 2, 64, seed=0)
    assert str(tmp_path) in caught.value.hint


def _no_network(*_: object, **__: object) -> None:
    raise OSError("no route")


def test_an_image_size_that_a_model_does_not_take_is_said() -> None:
    with pytest.raises(AugtuiError, match=r"data\.image_size: alexnet does not take images of 16 px"):
        build_model(ModelSpec(name="alexnet"), 2, 16, seed=0)


def test_an_unknown_model_gets_the_nearest_name() -> None:
    with pytest.raises(AugtuiError, match='did you mean "resnet50"'):
        build_model(ModelSpec(name="resnet-50"), 2, 64, seed=0)


@pytest.mark.parametrize(
    ("normalise", "black", "white"),
    [("unit", 0.0, 1.0), ("half", -1.0, 1.0), ("imagenet", -0.485 / 0.229, (1 - 0.485) / 0.229)],
)
def test_images_are_normalised_as_the_plan_says(normalise: str, black: float, white: float) -> None:
    to_input = ModelInput(DataSpec(image_size=8), ModelSpec(normalise=normalise), torch.device("cpu"))  # type: ignore[arg-type]
    images = torch.stack([torch.zeros(3, 16, 16), torch.full((3, 16, 16), 255.0)]).to(torch.uint8)
    batch = to_input(images)
    assert batch.shape == (2, 3, 8, 8)
    assert batch[0, 0, 4, 4].item() == pytest.approx(black, abs=1e-6)
    assert batch[1, 0, 4, 4].item() == pytest.approx(white, abs=1e-6)
