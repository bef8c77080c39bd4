"""Single operations as policies of their own."""

from augtui.plan.catalog.declaration import Caution, Parameter, Policy
from augtui.plan.catalog.policies_study import TURNED
from augtui.plan.catalog.policies_superpixel import SEGMENTS
from augtui.plan.catalog.shorthand import (
    BORDERS,
    IMPLEMENTATION,
    PAD_BORDERS,
    acts,
    any_of,
    drawn,
    drawn_whole,
    named,
    probability,
    uniform,
)

_BLURS = ("gaussian", "average", "median", "bilateral", "motion")
_SPACES = ("ycrcb", "yuv", "hsv", "hls", "lab", "luv")
_INTERPOLATION = named("interpolation", "bilinear", ("nearest", "bilinear"), "how it reads between pixels")
_BORDER = named("border", "reflect", BORDERS, "what it finds outside the image")
_FILL = drawn("fill", 0.0, 'what border "constant" puts there', low=0.0, high=255.0, unit="grey level")
_BLACK = Caution(danger="black", parameter="share", beyond=0.9)
_COLOURED_FILL = Caution(danger="colours", parameter="fill", drawn=True, needs="border")
_WARP: tuple[Parameter, ...] = (_INTERPOLATION, _BORDER, _FILL)
_PER_CHANNEL = probability("per_channel", 0.0, "how often channels get values of their own")


def _single(name: str, text: str, *parameters: Parameter, cautions: tuple[Caution, ...] = ()) -> Policy:
    return Policy(name=name, kind="image", help=text, parameters=(*parameters, IMPLEMENTATION), cautions=cautions)


