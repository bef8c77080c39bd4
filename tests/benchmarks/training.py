"""Training throughput: augtui's trainer against the loop that most scripts have.

    python -m tests.benchmarks.training [--size 64] [--images 512] [--steps 16] [--rounds 5] [--threads 1]
        [--device cpu|cuda] [--model cnn] [--workers 0 1 2]

The plain loop is ImageFolder + DataLoader (best of `--workers`, kept alive between epochs) with the same
model, size, batch and number of compute threads. Each contestant has a process of its own, as in life (augtui's
worker tunes its allocator), and they take turns; the figure is the median of the rounds, the ratio is taken within
the run. Once at equal precision (fp32) and once each at its default (fp32 for the plain loop, what augtui chooses
here for augtui).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from augtui.engine.device import choose_environment, use
from augtui.engine.evaluate import Examples
from augtui.engine.models import build_model
from augtui.engine.train import Trainer
from augtui.plan.grid import Environment, RunSpec, SizeRule
from augtui.plan.spec import ArmSpec, DataSpec, ModelSpec, TrainSpec

BATCH = 64


def write_images(root: Path, count: int, size: int) -> None:
    rng = np.random.default_rng(0)
    for number in range(count):
        folder = root / f"class-{number % 2}"
        folder.mkdir(exist_ok=True)
        smooth = rng.integers(0, 255, (8, 8, 3)).astype(np.uint8)
        Image.fromarray(smooth).resize((size, size)).save(folder / f"{number}.jpg", quality=90)


class PlainLoop:
    """A training loop as a tutorial writes it."""

    def __init__(self, root: Path, size: int, workers: int, model: str, device: str) -> None:
        self.device = device
        transform = transforms.Compose([transforms.Resize((size, size)), transforms.ToTensor()])
        self.loader = DataLoader(
            datasets.ImageFolder(str(root), transform),
            batch_size=BATCH,
            shuffle=True,
            drop_last=True,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=device == "cuda",
        )
        self.model = build_model(ModelSpec(name=model), 2, size, seed=0).to(device).train()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.criterion = nn.CrossEntropyLoss()
        self._batches = self._endless()

    def step(self) -> None:
        images, labels = (tensor.to(self.device) for tensor in next(self._batches))
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(images), labels)
        loss.backward()
        self.optimizer.step()
        loss.item()

    def _endless(self) -> Iterator[Any]:
        while True:
            yield from self.loader


def trainer(root: Path, size: int, model_name: str, environment: Environment) -> Callable[[], None]:
    """A step of augtui's trainer on the same images, decoded once."""
    files = sorted(root.glob("*/*.jpg"))
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB")).transpose(2, 0, 1) for file in files])
    labels = torch.tensor([int(file.parent.name[-1]) for file in files])
    device = environment.device
    images, index = torch.from_numpy(pixels.copy()).to(device), torch.arange(len(files), device=device)
    training = Examples(images, index, labels.to(device))
    run = RunSpec(
        arm=ArmSpec(name="original"),
        seed=0,
        fingerprint="benchmark",
        positive=None,
        data=DataSpec(image_size=size),
        model=ModelSpec(name=model_name),
        train=TrainSpec(epochs=1000, batch_size=BATCH),
        budget=SizeRule(),
        keep_model=False,
        environment=environment,
    )
    model = build_model(run.model, 2, size, seed=0).to(device).to(memory_format=torch.channels_last).train()
    made = Trainer(run, model, training, training.index, None, 2, -(-len(files) // BATCH), None, 1e9)

    def step() -> None:
        made.one_step()
        made.step += 1

    return step


def rate(step: Callable[[], None], steps: int) -> float:
    begin = time.perf_counter()
    for _ in range(steps):
        step()
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return steps * BATCH / (time.perf_counter() - begin)


def measure(contestant: str, options: argparse.Namespace) -> float:
    """Images per second of one contestant, after a few steps to warm up; in this process."""
    kind, _, what = contestant.partition(" ")
    if kind == "plain":
        torch.set_num_threads(options.threads)
        step = PlainLoop(options.root, options.size, int(what), options.model, options.device).step
    else:
        environment = Environment(device=options.device, precision=what, threads=options.threads)  # type: ignore[arg-type]
        use(environment)
        step = trainer(options.root, options.size, options.model, environment)
    rate(step, 3)
    return rate(step, options.steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--model", default="cnn")
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 1, 2], help="of the plain loop's loader")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(measure(options.only, options))
        return
    chosen = choose_environment(options.device, "auto").precision
    plain = [f"plain {workers}" for workers in options.workers]
    contestants = dict.fromkeys([*plain, "augtui fp32", f"augtui {chosen}"])
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    with tempfile.TemporaryDirectory() as folder:
        write_images(Path(folder), options.images, options.size)
        for _ in range(options.rounds):
            for name, measured in rates.items():
                arguments = [*sys.argv[1:], "--only", name, "--root", folder]
                command = [sys.executable, "-m", "tests.benchmarks.training", *arguments]
                measured.append(float(subprocess.run(command, check=True, capture_output=True).stdout))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        shown = f"{name} workers" if name.startswith("plain") else name
        print(f"{shown:20} {medians[name]:8.0f} images/s   ({min(values):.0f} to {max(values):.0f})")
    best = max(value for name, value in medians.items() if name.startswith("plain"))
    print(f"equal precision (fp32): {medians['augtui fp32'] / best:.2f} x the best plain loop")
    print(f"each at its default:    {medians[f'augtui {chosen}'] / best:.2f} x the best plain loop")


if __name__ == "__main__":
    main()
