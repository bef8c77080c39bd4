"""The automatic augmentations of torchvision's transforms v2, with its parameters."""

from augtui.plan.catalog.declaration import Caution, Parameter, Policy
from augtui.plan.spec import Uniform

INTERPOLATION = Parameter(
    name="interpolation",
    kind="name",
    default="nearest",
    names=("nearest", "bilinear"),
    help="how warps read between pixels",
)
FILL = Parameter(
    name="fill",
    kind="number",
    default=0.0,
    low=0.0,
    high=255.0,
    unit="grey level",
    help="what warps find outside the image",
)
BINS = Parameter(
    name="num_magnitude_bins",
    kind="integer",
    default=31,
    low=2,
    high=1000,
    help="steps that the scale of magnitudes is cut into",
)

_TONES = (Caution(danger="tones"),)
"""They solarise, posterise and equalise, whatever their parameters are."""

_TURNS = (*_TONES, Caution(danger="turned"))
"""Its strongest rotation is by 135 degrees."""

TRIVIALAUGMENT = Policy(
    name="trivialaugment",
    kind="image",
    help="TrivialAugment: one random operation at a random strength (Müller and Hutter 2021)",
    parameters=(BINS, INTERPOLATION, FILL),
    cautions=_TURNS,
)

RANDAUGMENT = Policy(
    name="randaugment",
    kind="image",
    help="RandAugment: some random operations at one strength (Cubuk et al. 2020)",
    parameters=(
        Parameter(name="num_ops", kind="integer", default=2, low=0, high=16, help="operations one after the other"),
        Parameter(
            name="magnitude",
            kind="integer",
            default=9,
            low=0,
            high=999,
            help="strength, counted in bins",
            below="num_magnitude_bins",
        ),
        BINS,
        INTERPOLATION,
        FILL,
    ),
    cautions=_TONES,
)

AUGMIX = Policy(
    name="augmix",
    kind="image",
    help="AugMix: a random mixture of short chains of operations (Hendrycks et al. 2020)",
    parameters=(
        Parameter(name="severity", kind="integer", default=3, low=1, high=10, help="strength of the operations"),
        Parameter(name="mixture_width", kind="integer", default=3, low=1, high=16, help="chains that are mixed"),
        Parameter(
            name="chain_depth",
            kind="integer",
            default=-1,
            low=-1,
            high=16,
            help="operations in a chain; -1 (or 0) draws 1 to 3",
        ),
        Parameter(
            name="alpha",
            kind="number",
            default=1.0,
            low=0.01,
            high=100.0,
            help="of the Dirichlet that weighs the chains",
        ),
        Parameter(name="all_ops", kind="flag", default=True, help="also brightness, contrast, colour and sharpness"),
        Parameter(
            name="interpolation",
            kind="name",
            default="bilinear",
            names=("nearest", "bilinear"),
            help="how warps read between pixels",
        ),
        FILL,
    ),
    cautions=_TONES,
)

AUTOAUGMENT = Policy(
    name="autoaugment",
    kind="image",
    help="AutoAugment: pairs of operations that were learnt on a large dataset (Cubuk et al. 2019)",
    parameters=(
        Parameter(
            name="policy",
            kind="name",
            default="imagenet",
            names=("imagenet", "cifar10", "svhn"),
            help="the dataset that they were learnt on",
        ),
        INTERPOLATION,
        FILL,
    ),
    cautions=_TONES,
)

ERASING = Policy(
    name="erasing",
    kind="image",
    help="Random erasing: a rectangle of one value (Zhong et al. 2020)",
    parameters=(
        Parameter(name="p", kind="number", default=0.5, low=0.0, high=1.0, help="probability"),
        Parameter(
            name="scale",
            kind="number",
            default=Uniform(low=0.02, high=0.33),
            low=0.001,
            high=1.0,
            ranged=True,
            unit="of the area",
            help="size of the rectangle",
        ),
        Parameter(
            name="ratio",
            kind="number",
            default=Uniform(low=0.3, high=3.3),
            low=0.01,
            high=100.0,
            ranged=True,
            help="height to width, drawn evenly on a logarithmic scale",
        ),
        Parameter(
            name="value",
            kind="number",
            default=0.0,
            low=0.0,
            high=255.0,
            ranged=True,
            unit="grey level",
            help="what the rectangle is filled with",
        ),
    ),
)

MIXUP = Policy(
    name="mixup",
    kind="batch",
    help="MixUp: blends pairs of images and their labels (Zhang et al. 2018)",
    parameters=(
        Parameter(
            name="alpha", kind="number", default=0.2, low=0.01, high=100.0, help="of the Beta that gives the share"
        ),
    ),
    offline=False,
)

CUTMIX = Policy(
    name="cutmix",
    kind="batch",
    help="CutMix: pastes a rectangle of another image and mixes the labels by area (Yun et al. 2019)",
    parameters=(
        Parameter(
            name="alpha", kind="number", default=1.0, low=0.01, high=100.0, help="of the Beta that gives the share"
        ),
    ),
    offline=False,
)

POLICIES: tuple[Policy, ...] = (TRIVIALAUGMENT, RANDAUGMENT, AUGMIX, AUTOAUGMENT, ERASING, MIXUP, CUTMIX)
