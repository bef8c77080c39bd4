"""Models: our own, and torchvision's classification models by their names."""

from collections.abc import Mapping

from augtui.plan.catalog.declaration import Model

CNN = Model(name="cnn", help="the original study's network of three convolutions", smallest=8)

TORCHVISION: tuple[str, ...] = (
    "alexnet",
    "convnext_base",
    "convnext_large",
    "convnext_small",
    "convnext_tiny",
    "densenet121",
    "densenet161",
    "densenet169",
    "densenet201",
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientnet_b5",
    "efficientnet_b6",
    "efficientnet_b7",
    "efficientnet_v2_l",
    "efficientnet_v2_m",
    "efficientnet_v2_s",
    "googlenet",
    "inception_v3",
    "maxvit_t",
    "mnasnet0_5",
    "mnasnet0_75",
    "mnasnet1_0",
    "mnasnet1_3",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "regnet_x_16gf",
    "regnet_x_1_6gf",
    "regnet_x_32gf",
    "regnet_x_3_2gf",
    "regnet_x_400mf",
    "regnet_x_800mf",
    "regnet_x_8gf",
    "regnet_y_128gf",
    "regnet_y_16gf",
    "regnet_y_1_6gf",
    "regnet_y_32gf",
    "regnet_y_3_2gf",
    "regnet_y_400mf",
    "regnet_y_800mf",
    "regnet_y_8gf",
    "resnet101",
    "resnet152",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "resnext50_32x4d",
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "shufflenet_v2_x1_5",
    "shufflenet_v2_x2_0",
    "squeezenet1_0",
    "squeezenet1_1",
    "swin_b",
    "swin_s",
    "swin_t",
    "swin_v2_b",
    "swin_v2_s",
    "swin_v2_t",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
    "vit_b_16",
    "vit_b_32",
    "vit_h_14",
    "vit_l_16",
    "vit_l_32",
    "wide_resnet101_2",
    "wide_resnet50_2",
)
"""`torchvision.models.list_models(module=torchvision.models)`: written down, since plans are read without torch."""

_SMALLEST = {
    "alexnet": 63,
    "convnext": 32,
    "densenet": 29,
    "googlenet": 15,
    "inception": 75,
    "squeezenet1_0": 21,
    "squeezenet1_1": 17,
    "vgg": 32,
}
"""Pixels, by how names begin: below them a layer has nothing left to look at. Found by trying every size."""

_MULTIPLE = {"maxvit": 224, "vit_h_14": 14, "vit_b_16": 16, "vit_l_16": 16, "vit_b_32": 32, "vit_l_32": 32}
"""Pixels, by how names begin: these cut the image into a whole number of patches or windows."""


def _torchvision(name: str) -> Model:
    return Model(
        name=name,
        help="torchvision",
        smallest=_by_beginning(name, _SMALLEST, 8),
        multiple=_by_beginning(name, _MULTIPLE, 1),
        tags=("torchvision",),
    )


def _by_beginning(name: str, sizes: Mapping[str, int], default: int) -> int:
    return next((size for beginning, size in sizes.items() if name.startswith(beginning)), default)


MODELS: tuple[Model, ...] = (CNN, *(_torchvision(name) for name in TORCHVISION))
