"""Training throughput of the study's DCGAN: augtui's loop against the example as it is usually written.

    python -m tests.benchmarks.generators [--images 256] [--steps 3] [--rounds 7] [--threads 1] [--batch 16]
        [--device cpu|cuda] [--workers 0 2]

The plain loop is ImageFolder + DataLoader (best of `--workers`, kept alive between epochs), resize and crop to
64 px, eager fp32, two backward passes for the discriminator and the losses read at each step, with networks of the
same layers. All take turns, so that a busy machine slows all of them; times are medians of the rounds, and a ratio is
the median of the rounds' own ratios, with the smallest and the largest: once at equal precision (fp32), and once in
bf16 where the device has it. What augtui's workers set up (the allocator, see engine/device.py) serves the plain
loop here too. With `--cpu-time` what the loader's own processes take is not counted, in favour of the plain loop.
`gan128` is printed beside them; it has no plain twin.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from augtui.engine.device import choose_environment, use
from augtui.engine.generators.parts import Part
from augtui.engine.generators.recipes import DcganRecipe, Recipe, SkipRecipe
from tests.benchmarks.training import write_images

LATENT = 100


def plain_networks() -> tuple[nn.Sequential, nn.Sequential]:
    """The example's generator and discriminator, of the library's layers."""
    drawing: list[nn.Module] = []
    for before, after, stride, padding in ((LATENT, 512, 1, 0), (512, 256, 2, 1), (256, 128, 2, 1), (128, 64, 2, 1)):
        convolution = nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False)
        drawing += [convolution, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
    judging: list[nn.Module] = [nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for before, after in ((64, 128), (128, 256), (256, 512)):
        convolution = nn.Conv2d(before, after, 4, 2, 1, bias=False)
        judging += [convolution, nn.BatchNorm2d(after), nn.LeakyReLU(0.2, inplace=True)]
    return (
        nn.Sequential(*drawing, nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()),
        nn.Sequential(*judging, nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Sigmoid()),
    )


class PlainDcgan:
    """The example's loop."""

    def __init__(self, root: Path, batch: int, workers: int, device: str) -> None:
        self.device = device
        transform = transforms.Compose(
            [
                transforms.Resize(64),
                transforms.CenterCrop(64),
                transforms.ToTensor(),
                transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
            ]
        )
        self.loader = DataLoader(
            datasets.ImageFolder(str(root), transform),
            batch_size=batch,
            shuffle=True,
            drop_last=True,
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=device == "cuda",
        )
        self.generator, self.discriminator = (network.to(device) for network in plain_networks())
        self.criterion = nn.BCELoss()
        networks = (self.discriminator, self.generator)
        self.optimizers = [torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in networks]
        self._batches = self._endless()

    def step(self) -> None:
        real = next(self._batches)[0].to(self.device)
        real_label, fake_label = (torch.full((len(real),), value, device=self.device) for value in (1.0, 0.0))
        self.discriminator.zero_grad()
        real_loss = self.criterion(self.discriminator(real).flatten(), real_label)
        real_loss.backward()
        fake = self.generator(torch.randn(len(real), LATENT, 1, 1, device=self.device))
        fake_loss = self.criterion(self.discriminator(fake.detach()).flatten(), fake_label)
        fake_loss.backward()
        self.optimizers[0].step()
        self.generator.zero_grad()
        loss = self.criterion(self.discriminator(fake).flatten(), real_label)
        loss.backward()
        self.optimizers[1].step()
        real_loss.item(), fake_loss.item(), loss.item()

    def _endless(self) -> Iterator[Any]:
        while True:
            yield from self.loader


def ours(recipe: Recipe, images: Tensor, precision: str) -> Callable[[], None]:
    """A step of augtui's loop on the same number of images, decoded once."""
    autocast = torch.autocast(images.device.type, torch.bfloat16, enabled=precision == "bf16")
    labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
    return Part(recipe, (0,), images, labels, 1, autocast).one_step


def seconds(step: Callable[[], None], steps: int, clock: Callable[[], float]) -> float:
    begin = clock()
    for _ in range(steps):
        step()
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return (clock() - begin) / steps


def contestants(options: argparse.Namespace, folder: Path, precision: str) -> dict[str, Callable[[], None]]:
    """A step of each, by name."""
    dcgan = DcganRecipe(image_size=64, batch_size=options.batch, select="last", looks=20, epochs=200)
    skip = SkipRecipe(
        image_size=128, batch_size=options.batch, select="best", looks=20, steps=6000, width=32, models="per-class"
    )
    small, large = (
        torch.randint(0, 256, (options.images, 3, size, size), dtype=torch.uint8).to(options.device)
        for size in (64, 128)
    )
    found: dict[str, Callable[[], None]] = {
        f"plain, {workers} workers": PlainDcgan(folder, options.batch, workers, options.device).step
        for workers in options.workers
    }
    found["augtui fp32"] = ours(dcgan, small, "fp32")
    if precision == "bf16":
        found["augtui bf16"] = ours(dcgan, small, "bf16")
    found[f"gan128 {precision}"] = ours(skip, large, precision)
    return found


def ratio(times: dict[str, list[float]], name: str) -> str:
    """How many times as fast as the better of the plain loops: the median of the rounds, and their range."""
    plain = min((values for key, values in times.items() if key.startswith("plain")), key=statistics.median)
    ratios = sorted(theirs / own for theirs, own in zip(plain, times[name], strict=True))
    return f"{statistics.median(ratios):.2f} x the best plain loop   ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 2], help="of the plain loop's loader")
    parser.add_argument("--cpu-time", action="store_true", help="count this process's CPU time, on a busy machine")
    options = parser.parse_args()
    clock = time.process_time if options.cpu_time else time.perf_counter
    environment = choose_environment(options.device, "auto")
    use(environment)
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        write_images(Path(folder), options.images, 128)
        steps = contestants(options, Path(folder), environment.precision)
        times: dict[str, list[float]] = {name: [] for name in steps}
        for step in steps.values():
            seconds(step, 1 if options.device == "cpu" else 6, clock)
        for _ in range(options.rounds):
            for name, step in steps.items():
                times[name].append(seconds(step, options.steps, clock))
    for name, values in times.items():
        median, spread = statistics.median(values), f"{min(values) * 1e3:.2f} to {max(values) * 1e3:.2f}"
        print(f"{name:18} {median * 1e3:7.2f} ms a step   ({spread})   {options.batch / median:6.1f} images/s")
    print(f"equal precision (fp32): {ratio(times, 'augtui fp32')}")
    slow = "not measured, there is no fast bf16 here"
    print(f"bf16:                   {ratio(times, 'augtui bf16') if 'augtui bf16' in times else slow}")


if __name__ == "__main__":
    main()
