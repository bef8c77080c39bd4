"""Fitted generators on disk: in the cache, by what decides them, and in the folder of the run that fitted them."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load, save
from torch import Tensor

from augtui.engine.generators.drawing import Artist, DrawingNetwork
from augtui.engine.generators.recipes import generator_stream, model_stream, models, recipe
from augtui.errors import AugtuiError, writing
from augtui.folders import new_folder
from augtui.paths import RunPaths, write_atomic
from augtui.plan.fitting import FittedKey, generator_name
from augtui.plan.grid import RunSpec, SetSpec
from augtui.runlog.quality import QUALITY, SHEETS, GeneratorQuality, read_quality


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted generator that draws."""

    quality: GeneratorQuality
    artists: dict[int, tuple[Artist, int]]
    """By label: who draws it, and the label's number there."""

    def draw(self, label: int, count: int, first: int = 0) -> Tensor:
        """Images `first` to `first + count - 1` of a class: uint8 (count, 3, s, s), on the CPU."""
        artist, place = self.artists[label]
        return artist.draw("made", place, count, first)


def fitted_quality(source: RunSpec | SetSpec, cache: Path) -> GeneratorQuality:
    """What a fitted generator in the cache is worth.

    Raises:
        AugtuiError: it has not been fitted.
    """
    key = FittedKey.of(source)
    quality = read_quality(RunPaths(cache / "generators" / key.identity))
    if quality is None:
        raise AugtuiError(
            f"the generator {key.generator.name} of seed {key.seed} has not been fitted",
            "`augtui resume` fits what is missing",
        )
    return quality


def load_fitted(source: RunSpec | SetSpec, cache: Path, device: torch.device) -> Fitted:
    """A fitted generator from the cache.

    Raises:
        AugtuiError: it has not been fitted, or its weights are damaged.
    """
    key = FittedKey.of(source)
    folder = RunPaths(cache / "generators" / key.identity)
    quality = fitted_quality(source, cache)
    weights = _weights(folder, quality)
    chosen = recipe(key.generator)
    stream = generator_stream(key.generator, key.seed)
    artists: dict[int, tuple[Artist, int]] = {}
    for number, labels in enumerate(models(chosen, [item.training for item in quality.classes])):
        network = chosen.network(len(labels))
        prefix = f"{number}."
        network.load_state_dict({n.removeprefix(prefix): t for n, t in weights.items() if n.startswith(prefix)})
        artist = Artist(network.to(device).eval(), model_stream(stream, labels), quality.grey)
        artists |= {label: (artist, place) for place, label in enumerate(labels)}
    return Fitted(quality, artists)


def lineage(quality: GeneratorQuality, name: str, number: int) -> dict[str, str]:
    """What a single drawn image says about itself: image `number` of the class `name`."""
    item = next(item for item in quality.classes if item.name == name)
    return {
        "generator": generator_name(quality.generator),
        "generator_identity": quality.identity,
        "class": name,
        "number": str(number),
        "seed": str(quality.seed),
        "drawn_at": f"{quality.image_size} px",
        "copy": "yes" if number in item.copies else "no" if number < item.drawn else "not compared",
        "gate": quality.verdict(),
    }


def _weights(folder: RunPaths, quality: GeneratorQuality) -> dict[str, Tensor]:
    try:
        content = folder.model.read_bytes()
    except OSError as error:
        content, told = b"", f"cannot be read ({error.strerror})"
    else:
        told = "is not the file that was fitted"
    if hashlib.sha256(content).hexdigest() != quality.model_hash:
        raise AugtuiError(
            f"{folder.model} {told}", f"remove {folder.folder}, and it is fitted again where it is needed"
        )
    return load(content)


def write_model(run: RunPaths, networks: list[DrawingNetwork]) -> str:
    """The models' kept weights as model.safetensors; names begin with the number of the model. Gives its sha256."""
    tensors: dict[str, Tensor] = {}
    for number, network in enumerate(networks):
        tensors |= {f"{number}.{name}": value.contiguous().cpu() for name, value in network.state_dict().items()}
    content = save(tensors)
    write_atomic(run.model, content)
    return hashlib.sha256(content).hexdigest()


def is_cached(key: FittedKey, cache: Path) -> bool:
    """Whether the fitted generator lies in the cache, whole."""
    return (cache / "generators" / key.identity / QUALITY).is_file()


def publish(run: RunPaths, key: FittedKey, cache: Path) -> None:
    """Copy a result (model, sheets, quality.json) from a run's folder into the cache; several processes may."""
    if is_cached(key, cache):
        return
    place = cache / "generators" / key.identity
    with writing(place), new_folder(place, lambda: is_cached(key, cache)) as unfinished:
        _copy(run, RunPaths(unfinished))


def take_from_cache(run: RunPaths, key: FittedKey, cache: Path, keep_model: bool) -> None:
    """Copy a result from the cache into a run's folder; quality.json comes last."""
    with writing(run.folder):
        _copy(RunPaths(cache / "generators" / key.identity), run, model=keep_model)


def _copy(source: RunPaths, target: RunPaths, model: bool = True) -> None:
    if model:
        shutil.copyfile(source.model, target.model)
    shutil.copytree(source.folder / SHEETS, target.folder / SHEETS, dirs_exist_ok=True)
    write_atomic(target.folder / QUALITY, (source.folder / QUALITY).read_bytes())
