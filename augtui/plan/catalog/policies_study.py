"""The augmentation methods of the original study, with its parameters as defaults, and the control."""

from augtui.plan.catalog.declaration import Parameter, Policy
from augtui.plan.spec import Choice, Uniform

BORDERS = ("constant", "edge", "symmetric", "reflect", "wrap")
"""How pixels from outside the image are made when it is warped."""

PAD_BORDERS = (*BORDERS, "linear_ramp", "maximum", "mean", "median", "minimum")
"""How pixels from outside the image are made when it is padded."""

GEOMETRIC = Policy(
    name="geometric",
    kind="image",
    help="Method 1 of the original study: flips, affine warp, crop or pad",
    parameters=(
        Parameter(
            name="flip_horizontal",
            kind="number",
            default=0.5,
            low=0.0,
            high=1.0,
            help="probability of swapping left and right",
        ),
        Parameter(
            name="flip_vertical",
            kind="number",
            default=0.5,
            low=0.0,
            high=1.0,
            help="probability of swapping top and bottom",
        ),
        Parameter(
            name="affine", kind="number", default=0.5, low=0.0, high=1.0, help="probability of the affine warp"
        ),
        Parameter(
            name="scale",
            kind="number",
            default=Uniform(low=0.5, high=1.5),
            low=0.05,
            high=20.0,
            ranged=True,
            help="size of the content, drawn for each axis; 1 keeps it",
        ),
        Parameter(
            name="translate",
            kind="number",
            default=Uniform(low=-0.2, high=0.2),
            low=-1.0,
            high=1.0,
            ranged=True,
            unit="of the side",
            help="shift, drawn for each axis",
        ),
        Parameter(
            name="rotate",
            kind="number",
            default=Uniform(low=-45.0, high=45.0),
            low=-360.0,
            high=360.0,
            ranged=True,
            unit="degrees",
            help="rotation about the centre, clockwise",
        ),
        Parameter(
            name="shear",
            kind="number",
            default=Uniform(low=-16.0, high=16.0),
            low=-80.0,
            high=80.0,
            ranged=True,
            unit="degrees",
            help="shear along the horizontal axis",
        ),
        Parameter(
            name="interpolation",
            kind="name",
            default=Choice(options=("nearest", "bilinear")),
            names=("nearest", "bilinear"),
            ranged=True,
            help="how the warp reads between pixels",
        ),
        Parameter(
            name="border",
            kind="name",
            default=Choice(options=BORDERS),
            names=BORDERS,
            ranged=True,
            help="what the warp finds outside the image",
        ),
        Parameter(
            name="fill",
            kind="number",
            default=Uniform(low=0.0, high=255.0),
            low=0.0,
            high=255.0,
            ranged=True,
            unit="grey level",
            help='what "constant" puts there',
        ),
        Parameter(name="crop_pad", kind="number", default=0.5, low=0.0, high=1.0, help="probability of crop or pad"),
        Parameter(
            name="crop_pad_share",
            kind="number",
            default=Uniform(low=-0.1, high=0.1),
            low=-0.45,
            high=1.0,
            ranged=True,
            unit="of the side",
            help="drawn for each side: below 0 crops, above 0 pads; the size is then restored",
        ),
        Parameter(
            name="pad_border",
            kind="name",
            default=Choice(options=PAD_BORDERS),
            names=PAD_BORDERS,
            ranged=True,
            help="what padding consists of",
        ),
        Parameter(
            name="pad_fill",
            kind="number",
            default=Uniform(low=0.0, high=255.0),
            low=0.0,
            high=255.0,
            ranged=True,
            unit="grey level",
            help='what "constant" and "linear_ramp" pad with',
        ),
        Parameter(
            name="random_order", kind="flag", default=True, help="flips, warp and crop in a new order for each image"
        ),
    ),
)

DUPLICATE = Policy(
    name="duplicate",
    kind="image",
    help="The control: copies of the originals, unchanged",
)

POLICIES: tuple[Policy, ...] = (GEOMETRIC, DUPLICATE)
