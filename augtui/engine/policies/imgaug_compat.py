"""All that imgaug 0.4.0 (2020) needs to work today.

NumPy 2 removed `numpy.sctypes`, which imgaug reads while it is imported and never again. scikit-image 0.19 began
to count segments from 1, which imgaug's Superpixels takes for 0: it paints each segment with the mean of its
neighbour. And imgaug needs OpenCV, whose usual wheel needs a graphics library that a server may not have.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from augtui.engine.policies.slic import SlicSettings, slic_labels
from augtui.errors import AugtuiError

_LIBRARY = "on Debian or Ubuntu: apt-get install libgl1 libglib2.0-0; or pip install opencv-python-headless"


@contextlib.contextmanager
def _scalar_types() -> Iterator[None]:
    """`numpy.sctypes` as NumPy 1 had it, while imgaug is imported."""
    if hasattr(np, "sctypes"):
        yield
        return
    types = {
        "float": [np.float16, np.float32, np.float64],
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    }
    np.sctypes = types  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del np.sctypes  # type: ignore[attr-defined]


@cache
def import_imgaug() -> Any:
    """The module imgaug, with imgaug.augmenters in it.

    Raises:
        AugtuiError: it cannot be imported, with the command that mends it.
    """
    try:
        with _scalar_types(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import imgaug
            import imgaug.augmenters
    except (ImportError, AttributeError) as error:  # a library is missing; NumPy has dropped more
        raise AugtuiError(
            f'implementation = "imgaug" cannot be used here: {error}',
            f'{_mend(error)}; or leave it at "tensor"',
        ) from error
    return imgaug


def imgaug_problem() -> str:
    """Why imgaug cannot be used here; empty where it can."""
    return str(_cause() or "")


def imgaug_mend() -> str:
    """What mends that; empty where there is nothing to mend."""
    cause = _cause()
    return "" if cause is None else _mend(cause)


def _cause() -> BaseException | None:
    try:
        import_imgaug()
    except AugtuiError as error:
        return error.__cause__
    return None


def _mend(cause: BaseException) -> str:
    """What to do about an import that failed."""
    if isinstance(cause, ModuleNotFoundError) and cause.name is not None:
        package = {"cv2": "opencv-python-headless"}.get(cause.name, cause.name.partition(".")[0])
        return f"pip install {package}"
    if isinstance(cause, ImportError) and ".so" in str(cause):
        return _LIBRARY
    return "pip install --force-reinstall imgaug opencv-python-headless"


@cache
def mended_superpixels() -> type[Any]:
    """imgaug's Superpixels with segments counted as it expects them, the study's two modes and a compactness."""
    imgaug = import_imgaug()
    segmentation = imgaug.augmenters.segmentation

    class Superpixels(segmentation.Superpixels):  # type: ignore[misc, name-defined]
        """See the module."""

        def __init__(self, *, mode: str, settings: SlicSettings, **params: Any) -> None:
            super().__init__(**params)
            self.mode, self.settings = mode, settings

        def _augment_batch_(self, batch: Any, random_state: Any, parents: Any, hooks: Any) -> Any:
            streams = random_state.duplicate(1 + len(batch.images))
            counts = self.n_segments.draw_samples((len(batch.images),), random_state=streams[0]).clip(1)
            for number, (image, stream) in enumerate(zip(batch.images, streams[1:], strict=True)):
                painted = self.p_replace.draw_samples((counts[number],), random_state=stream)
                if painted.max() > 0:
                    batch.images[number] = self._painted(image, counts[number], painted)
            return batch

        def _painted(self, image: Any, count: int, painted: Any) -> Any:
            small = segmentation._ensure_image_max_size(image, self.max_size, self.interpolation)
            segments = slic_labels(small, count, self.settings)
            if self.mode == "clean":
                rows, columns = (
                    np.arange(image.shape[axis]) * small.shape[axis] // image.shape[axis] for axis in (0, 1)
                )
                small, segments = image, segments[rows][:, columns]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                result = self._replace_segments(small, segments, painted)
            if result.shape == image.shape:
                return result
            return imgaug.imresize_single_image(result, image.shape[:2], interpolation=self.interpolation)

    return Superpixels
