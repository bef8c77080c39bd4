"""Every format and mode comes out as the same picture, or as the documented one."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from augtui.dataset.decode import BACKGROUND, Decoded, decode

from .trees import SIDE, encoded, noise, png

Grey = np.ndarray[tuple[int, int], np.dtype[np.uint16]]

COLOUR = Image.fromarray(noise("colour"))
GREY = COLOUR.convert("L")
RAMP = np.linspace(0, 65535, SIDE * SIDE).astype(np.uint16).reshape(SIDE, SIDE)


def pixels(data: bytes, size: int = SIDE) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """uint8 [size, size, 3]."""
    return decode(data, size).pixels.transpose(1, 2, 0)


def as_rgb(image: Image.Image) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return np.asarray(image.convert("RGB"))


def png16(values: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], colour_type: int) -> bytes:
    """A PNG of 16 bits a channel from [H, W, C]."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(values.shape[1], values.shape[0], 16, colour_type, rows)


def tiff(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]], tags: dict[int, tuple[int, ...]]) -> bytes:
    """An uncompressed little-endian TIFF with the given tags (all SHORT); the bytes of `values` are its one strip."""
    height, width = values.shape[:2]
    body = values.astype(values.dtype.newbyteorder("<")).tobytes()
    every = {256: (width,), 257: (height,), 259: (1,), 278: (height,), 279: (len(body),), **tags}
    long_values = b""
    entries = b""
    after = 8 + 2 + 12 * (len(every) + 1) + 4
    for tag in sorted([*every, 273]):
        value = every.get(tag, (0,))
        packed = struct.pack(f"<{len(value)}H", *value)
        if tag == 273:
            strip = after + sum(2 * len(item) for item in every.values() if len(item) > 2)
            packed = struct.pack("<H", strip)
        if len(packed) > 4:
            packed, long_values = struct.pack("<I", after + len(long_values)), long_values + packed
        entries += struct.pack("<HHI", tag, 3, len(value)) + packed.ljust(4, b"\0")
    count = struct.pack("<H", len(every) + 1)
    return b"II*\0" + struct.pack("<I", 8) + count + entries + struct.pack("<I", 0) + long_values + body


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "GIF", "TGA", "PPM", "WEBP", "JPEG2000"])
def test_lossless_formats_give_the_very_pixels(form: str) -> None:
    image = COLOUR.quantize(32) if form == "GIF" else COLOUR
    options = {"lossless": True} if form == "WEBP" else {}
    np.testing.assert_array_equal(pixels(encoded(image, form, **options)), as_rgb(image))


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LAB"])
def test_modes_become_rgb_as_pillow_defines_it(mode: str) -> None:
    image = COLOUR.convert("RGB").convert(mode) if mode != "LAB" else Image.frombytes("LAB", (SIDE, SIDE), bytes(192))
    found = decode(encoded(image, "TIFF"), SIDE)
    assert found.mode == mode
    np.testing.assert_array_equal(found.pixels.transpose(1, 2, 0), as_rgb(image))


