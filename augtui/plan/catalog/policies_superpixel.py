"""Methods 2 and 3 of the original study, with its parameters as defaults."""

from augtui.plan.catalog.declaration import Caution, Parameter, Policy
from augtui.plan.catalog.policies_study import GEOMETRIC_CAUTIONS, GEOMETRIC_PARAMETERS
from augtui.plan.catalog.shorthand import (
    IMPLEMENTATION,
    RANDOM_ORDER,
    drawn,
    drawn_whole,
    named,
    probability,
    uniform,
)
from augtui.plan.spec import Choice

SEGMENTS: tuple[Parameter, ...] = (
    drawn("p_replace", uniform(0.0, 1.0), "share of the segments that are painted", low=0.0, high=1.0),
    drawn_whole(
        "n_segments",
        uniform(100, 200),
        "segments asked for; a range is drawn from 8 values within it",
        low=2,
        high=4000,
    ),
    named(
        "mode",
        "clean",
        ("clean", "compatible"),
        '"clean" keeps unpainted pixels sharp; "compatible" blurs images above max_size as imgaug does',
        ranged=False,
    ),
    Parameter(
        name="max_size",
        kind="integer",
        default=128,
        low=8,
        high=4096,
        unit="pixels",
        help="segments are found on images reduced to this side",
    ),
    Parameter(
        name="compactness",
        kind="number",
        default=10.0,
        low=0.001,
        high=1000.0,
        help="of SLIC: larger makes squarer segments",
    ),
    named(
        "slic",
        "skimage",
        ("skimage", "torch"),
        '"skimage" is kept in the cache; "torch" runs on the device each time, its segments are ragged',
        ranged=False,
    ),
)
"""Of superpixels, wherever they are used."""

_BLURS: tuple[Parameter, ...] = (
    drawn("gaussian_sigma", uniform(0.0, 3.0), "of the Gaussian blur", low=0.0, high=50.0, unit="pixels"),
    drawn_whole("average_size", uniform(3, 7), "window of the average blur", low=1, high=99, unit="pixels"),
    drawn_whole(
        "median_size", uniform(3, 7), "window of the median blur, raised to odd", low=1, high=15, unit="pixels"
    ),
    drawn_whole("bilateral_diameter", uniform(3, 10), "window of the bilateral blur", low=1, high=31, unit="pixels"),
    drawn(
        "bilateral_colour",
        uniform(10.0, 250.0),
        "how different colours it mixes",
        low=1.0,
        high=1000.0,
        unit="grey levels",
    ),
    drawn(
        "bilateral_space", uniform(10.0, 250.0), "how far apart pixels it mixes", low=1.0, high=1000.0, unit="pixels"
    ),
    drawn_whole("motion_size", 7, "length of the motion blur, raised to odd", low=3, high=99, unit="pixels"),
    drawn(
        "motion_angle",
        Choice(options=(-45.0, 45.0)),
        "direction of the motion blur",
        low=-360.0,
        high=360.0,
        unit="degrees",
    ),
)

_CONVOLUTIONS: tuple[Parameter, ...] = (
    drawn("sharpen_alpha", uniform(0.0, 1.0), "share of the sharpened image", low=0.0, high=1.0),
    drawn("sharpen_lightness", uniform(0.75, 1.5), "of the sharpened image; 1 keeps it", low=0.0, high=10.0),
    drawn("emboss_alpha", uniform(0.0, 1.0), "share of the embossed image", low=0.0, high=1.0),
    drawn("emboss_strength", uniform(0.5, 1.5), "of the relief", low=0.0, high=10.0),
    drawn("edges_alpha", uniform(0.5, 1.0), "share of the edges", low=0.0, high=1.0),
    drawn("directed_edges_alpha", uniform(0.0, 1.0), "share of the edges seen from one side", low=0.0, high=1.0),
    drawn("directed_edges_direction", uniform(0.0, 1.0), "that side; 1 is a whole turn", low=0.0, high=1.0),
)

_DROPOUTS: tuple[Parameter, ...] = (
    drawn("dropout_share", uniform(0.01, 0.1), "of the pixels", low=0.0, high=1.0),
    probability("dropout_per_channel", 0.5, "how often channels drop pixels of their own"),
    drawn("coarse_dropout_share", uniform(0.01, 0.1), "of the cells of a coarse grid", low=0.0, high=1.0),
    drawn(
        "coarse_dropout_size",
        uniform(0.02, 0.05),
        "cells along a side, as a share of its pixels; at least 3",
        low=0.001,
        high=1.0,
    ),
    probability("coarse_dropout_per_channel", 0.2, "how often channels drop cells of their own"),
    Parameter(
        name="total_dropout",
        kind="flag",
        default=False,
        help="one of three images may also go black as a whole: a flaw of the study",
    ),
    probability("total_dropout_p", 0.1, "how often such an image then goes black"),
)

_COLOUR: tuple[Parameter, ...] = (
    drawn("brightness", uniform(-30.0, 30.0), "added to the brightness", low=-255.0, high=255.0, unit="grey levels"),
    drawn("add", uniform(-10.0, 10.0), "added to all channels", low=-255.0, high=255.0, unit="grey levels"),
    probability("add_per_channel", 0.5, "how often channels get values of their own"),
    probability("invert", 0.05, "how often a channel is inverted"),
    Parameter(name="invert_per_channel", kind="flag", default=True, help="each channel by itself"),
    drawn_whole("colours", uniform(2, 16), "levels that are left of each channel", low=2, high=256),
)

_STUDY = Parameter(
    name="original_study",
    kind="flag",
    default=False,
    help="as the study, with its black copies and its blurred superpixels",
)

SUPERPIXEL_PARAMETERS: tuple[Parameter, ...] = (
    probability("superpixels", 0.5, "probability of superpixels"),
    *SEGMENTS,
    *_BLURS,
    *_CONVOLUTIONS,
    *_DROPOUTS,
    *_COLOUR,
    RANDOM_ORDER,
    _STUDY,
)

_CAUTIONS: tuple[Caution, ...] = (
    Caution(danger="tones", parameter="invert"),
    Caution(danger="colours", parameter="dropout_per_channel"),
    Caution(danger="colours", parameter="coarse_dropout_per_channel"),
    Caution(danger="colours", parameter="add_per_channel"),
    Caution(danger="colours", parameter="invert_per_channel", needs="invert"),
    Caution(danger="black", parameter="total_dropout"),
    Caution(danger="black", parameter="original_study"),
)

SUPERPIXEL = Policy(
    name="superpixel",
    kind="image",
    help="Method 2 of the original study: superpixels, blur, edges, dropout, brightness, colour",
    parameters=(*SUPERPIXEL_PARAMETERS, IMPLEMENTATION),
    cautions=_CAUTIONS,
)

COMBINED = Policy(
    name="combined",
    kind="image",
    help="Method 3 of the original study: methods 1 and 2 in random order",
    parameters=(
        *GEOMETRIC_PARAMETERS,
        *(item for item in SUPERPIXEL_PARAMETERS if item.name != RANDOM_ORDER.name),
        IMPLEMENTATION,
    ),
    cautions=(*GEOMETRIC_CAUTIONS, *_CAUTIONS),
)

POLICIES: tuple[Policy, ...] = (SUPERPIXEL, COMBINED)
