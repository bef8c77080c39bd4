"""The augmentation methods of the original study, with its parameters as defaults, and the control."""

from augtui.plan.catalog.declaration import Caution, Parameter, Policy
from augtui.plan.catalog.shorthand import (
    BORDERS,
    IMPLEMENTATION,
    PAD_BORDERS,
    any_of,
    drawn,
    named,
    probability,
    uniform,
)

GEOMETRIC_PARAMETERS: tuple[Parameter, ...] = (
    probability("flip_horizontal", 0.5, "probability of swapping left and right"),
    probability("flip_vertical", 0.5, "probability of swapping top and bottom"),
    probability("affine", 0.5, "probability of the affine warp"),
    drawn("scale", uniform(0.5, 1.5), "size of the content, drawn for each axis; 1 keeps it", low=0.05, high=20.0),
    drawn("translate", uniform(-0.2, 0.2), "shift, drawn for each axis", low=-1.0, high=1.0, unit="of the side"),
    drawn(
        "rotate",
        uniform(-45.0, 45.0),
        "rotation about the centre, clockwise",
        low=-360.0,
        high=360.0,
        unit="degrees",
    ),
    drawn(
        "shear",
        uniform(-16.0, 16.0),
        "shear, the same along both axes, as imgaug draws it",
        low=-80.0,
        high=80.0,
        unit="degrees",
    ),
    named(
        "interpolation",
        any_of(("nearest", "bilinear")),
        ("nearest", "bilinear"),
        "how the warp reads between pixels",
    ),
    named("border", any_of(BORDERS), BORDERS, "what the warp finds outside the image"),
    drawn(
        "fill",
        uniform(0.0, 255.0),
        'what "constant" puts there, drawn for each channel',
        low=0.0,
        high=255.0,
        unit="grey level",
    ),
    probability("crop_pad", 0.5, "probability of crop or pad"),
    drawn(
        "crop_pad_share",
        uniform(-0.1, 0.1),
        "drawn for each side: below 0 crops, above 0 pads; the size is then restored",
        low=-0.45,
        high=1.0,
        unit="of the side",
    ),
    named("pad_border", any_of(PAD_BORDERS), PAD_BORDERS, "what padding consists of"),
    drawn(
        "pad_fill",
        uniform(0.0, 255.0),
        'what "constant" and "linear_ramp" pad with',
        low=0.0,
        high=255.0,
        unit="grey level",
    ),
    Parameter(
        name="random_order", kind="flag", default=True, help="flips, warp and crop in a new order for each image"
    ),
)

TURNED = 89.0
"""Degrees beyond which a rotation turns a picture on its side."""

GEOMETRIC_CAUTIONS: tuple[Caution, ...] = (
    Caution(danger="sides", parameter="flip_horizontal"),
    Caution(danger="upside-down", parameter="flip_vertical"),
    Caution(danger="turned", parameter="rotate", beyond=TURNED),
    Caution(danger="colours", parameter="fill", drawn=True, needs="border"),
)

GEOMETRIC = Policy(
    name="geometric",
    kind="image",
    help="Method 1 of the original study: flips, affine warp, crop or pad",
    parameters=(*GEOMETRIC_PARAMETERS, IMPLEMENTATION),
    cautions=GEOMETRIC_CAUTIONS,
)

DUPLICATE = Policy(
    name="duplicate",
    kind="image",
    help="The control: copies of the originals, unchanged",
)

POLICIES: tuple[Policy, ...] = (GEOMETRIC, DUPLICATE)