def test_cmyk_jpeg_has_the_colours_of_its_rgb_twin() -> None:
    smooth = COLOUR.resize((2, 2)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    found = decode(encoded(smooth.convert("CMYK"), "JPEG", quality=100), SIDE)
    assert found.mode == "CMYK"
    difference = found.pixels.transpose(1, 2, 0).astype(int) - as_rgb(smooth)
    assert np.abs(difference).max() <= 12


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_pixels_lie_on_mid_grey(mode: str) -> None:
    image = COLOUR.convert(mode)
    alpha = np.zeros((SIDE, SIDE), dtype=np.uint8)
    alpha[:, SIDE // 2 :] = 255
    image.putalpha(Image.fromarray(alpha))
    found = pixels(encoded(image))
    assert (found[:, : SIDE // 2] == BACKGROUND).all()
    np.testing.assert_array_equal(found[:, SIDE // 2 :], as_rgb(COLOUR.convert(mode[:-1]))[:, SIDE // 2 :])


def test_half_transparent_pixels_are_mixed_with_the_background() -> None:
    image = Image.new("RGBA", (SIDE, SIDE), (255, 0, 128, 128))
    assert tuple(pixels(encoded(image))[0, 0]) == (192, 64, 128)


def test_opaque_alpha_changes_nothing() -> None:
    assert decode(encoded(COLOUR.convert("RGBA")), SIDE).pixel_id == decode(encoded(COLOUR), SIDE).pixel_id


def test_transparent_palette_entry_lies_on_mid_grey() -> None:
    image = COLOUR.quantize(16)
    found = pixels(encoded(image, transparency=3))
    clear = np.asarray(image) == 3
    assert clear.any()
    assert (found[clear] == BACKGROUND).all()
    np.testing.assert_array_equal(found[~clear], as_rgb(image)[~clear])


@pytest.mark.parametrize(("mode", "clear"), [("L", 7), ("RGB", (7, 7, 7))])
def test_transparent_colour_lies_on_mid_grey(mode: str, clear: int | tuple[int, ...]) -> None:
    image = Image.new(mode, (SIDE, SIDE), 200 if mode == "L" else (200, 200, 200))
    image.putpixel((0, 0), clear)
    found = pixels(encoded(image, transparency=clear))
    assert tuple(found[0, 0]) == BACKGROUND
    assert tuple(found[0, 1]) == (200, 200, 200)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_divided_by_257(form: str) -> None:
    found = decode(encoded(Image.fromarray(RAMP), form), SIDE)
    assert found.mode.startswith("I;16")
    np.testing.assert_array_equal(found.pixels[0], np.rint(RAMP / 257))


def test_sixteen_bit_grey_with_white_as_zero_is_inverted() -> None:
    found = pixels(tiff(RAMP, {258: (16,), 262: (0,), 277: (1,)}))
    np.testing.assert_array_equal(found[..., 0], 255 - np.rint(RAMP / 257))


def test_twelve_bit_grey_reaches_white() -> None:
    packed = np.full((SIDE, SIDE * 3 // 2), 0xFF, dtype=np.uint8)  # three bytes hold two pixels
    data = tiff(packed, {256: (SIDE,), 258: (12,), 262: (1,), 277: (1,)})
    assert (pixels(data) == 255).all()


@pytest.mark.parametrize(("colour_type", "channels"), [(2, 3), (6, 4), (4, 2)])
def test_sixteen_bit_colour_png_keeps_the_upper_byte(colour_type: int, channels: int) -> None:
    values = np.full((SIDE, SIDE, channels), 0xFFFF, dtype=np.uint16)
    values[..., : channels - (channels % 2 == 0)] = 0x81FE
    assert (pixels(png16(values, colour_type)) == 0x81).all()


def test_sixteen_bit_colour_tiff_keeps_the_upper_byte() -> None:
    values = np.random.default_rng(0).integers(0, 65536, (SIDE, SIDE, 3)).astype(np.uint16)
    found = pixels(tiff(values, {258: (16, 16, 16), 262: (2,), 277: (3,)}))
    np.testing.assert_array_equal(found, values >> 8)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 65535]], np.int32), [0, 255]),
        (np.array([[100, 25700]], np.int32), [0, 100]),
        (np.array([[-1000, 1000]], np.int32), [0, 255]),
        (np.array([[0, 100_000]], np.int32), [0, 255]),
        (np.array([[-1, 0, 1]], np.float32), [0, 128, 255]),
        (np.array([[7, 7]], np.float32), [0, 0]),
        (np.array([[np.nan, 1, 3, np.inf, -np.inf]], np.float32), [0, 0, 255, 255, 0]),
        (np.array([[np.finfo(np.float32).min, np.finfo(np.float32).max]], np.float32), [0, 255]),
        (np.array([[np.nan, np.nan]], np.float32), [0, 0]),
    ],
)
def test_grey_without_a_scale_of_its_own_is_stretched(
    values: np.ndarray[tuple[int, int], np.dtype[np.generic]], expected: list[int]
) -> None:
    wide = np.repeat(values, values.shape[1], axis=0)
    found = decode(encoded(Image.fromarray(wide), "TIFF"), values.shape[1])
    assert found.pixels[0, 0].tolist() == expected


@pytest.mark.parametrize("form", ["GIF", "TIFF", "WEBP", "PNG"])
def test_of_several_frames_the_first_counts(form: str) -> None:
    first, second = Image.new("RGB", (SIDE, SIDE), (250, 10, 10)), Image.new("RGB", (SIDE, SIDE), (10, 10, 250))
    options = {"lossless": True} if form == "WEBP" else {}
    found = pixels(encoded(first, form, save_all=True, append_images=[second], **options))
    assert (found == (250, 10, 10)).all()


ORIENTED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.rotate(180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    6: lambda image: image.rotate(-90, expand=True),
    7: lambda image: image.transpose(Image.Transpose.TRANSVERSE),
    8: lambda image: image.rotate(90, expand=True),
}


@pytest.mark.parametrize("orientation", ORIENTED)
def test_exif_orientation_is_applied(orientation: int) -> None:
    image = Image.fromarray(noise("wide", 12, 6))
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = decode(encoded(image, exif=exif), SIDE)
    upright = ORIENTED[orientation](image)
    assert (found.width, found.height) == upright.size
    assert found.pixel_id == decode(encoded(upright), SIDE).pixel_id


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16"])
def test_a_tiff_is_turned_once(mode: str, compression: str) -> None:
    grey = Image.fromarray(RAMP[:4])
    image = grey if mode == "I;16" else Image.fromarray(noise("wide", 12, 6)).convert(mode)
    turned = decode(encoded(image, "TIFF", tiffinfo={274: 6}, compression=compression), SIDE)
    upright = decode(encoded(image.transpose(Image.Transpose.ROTATE_270), "TIFF"), SIDE)
    assert (turned.width, turned.height) == (image.height, image.width)
    assert turned.pixel_id == upright.pixel_id


def test_an_orientation_that_does_not_exist_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 9
    assert decode(encoded(COLOUR, exif=exif), SIDE).pixel_id == decode(encoded(COLOUR), SIDE).pixel_id


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_metadata_does_not_spoil_good_pixels() -> None:
    plain = encoded(COLOUR, "JPEG")
    exif = b"Exif\0\0MM\0*\xff\xff\xff\xff"
    damaged = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    assert decode(damaged, SIDE).pixel_id == decode(plain, SIDE).pixel_id


def test_the_whole_image_is_squeezed_to_the_square_without_aliasing() -> None:
    stripes = np.zeros((100, 300, 3), dtype=np.uint8)
    stripes[:, ::2] = 254
    found = decode(encoded(Image.fromarray(stripes)), 10)
    assert found.pixels.shape == (3, 10, 10)
    assert (found.width, found.height) == (300, 100)
    assert np.abs(found.pixels.astype(int) - 127).max() <= 6


def test_the_picture_decides_the_pixel_id_and_not_the_file() -> None:
    ids = {decode(encoded(COLOUR, form), size).pixel_id for form in ("PNG", "BMP", "TIFF") for size in (4, 16)}
    assert len(ids) == 1


def test_pictures_with_equal_bytes_and_other_sizes_differ() -> None:
    def of_size(width: int, height: int) -> Decoded:
        return decode(encoded(Image.new("L", (width, height))), SIDE)

    assert of_size(4, 9).pixel_id != of_size(9, 4).pixel_id


def test_the_pixel_id_of_a_picture_hashed_in_bands_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = decode(encoded(COLOUR), SIDE).pixel_id
    monkeypatch.setattr("augtui.dataset.decode._BAND", 3 * SIDE)
    assert decode(encoded(COLOUR), SIDE).pixel_id == whole


@pytest.mark.parametrize("name", ["JPEG", "BMP", "TIFF", "WEBP"])
def test_the_format_is_told_as_the_content_has_it(name: str) -> None:
    assert decode(encoded(GREY, name), SIDE).format == name
