"""Whether a file begins as images do, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path

from augtui.dataset.files import first_bytes

_LOOKED_AT = 512
_BINARY = (
    rb"\x89PNG\r\n\x1a\n",
    rb"\xff\xd8\xff",  # JPEG
    rb"GIF8[79]a",
    rb"BM.{4}\0{4}",  # the zeros tell a bitmap from a table whose first column is BMI
    rb"II[*+]\0|MM\0[*+]",  # TIFF
    rb"RIFF.{4}WEBP",
    rb".{4}ftyp(?:avi[fs]|mif1|msf1).{4}(?:.{4})*?avi[fs]",
    rb"\0\0\0\x0cjP  \r\n\x87\n|\xffO\xffQ",  # JPEG 2000
    rb"\0\0[\1\2]\0[^\0]\0",  # icons and cursors
    rb"8BPS\0\x01",  # Photoshop
    rb"DDS \x7c\0\0\0",
    rb"icns\0",
    rb"qoif\0",
    rb"\n[\0\2\3\5]\x01[\1\2\4\x08]",  # PCX
    rb"\x01\xda[\0\1][\1\2]",  # SGI
    rb"\x59\xa6\x6a\x95",  # Sun
)
_WORDS = (
    rb"P[1-7]\s*?\n(?:#[^\n]*\n)*(?:\d+\s+\d+\s|WIDTH )",  # PBM, PGM, PPM, PAM
    rb"P[Ff]\n\d+\s+\d+\s",
    rb"SIMPLE  = ",  # FITS
    rb"/\* XPM \*/",
    rb"\s*#define\s+\S+_width\s+\d+\s*#define\s+\S+_height\s",  # XBM
)
_IMAGE = re.compile(b"|".join(b"(?:%s)" % part for part in (*_BINARY, *_WORDS)), re.DOTALL)


def begins_as_image(path: Path) -> bool:
    """Whether a file's first bytes are those of an image format that Pillow reads and that marks its files so."""
    return _IMAGE.match(first_bytes(path, _LOOKED_AT)) is not None
