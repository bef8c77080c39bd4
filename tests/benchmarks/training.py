"""Training throughput: augtui's trainer against the loop that most scripts have.

    python -m tests.benchmarks.training [--size 64] [--images 512] [--steps 16] [--rounds 5] [--threads 1]

The plain loop is ImageFolder + DataLoader (best of 0, 1 and 2 workers, kept alive between epochs) with the same
`cnn`, size, batch and number of compute threads, in one process. The two take turns; the figure is the median of
the rounds, the ratio is taken within the run. Once at equal precision (fp32) and once each at its default (fp32
for the plain loop, what augtui chooses here for augtui).
"""

from __future__ import annotations

import argparse
import statistics
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

from augtui.engine.device import choose_environment
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

    def __init__(self, root: Path, size: int, workers: int) -> None:
        transform = transforms.Compose([transforms.Resize((size, size)), transforms.ToTensor()])
        self.loader = DataLoader(
            datasets.ImageFolder(str(root), transform),
            batch_size=BATCH,
            shuffle=True,
            drop_last=True,
            num_workers=workers,
            persistent_workers=workers > 0,
        )
        self.model = build_model(ModelSpec(), 2, size, seed=0).train()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.criterion = nn.CrossEntropyLoss()
        self._batches = self._endless()

    def step(self) -> None:
        images, labels = next(self._batches)
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(images), labels)
        loss.backward()
        self.optimizer.step()
        loss.item()

    def _endless(self) -> Iterator[Any]:
        while True:
            yield from self.loader


def trainer(root: Path, size: int, precision: str, threads: int) -> Callable[[], None]:
    """A step of augtui's trainer on the same images, decoded once."""
    files = sorted(root.glob("*/*.jpg"))
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB")).transpose(2, 0, 1) for file in files])
    labels = torch.tensor([int(file.parent.name[-1]) for file in files])
    training = Examples(torch.from_numpy(pixels.copy()), torch.arange(len(files)), labels)
    run = RunSpec(
        arm=ArmSpec(name="original"),
        seed=0,
        fingerprint="benchmark",
        positive=None,
        data=DataSpec(image_size=size),
        model=ModelSpec(),
        train=TrainSpec(epochs=1000, batch_size=BATCH),
        budget=SizeRule(),
        keep_model=False,
        environment=Environment(device="cpu", precision=precision, threads=threads),  # type: ignore[arg-type]
    )
    model = build_model(run.model, 2, size, seed=0).to(memory_format=torch.channels_last).train()
    made = Trainer(run, model, training, training.index, None, 2, -(-len(files) // BATCH), None, 1e9)

    def step() -> None:
        made.one_step()
        made.step += 1

    return step


def rate(step: Callable[[], None], steps: int) -> float:
    begin = time.perf_counter()
    for _ in range(steps):
        step()
    return steps * BATCH / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    chosen = choose_environment("cpu", "auto").precision
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_images(root, options.images, options.size)
        contestants: dict[str, Callable[[], None]] = {
            f"plain, {workers} workers": PlainLoop(root, options.size, workers).step for workers in (0, 1, 2)
        }
        contestants["augtui fp32"] = trainer(root, options.size, "fp32", options.threads)
        contestants[f"augtui default ({chosen})"] = trainer(root, options.size, chosen, options.threads)
        rates: dict[str, list[float]] = {name: [] for name in contestants}
        for step in contestants.values():
            rate(step, 3)
        for _ in range(options.rounds):
            for name, step in contestants.items():
                rates[name].append(rate(step, options.steps))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        print(f"{name:28} {medians[name]:8.0f} images/s   ({min(values):.0f} to {max(values):.0f})")
    best = max(value for name, value in medians.items() if name.startswith("plain"))
    print(f"equal precision (fp32): {medians['augtui fp32'] / best:.2f} x the best plain loop")
    print(f"each at its default:    {medians[f'augtui default ({chosen})'] / best:.2f} x the best plain loop")


if __name__ == "__main__":
    main()
