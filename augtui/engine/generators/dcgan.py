"""The networks of the DCGAN that PyTorch's example made the reference: 64 px, one latent vector in, one image out.

Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional generative adversarial
networks", 2016; sizes and initial weights as in the example `dcgan` of pytorch/examples.
"""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from augtui.engine.generators.drawing import DrawingNetwork
from augtui.engine.generators.smallmaps import Doubling, Halving

IMAGE_SIZE = 64
CHANNELS = 3


class Generator(DrawingNetwork):
    """Latent vectors to images.

    Args:
        latent: length of the latent vector.
        width: channels of the last hidden layer (`ngf`); each earlier one has twice as many.
    """

    def __init__(self, latent: int = 100, width: int = 64) -> None:
        super().__init__()
        self.latent = latent
        channels = [latent, 8 * width, 4 * width, 2 * width, width]
        layers: list[nn.Module] = []
        for index, (before, after) in enumerate(pairwise(channels)):
            grow = Doubling(before, after) if index else nn.ConvTranspose2d(before, after, 4, bias=False)
            layers += [grow, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        layers += [Doubling(width, CHANNELS), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """float (n, latent) -> (n, 3, 64, 64) in [-1, 1]. `labels` is not read: each class has a model of its own."""
        images: Tensor = self.layers(z[:, :, None, None])
        return images


class Discriminator(nn.Module):
    """Images to one number each: the logit of being real.

    The reference ends in a sigmoid before the binary cross-entropy; the sigmoid is part of the loss here, which is
    the same function and stays finite in bfloat16.

    Args:
        width: channels of the first layer (`ndf`); each later one has twice as many.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        channels = [width, 2 * width, 4 * width, 8 * width]
        layers: list[nn.Module] = [
            Halving(CHANNELS, width),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        for before, after in pairwise(channels):
            layers += [
                Halving(before, after),
                nn.BatchNorm2d(after),
                nn.LeakyReLU(0.2, inplace=True),
            ]
        layers.append(nn.Conv2d(8 * width, 1, 4, 1, 0, bias=False))
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)

    def forward(self, images: Tensor) -> Tensor:
        """float (n, 3, 64, 64) in [-1, 1] -> logits (n,)."""
        logits: Tensor = self.layers(images)
        return logits.flatten()


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
