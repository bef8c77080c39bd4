"""`augtui generate`: the front end of the engine's job that fits a generator and writes what it draws."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from augtui.commands.finder import dataset_root
from augtui.commands.images import call_with_bar, read_changes
from augtui.commands.terminal import interactive, narration
from augtui.commands.wording import many
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import call
from augtui.paths import cache_root
from augtui.plan.catalog import CATALOG
from augtui.plan.policy_reader import read_generator
from augtui.plan.problems import Place, Problems
from augtui.plan.spec import GeneratorSpec
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class Request:
    """Which images, drawn by what."""

    dataset: str
    """A name, a path, or "demo"."""
    generator: str
    changes: tuple[str, ...]
    """`parameter=value` each, the value as TOML or as a bare word."""
    count: int
    """Images of each class."""
    size: int | None
    """Side of the square in pixels; None keeps the generator's own."""
    seed: int
    device: str
    data_dir: Path
    cache_dir: Path | None


class Lines:
    """Progress as plain lines on standard error, one each half minute: for logs, where a bar would be noise.

    Args:
        title: stands before each line.
        seconds: between two lines.
        clock: seconds that only grow.
    """

    def __init__(self, title: str, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._seconds, self._clock = title, seconds, clock
        self._last = clock()

    def __call__(self, done: int, total: int, told: str) -> None:
        now = self._clock()
        if now - self._last >= self._seconds:
            self._last = now
            narration().print(plain(f"{self._title}: {done:,} of {total:,}, {told}"), soft_wrap=True)


def generate(request: Request, out: Path, *, quiet: bool) -> int:
    """Write generated images under OUT/CLASS, with their lineage, what they are worth and the closest real images.

    Raises:
        AugtuiError: the generator or the dataset is wrong, the folder holds something, or the fit failed.
    """
    if out.exists() and not out.is_dir():
        raise AugtuiError(f"--out: {out} is a file", "choose a new folder")
    if out.exists() and any(out.iterdir()):
        raise AugtuiError(f"{out} is there already and not empty", "nothing is overwritten: choose a new folder")
    generator = read_request_generator(request.generator, request.changes)
    arguments = _arguments(request, generator, out)
    if quiet:
        answer = call(arguments)
    elif not interactive(sys.stderr):
        answer = call(arguments, progress=Lines(generator.name))
    else:
        answer = call_with_bar(
            arguments, f"{generator.name}: fitting, then {many(request.count, 'image')} of each class"
        )
    if not quiet:
        told = f"{many(int(answer['images']), 'image')} in {out}, drawn at {answer['image_size']} px"
        narration().print(plain(told), soft_wrap=True)
    # What the gate says is no decoration: it is told even where progress is not.
    narration().print(plain(f"gate: {answer['verdict']}"), soft_wrap=True)
    narration().print("closest-*.png show the nearest real images; a pass is no guarantee of privacy", soft_wrap=True)
    return ExitCode.DONE


def read_request_generator(name: str, changes: tuple[str, ...]) -> GeneratorSpec:
    """A generator with its parameters, as a plan's reader would give it.

    Raises:
        AugtuiError: there is no such generator or parameter, or a value is impossible.
    """
    problems = Problems("--generator", stop=True)
    value = {"name": name} | read_changes(changes) if changes else name
    generator = read_generator(Place(problems), value, CATALOG)
    assert generator is not None, "the problem was raised"
    return generator


def _arguments(request: Request, generator: GeneratorSpec, out: Path) -> list[str]:
    root = dataset_root(request.dataset, request.data_dir)
    arguments = ["augtui.engine", "generate", "--dataset", str(root), "--out", str(out.absolute())]
    arguments += ["--generator", msgspec.json.encode(generator).decode(), "--count", str(request.count)]
    arguments += ["--seed", str(request.seed), "--device", request.device]
    arguments += ["--cache-dir", str(cache_root(request.cache_dir))]
    return arguments + (["--size", str(request.size)] if request.size is not None else [])
