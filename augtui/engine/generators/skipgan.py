"""The networks of `gan128` and `gan256`: made for a few hundred images, and for more than 64 px.

The generator gates its large feature maps by its small ones (skip-layer channel excitation) and the discriminator
must also reconstruct what it saw (Liu et al., "Towards faster and stabilized GAN training for high-fidelity few-shot
image synthesis", ICLR 2021; the reconstruction is judged by L1 here, so that no pretrained network is needed). All
layers of the discriminator are spectrally normalised (Miyato et al., ICLR 2018); a class enters the generator by its
normalisation layers and the discriminator by a projection (Miyato and Koyama, ICLR 2018).
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

from augtui.engine.generators.drawing import DrawingNetwork

CHANNELS = 3
_RECONSTRUCTED = 64
"""Side of the reconstruction, in pixels."""
_SMALLEST = 8
"""Side of the discriminator's last feature map."""
_EXCITED_FROM = 8
"""A feature map is gated by the one whose side is this many times smaller."""


def generator_channels(side: int, width: int) -> int:
    """Channels of the generator's feature map of `side` x `side`."""
    return max(8, min(8 * width, 64 * width // max(side, 8)))


class UpConv(nn.Module):
    """Nearest enlargement by two followed by a 3x3 convolution, at 4/9 of its cost.

    The two together are one transposed 4x4 convolution with stride 2 whose kernel repeats the nine weights; its
    kernel is folded from them at each call, so that the parameters are those of the 3x3 convolution.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(before, after, 3, 3))
        nn.init.normal_(self.weight, 0.0, math.sqrt(1.0 / (before * 9)))
        fold = torch.tensor([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
        self.register_buffer("fold", fold, persistent=False)
        self.fold: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """(n, before, s, s) -> (n, after, 2s, 2s)."""
        with torch.autocast(x.device.type, enabled=False):
            kernel = torch.einsum("ak,iokl,bl->ioab", self.fold, self.weight, self.fold)
        return functional.conv_transpose2d(x, kernel, stride=2, padding=1)


class ClassNorm(nn.Module):
    """Batch normalisation whose scale and shift may differ between classes."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.by_class = nn.Embedding(classes, 2 * channels) if classes > 1 else None
        if self.by_class is not None:
            nn.init.zeros_(self.by_class.weight)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        y: Tensor = self.norm(x)
        if self.by_class is None:
            return y
        both: Tensor = self.by_class(labels)[:, :, None, None]
        scale, shift = both.chunk(2, dim=1)
        return y * (1 + scale) + shift


class UpBlock(nn.Module):
    """Twice the side: enlargement, convolution, normalisation, gated linear unit."""

    def __init__(self, before: int, after: int, classes: int = 1) -> None:
        super().__init__()
        self.conv = UpConv(before, 2 * after)
        self.norm = ClassNorm(2 * after, classes)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        gated: Tensor = functional.glu(self.norm(self.conv(x), labels), dim=1)
        return gated


class Excitation(nn.Module):
    """Channel gates for a large feature map, read from a small one."""

    def __init__(self, small: int, large: int) -> None:
        super().__init__()
        self.read = nn.Conv2d(small, large, 4)
        self.gate = nn.Conv2d(large, large, 1)

    def forward(self, small: Tensor, large: Tensor) -> Tensor:
        read = functional.leaky_relu(self.read(functional.adaptive_avg_pool2d(small, 4)), 0.1)
        return large * torch.sigmoid(self.gate(read))


class Generator(DrawingNetwork):
    """Latent vectors to images.

    Args:
        size: side of the images: 64, 128, 256, ... px.
        latent: length of the latent vector.
        width: channels are proportional to it.
        classes: above 1, one model draws all classes.
    """

    def __init__(self, size: int = 128, latent: int = 128, width: int = 32, classes: int = 1) -> None:
        super().__init__()
        self.latent = latent
        first = generator_channels(4, width)
        self.start = nn.ConvTranspose2d(latent, 2 * first, 4, bias=False)
        self.start_norm = ClassNorm(2 * first, classes)
        self.blocks = nn.ModuleDict()
        self.excitations = nn.ModuleDict()
        side = 8
        while side < size:
            channels = generator_channels(side, width)
            self.blocks[str(side)] = UpBlock(generator_channels(side // 2, width), channels, classes)
            if side // _EXCITED_FROM >= 4:
                self.excitations[str(side)] = Excitation(generator_channels(side // _EXCITED_FROM, width), channels)
            side *= 2
        # The last doubling draws the colours: hidden layers at full size would cost as much as all others together.
        self.colour = nn.ConvTranspose2d(generator_channels(size // 2, width), CHANNELS, 4, 2, 1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """float (n, latent) and int64 (n,) -> (n, 3, size, size) in [-1, 1]."""
        x = functional.glu(self.start_norm(self.start(z[:, :, None, None]), labels), dim=1)
        by_side = {4: x}
        for name, block in self.blocks.items():
            side = int(name)
            x = block(x, labels)
            if name in self.excitations:
                x = self.excitations[name](by_side[side // _EXCITED_FROM], x)
            by_side[side] = x
        return torch.tanh(self.colour(x))


class DownBlock(nn.Module):
    """Half the side, with a residual path."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            spectral_norm(nn.Conv2d(before, after, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(after, after, 3, 1, 1)),
            nn.LeakyReLU(0.2),
        )
        self.skip = spectral_norm(nn.Conv2d(before, after, 2, 2))

    def forward(self, x: Tensor) -> Tensor:
        main: Tensor = self.main(x)
        skip: Tensor = self.skip(x)
        return (main + skip) * math.sqrt(0.5)


class Decoder(nn.Module):
    """The discriminator's last feature map back to a small image."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        channels = [before, 2 * width, width, width // 2]
        self.blocks = nn.ModuleList(UpBlock(a, b) for a, b in pairwise(channels))
        self.colour = nn.Conv2d(channels[-1], CHANNELS, 3, padding=1)

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        for block in self.blocks:
            features = block(features, labels)
        return torch.tanh(self.colour(features))


class Discriminator(nn.Module):
    """Images to logits of being real; keeps a decoder that proves what it saw.

    Args: as the generator's.
    """

    def __init__(self, size: int = 128, width: int = 32, classes: int = 1) -> None:
        super().__init__()
        self.stem = nn.Sequential(spectral_norm(nn.Conv2d(CHANNELS, width, 4, 2, 1)), nn.LeakyReLU(0.2))
        side, channels = size // 2, width
        blocks = []
        while side > _SMALLEST:
            after = min(8 * width, 2 * channels)
            blocks.append(DownBlock(channels, after))
            side, channels = side // 2, after
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Sequential(
            spectral_norm(nn.Conv2d(channels, channels, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(channels, 1, 4)),
        )
        self.by_class = spectral_norm(nn.Embedding(classes, channels)) if classes > 1 else None
        self.decoder = Decoder(channels, width)

    def features(self, images: Tensor) -> Tensor:
        """float (n, 3, size, size) in [-1, 1] -> (n, c, 8, 8)."""
        x: Tensor = self.stem(images)
        for block in self.blocks:
            x = block(x)
        return x

    def logits(self, features: Tensor, labels: Tensor) -> Tensor:
        """(n, c, 8, 8) and int64 (n,) -> (n, 25): one logit for each overlapping half of the feature map."""
        logits: Tensor = self.head(features).flatten(1)
        if self.by_class is None:
            return logits
        wanted: Tensor = self.by_class(labels)
        return logits + (wanted * features.float().mean(dim=(2, 3))).sum(dim=1, keepdim=True)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (n, 25) and features (n, c, 8, 8)."""
        # The power iteration runs once for each pass and in full precision: its products would lose too much in bf16.
        with parametrize.cached():
            with torch.autocast(images.device.type, enabled=False):
                for module in self.modules():
                    if parametrize.is_parametrized(module):
                        _ = module.weight
            features = self.features(images)
            return self.logits(features, labels), features

    def reconstruction_loss(self, features: Tensor, images: Tensor, labels: Tensor) -> Tensor:
        """Mean absolute difference between the decoded features and the images, both at 64 px."""
        target = functional.adaptive_avg_pool2d(images, _RECONSTRUCTED)
        decoded: Tensor = self.decoder(features, labels)
        return (decoded.float() - target).abs().mean()
