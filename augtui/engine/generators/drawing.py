"""Drawing images from a fitted generator: which image comes out for a number depends on nothing but that number."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional

from augtui.engine.draws import Draws, image_keys
from augtui.streams import stream_seed

CHUNK = 64
"""Images computed at a time. Always as many, since a convolution may round otherwise for another number."""
_SETTLING_BATCHES = 4


class DrawingNetwork(nn.Module):
    """A network from latents (n, `latent`) and labels (n,) to images (n, 3, s, s) in [-1, 1]."""

    latent: int


class Artist:
    """A generator network that draws.

    Args:
        network: in evaluation mode, on its device.
        stream: seed of the generator's own stream of latents.
        grey: whether the three channels are averaged, for data that have no colour.
    """

    def __init__(self, network: DrawingNetwork, stream: int, grey: bool) -> None:
        self.network, self._stream, self._grey = network, stream, grey

    def draw(self, use: str, label: int, count: int, first: int = 0) -> Tensor:
        """Images `first` to `first + count - 1` of a class: uint8 (count, 3, s, s) on the CPU.

        Args:
            use: names an independent series of images, such as "sheet".
            label: the class.
        """
        stream = stream_seed(self._stream, "latents", use, label)
        device = next(self.network.parameters()).device
        parts = []
        begin = first - first % CHUNK
        with torch.inference_mode():
            for start in range(begin, first + count, CHUNK):
                z = _latents(stream, start, self.network.latent)
                labels = torch.full((CHUNK,), label, device=device)
                parts.append(self._to_bytes(self.network(z.to(device), labels)))
        if not parts:
            return torch.empty(0, 3, 1, 1, dtype=torch.uint8)
        return torch.cat(parts)[first - begin : first - begin + count]

    def _to_bytes(self, images: Tensor) -> Tensor:
        if self._grey:
            images = images.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
        return ((images.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).cpu()


@torch.no_grad()
def settled(network: DrawingNetwork, labels: Tensor, stream: int) -> DrawingNetwork:
    """A copy of a generator whose batch normalisation uses fixed statistics: those of 256 drawn images.

    In training each batch is normalised by itself, so that an image would depend on its neighbours. The running
    averages of training belong to older weights; these belong to the weights at hand.

    Args:
        network: the generator; it is left as it is.
        labels: int64 (n,), the classes in the proportion of the training images.
        stream: seed of the latents.
    """
    fixed = copy.deepcopy(network).requires_grad_(False)
    device = next(fixed.parameters()).device
    for module in fixed.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    fixed.train()
    count = CHUNK * _SETTLING_BATCHES
    spread = labels.sort().values[torch.arange(count, device=labels.device) * len(labels) // count].to(device)
    for batch in range(_SETTLING_BATCHES):
        z = _latents(stream_seed(stream, "settling"), batch * CHUNK, fixed.latent)
        fixed(z.to(device), spread[batch::_SETTLING_BATCHES])
    return fixed.eval()


def resized(images: Tensor, size: int) -> Tensor:
    """uint8 (n, 3, s, s) -> uint8 (n, 3, size, size), bilinear, antialiased where it shrinks."""
    if images.shape[-1] == size:
        return images
    parts = [
        functional.interpolate(chunk.float(), size=(size, size), mode="bilinear", antialias=True, align_corners=False)
        for chunk in torch.split(images, 256)
    ]
    return torch.cat([part.round().clamp(0, 255).to(torch.uint8) for part in parts])


def _latents(stream: int, first: int, length: int) -> Tensor:
    """Standard normal float32 (64, length): those of images `first` to `first + 63`."""
    numbers = torch.arange(first, first + CHUNK)
    return Draws(image_keys(stream, numbers, torch.zeros_like(numbers))).normals("latent", length)
