"""A small classifier whose only use is to give features in which generators are judged.

It is trained by one fixed recipe on the training part of a seed, so that equal data and seed give equal features
whatever the study's own model is. Its features see what tells the classes apart, not realism: numbers made with them
are always shown beside the same numbers for real images.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from augtui.engine.generators.drawing import resized
from augtui.engine.generators.measures import Vectors
from augtui.engine.order import BatchOrder
from augtui.streams import stream_seed

SIZE = 64
"""Side of the images that the probe sees, in pixels, whatever size they were drawn at."""
PASSES = 10
"""Passes over the training images ..."""
STEPS = range(30, 301)
"""... but so many steps."""
BATCH = 64
FEATURES = 128
COMPONENTS = 64
_SHIFT = 4
"""Largest shift of a training image, in pixels."""
_JUDGED = 256
"""Images that are judged at a time; a constant, so that nothing depends on how many there are."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the probe says about n images: `features` (n, d) and `labels`, the class it takes each for, (n,)."""

    features: Vectors
    labels: Tensor


class Probe:
    """A trained probe.

    Features are the penultimate layer's, divided by their length, reduced to their first 64 principal components on
    the training images and scaled so that their squared length is d on average there, the scale that KID's kernel
    expects.
    """

    def __init__(self, network: nn.Sequential, training: Tensor) -> None:
        self._network = network.eval()
        raw, _ = self._raw(training)
        self._mean = raw.mean(axis=0)
        _, _, axes = np.linalg.svd(raw - self._mean, full_matrices=False)
        self._axes = axes[: min(COMPONENTS, len(axes))].T
        reduced = (raw - self._mean) @ self._axes
        self._scale = float(np.sqrt(reduced.shape[1] / max((reduced**2).sum(axis=1).mean(), 1e-12)))

    def judge(self, images: Tensor) -> Judged:
        """Features and classes of uint8 (n, 3, s, s)."""
        raw, logits = self._raw(images)
        return Judged((raw - self._mean) @ self._axes * self._scale, logits.argmax(dim=1))

    @torch.inference_mode()
    def _raw(self, images: Tensor) -> tuple[Vectors, Tensor]:
        device = next(self._network.parameters()).device
        features, logits = [], []
        for chunk in torch.split(images, _JUDGED):
            hidden = self._network[:-1](_to_input(chunk.to(device)))
            logits.append(self._network[-1](hidden))
            features.append(functional.normalize(hidden.double(), dim=1).cpu())
        return torch.cat(features).numpy(), torch.cat(logits).cpu()


def train_probe(images: Tensor, labels: Tensor, classes: int, seed: int) -> Probe:
    """Train the probe.

    Args:
        images: uint8 (n, 3, s, s) on the device, the training part of the seed.
        labels: int64 (n,).
        classes: number of classes.
        seed: of the run.
    """
    steps = min(max(-(-PASSES * len(images) // BATCH), STEPS.start), STEPS.stop - 1)
    torch.manual_seed(stream_seed(seed, "probe", "weights"))
    network = _network(classes).to(images.device).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    counts = torch.bincount(labels, minlength=classes).float().clamp(min=1)
    weight = (counts.sum() / (classes * counts)).to(images.device)
    small = resized(images, SIZE)
    order = BatchOrder(len(images), min(BATCH, len(images)), stream_seed(seed, "probe"))
    for step in range(steps):
        chosen = order.batch(step)[0].to(images.device)
        rng = torch.Generator().manual_seed(stream_seed(seed, "probe", "jitter", step))
        batch = _jittered(small[chosen], rng)
        loss = functional.cross_entropy(network(batch), labels[chosen], weight=weight, label_smoothing=0.1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        scheduler.step()
    return Probe(network, images)


def _network(classes: int) -> nn.Sequential:
    channels = [3, 24, 48, 96, FEATURES]
    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        layers += [nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(FEATURES, classes))


def _to_input(images: Tensor) -> Tensor:
    return resized(images, SIZE).float() / 127.5 - 1


def _jittered(images: Tensor, rng: torch.Generator) -> Tensor:
    """One batch, mirrored and shifted as a whole by a few pixels: enough to keep the probe from learning by heart."""
    down, right, mirror = (
        int(torch.randint(high, (), generator=rng)) for high in (2 * _SHIFT + 1, 2 * _SHIFT + 1, 2)
    )
    padded = functional.pad(images.float() / 127.5 - 1, [_SHIFT] * 4, mode="reflect")
    shifted = padded[:, :, down : down + SIZE, right : right + SIZE]
    return shifted.flip(-1) if mirror else shifted