POLICIES: tuple[Policy, ...] = (
    _single(
        "flip",
        "Swaps left and right, top and bottom",
        probability("horizontal", 0.5, "probability of swapping left and right"),
        probability("vertical", 0.0, "probability of swapping top and bottom"),
        cautions=(
            Caution(danger="sides", parameter="horizontal"),
            Caution(danger="upside-down", parameter="vertical"),
        ),
    ),
    _single(
        "rotate",
        "Rotates about the centre",
        acts(),
        drawn("degrees", uniform(-45.0, 45.0), "clockwise", low=-360.0, high=360.0, unit="degrees"),
        *_WARP,
        cautions=(Caution(danger="turned", parameter="degrees", beyond=TURNED), _COLOURED_FILL),
    ),
    _single(
        "scale",
        "Enlarges or shrinks the content",
        acts(),
        drawn("factor", uniform(0.5, 1.5), "drawn for each axis; 1 keeps it", low=0.05, high=20.0),
        *_WARP,
        cautions=(_COLOURED_FILL,),
    ),
    _single(
        "shear",
        "Slants the content",
        acts(),
        drawn("degrees", uniform(-16.0, 16.0), "the same along both axes", low=-80.0, high=80.0, unit="degrees"),
        *_WARP,
        cautions=(_COLOURED_FILL,),
    ),
    _single(
        "crop",
        "Cuts the sides off and restores the size",
        acts(),
        drawn("share", uniform(0.0, 0.1), "drawn for each side", low=0.0, high=0.45, unit="of the side"),
    ),
    _single(
        "pad",
        "Adds margins and restores the size",
        acts(),
        drawn("share", uniform(0.0, 0.1), "drawn for each side", low=0.0, high=1.0, unit="of the side"),
        named("border", "constant", PAD_BORDERS, "what the margins consist of"),
        _FILL,
    ),
    _single(
        "elastic",
        "Deforms smoothly",
        acts(),
        drawn("alpha", uniform(0.0, 40.0), "strength of the displacements", low=0.0, high=1000.0),
        drawn("sigma", uniform(4.0, 8.0), "how far neighbours move alike", low=0.1, high=50.0, unit="pixels"),
    ),
    _single("superpixels", "Paints segments with their mean colour", acts(), *SEGMENTS),
    _single(
        "blur",
        "One of five blurs",
        acts(),
        named("kind", any_of(_BLURS), _BLURS, "which blur"),
        drawn("sigma", uniform(0.0, 3.0), "of the Gaussian one", low=0.0, high=50.0, unit="pixels"),
        drawn_whole("size", uniform(3, 7), "window, or length, of the others", low=3, high=15, unit="pixels"),
        drawn("angle", uniform(-180.0, 180.0), "of the motion blur", low=-360.0, high=360.0, unit="degrees"),
        drawn(
            "sigma_colour",
            uniform(10.0, 250.0),
            "how different colours the bilateral one mixes",
            low=1.0,
            high=1000.0,
            unit="grey levels",
        ),
        drawn(
            "sigma_space",
            uniform(10.0, 250.0),
            "how far apart pixels the bilateral one mixes",
            low=1.0,
            high=1000.0,
            unit="pixels",
        ),
    ),
    _single(
        "sharpen",
        "Sharpens",
        acts(),
        drawn("alpha", uniform(0.0, 1.0), "share of the sharpened image", low=0.0, high=1.0),
        drawn("lightness", uniform(0.75, 1.5), "of the sharpened image; 1 keeps it", low=0.0, high=10.0),
    ),
    _single(
        "emboss",
        "Embosses",
        acts(),
        drawn("alpha", uniform(0.0, 1.0), "share of the embossed image", low=0.0, high=1.0),
        drawn("strength", uniform(0.5, 1.5), "of the relief", low=0.0, high=10.0),
    ),
    _single(
        "dropout",
        "Turns pixels black",
        acts(),
        drawn("share", uniform(0.01, 0.1), "of the pixels", low=0.0, high=1.0),
        probability("per_channel", 0.5, "how often channels drop pixels of their own"),
        cautions=(Caution(danger="colours", parameter="per_channel"), _BLACK),
    ),
    _single(
        "coarse_dropout",
        "Turns cells of a coarse grid black",
        acts(),
        drawn("share", uniform(0.01, 0.1), "of the cells", low=0.0, high=1.0),
        drawn(
            "size",
            uniform(0.02, 0.05),
            "cells along a side, as a share of its pixels; at least 3",
            low=0.001,
            high=1.0,
        ),
        probability("per_channel", 0.2, "how often channels drop cells of their own"),
        cautions=(Caution(danger="colours", parameter="per_channel"), _BLACK),
    ),
    _single(
        "brightness",
        "Makes brighter or darker and keeps the colour",
        acts(),
        drawn("add", uniform(-30.0, 30.0), "to the brightness", low=-255.0, high=255.0, unit="grey levels"),
        named("space", any_of(_SPACES), _SPACES, "colour space that says what brightness is"),
    ),
    _single(
        "contrast",
        "Stretches or flattens the grey levels",
        acts(),
        drawn("factor", uniform(0.6, 1.4), "1 keeps it", low=0.0, high=10.0),
        _PER_CHANNEL,
        cautions=(Caution(danger="colours", parameter="per_channel"),),
    ),
    _single(
        "colour",
        "Changes saturation and hue",
        acts(),
        drawn("saturation", uniform(0.5, 1.5), "factor; 1 keeps it, 0 is grey", low=0.0, high=10.0),
        drawn("hue", uniform(-10.0, 10.0), "turn of the colour circle", low=-180.0, high=180.0, unit="degrees"),
    ),
    _single(
        "invert",
        "Turns dark into bright",
        acts(0.5),
        Parameter(name="per_channel", kind="flag", default=False, help="each channel by itself"),
        cautions=(
            Caution(danger="tones", parameter="p"),
            Caution(danger="colours", parameter="per_channel", needs="p"),
        ),
    ),
    _single(
        "noise",
        "Adds Gaussian noise",
        acts(),
        drawn("scale", uniform(0.0, 15.0), "standard deviation", low=0.0, high=255.0, unit="grey levels"),
        probability("per_channel", 0.5, "how often channels get noise of their own"),
        cautions=(Caution(danger="colours", parameter="per_channel"),),
    ),
    _single(
        "clahe",
        "Equalises the contrast locally",
        acts(),
        drawn("clip_limit", uniform(0.1, 8.0), "limit of the contrast", low=0.01, high=100.0),
        drawn_whole("tiles", uniform(3, 12), "along each side", low=1, high=32),
    ),
)
