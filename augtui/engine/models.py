"""The classifiers: the original study's CNN and every torchvision classification model by its name."""

from __future__ import annotations

import difflib
import hashlib
from collections import OrderedDict
from pathlib import Path
from urllib.error import URLError

import torch
import torchvision
from safetensors.torch import load_file
from torch import Tensor, nn

from augtui.errors import AugtuiError
from augtui.plan.spec import ModelSpec
from augtui.streams import stream_seed

NORMALISATIONS = {
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
"""Mean and deviation per channel, for values in [0, 1]."""


def study_cnn(classes: int, image_size: int) -> nn.Module:
    """The original study's network: three convolutions, two dense layers, as many outputs as classes.

    Its convolutional part halves the side three times, so that a 64 px image reaches the first dense layer
    as 128 x 8 x 8 = 8192 values.
    """
    side = image_size // 8
    layers: list[tuple[str, nn.Module]] = []
    for number, (ins, outs) in enumerate(((3, 32), (32, 64), (64, 128)), start=1):
        layers += [
            (f"conv{number}", nn.Conv2d(ins, outs, 3, padding=1)),
            (f"norm{number}", nn.BatchNorm2d(outs)),
            (f"pool{number}", nn.MaxPool2d(2)),
            (f"relu{number}", nn.ReLU()),
        ]
    layers += [
        ("flatten", nn.Flatten()),
        ("dense1", nn.Linear(128 * side * side, 128)),
        ("norm4", nn.BatchNorm1d(128)),
        ("relu4", nn.ReLU()),
        ("dropout", nn.Dropout(0.2)),
        ("dense2", nn.Linear(128, classes)),
    ]
    return nn.Sequential(OrderedDict(layers))


def build_model(spec: ModelSpec, classes: int, image_size: int, seed: int) -> nn.Module:
    """A model with `classes` outputs, on the CPU, its random weights drawn from the seed's own stream.

    Raises:
        AugtuiError: no such model; it does not take images of that size; its weights cannot be had or do not fit.
    """
    torch.manual_seed(stream_seed(seed, "weights"))
    if spec.name == "cnn":
        if spec.weights == "imagenet":
            raise AugtuiError(
                'model.weights: there are no ImageNet weights for "cnn"',
                'use weights = "none" or a torchvision model (`augtui list models`)',
            )
        model = study_cnn(classes, image_size)
    else:
        model = _torchvision_model(spec.name, classes, image_size)
    if spec.weights == "imagenet":
        _load(model, _imagenet_weights(spec.name), f"the ImageNet weights of {spec.name}")
    elif spec.weights != "none":
        _load(model, _weights_file(Path(spec.weights)), spec.weights)
    _try_out(model, spec.name, image_size)
    return model


def _torchvision_model(name: str, classes: int, image_size: int) -> nn.Module:
    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        near = difflib.get_close_matches(name, ["cnn", *known], n=1)
        raise AugtuiError(
            f'model.name: there is no model "{name}"' + (f', did you mean "{near[0]}"?' if near else ""),
            "`augtui list models` lists all",
        )
    options: dict[str, object] = {"num_classes": classes}
    if name.startswith("vit_"):
        options["image_size"] = image_size
    if name.startswith("maxvit"):
        options["input_size"] = (image_size, image_size)
    if name in ("googlenet", "inception_v3"):
        options |= {"aux_logits": False, "init_weights": True}
    try:
        model: nn.Module = torchvision.models.get_model(name, weights=None, **options)
    except (ValueError, RuntimeError) as error:
        raise AugtuiError(f"model.name: {name} does not take images of {image_size} px: {error}") from error
    return model


def _imagenet_weights(name: str) -> dict[str, Tensor]:
    weights = torchvision.models.get_model_weights(name).DEFAULT
    try:
        state: dict[str, Tensor] = weights.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError, RuntimeError) as error:
        home = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
        raise AugtuiError(
            f"model.weights: the ImageNet weights of {name} could not be fetched: {error}",
            f'put the file {weights.url} at {home}, or name a file: weights = "/path/to/file.pth"',
        ) from error
    return state


def weights_hash(path: Path) -> str:
    """sha256 of a file of weights."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _weights_file(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise AugtuiError(f"model.weights: there is no file {path}") from error
    except Exception as error:  # pickle, zip and safetensors each have errors of their own
        raise AugtuiError(
            f"model.weights: {path} is not a file of weights: {error}",
            "use .safetensors or a .pt file with a state dict",
        ) from error
    state = state.get("state_dict", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise AugtuiError(
            f"model.weights: {path} holds no state dict", "save it with torch.save(model.state_dict(), path)"
        )
    return state


def _load(model: nn.Module, state: dict[str, Tensor], source: str) -> None:
    """Put weights in; a last layer for another number of classes stays as drawn."""
    own = model.state_dict()
    head = [name for name, _ in model.named_parameters()][-2:]
    fitting = {name: value for name, value in state.items() if name in own and own[name].shape == value.shape}
    optional = set(head) | {name for name in own if name.endswith("num_batches_tracked")}
    missing = sorted(set(own) - set(fitting) - optional)
    if missing:
        raise AugtuiError(
            f"model.weights: {source} does not fit this model: {len(missing)} of {len(own)} tensors are missing or "
            f"have another shape, the first is {missing[0]}",
            "is it the same model, trained at the same image size?",
        )
    model.load_state_dict(fitting, strict=False)


def _try_out(model: nn.Module, name: str, image_size: int) -> None:
    model.eval()
    try:
        with torch.no_grad():
            model(torch.zeros(1, 3, image_size, image_size))
    except (RuntimeError, ValueError, AssertionError) as error:
        raise AugtuiError(
            f"data.image_size: {name} does not take images of {image_size} px: {error}", "use a larger image_size"
        ) from error
