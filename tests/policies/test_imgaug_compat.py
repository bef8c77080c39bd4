"""imgaug works on today's NumPy, leaves nothing behind, and is refused alone where it cannot be imported."""

import builtins
import subprocess
import sys

import numpy as np
import pytest

from augtui.engine.policies import build_policy, imgaug_compat
from augtui.errors import AugtuiError
from tests.policies.material import draws, noise, policy, spec

needs_imgaug = pytest.mark.skipif(bool(imgaug_compat.imgaug_problem()), reason=imgaug_compat.imgaug_problem())


@needs_imgaug
def test_numpy_is_left_as_it_was():
    imgaug_compat.import_imgaug()
    assert not hasattr(np, "sctypes")


@needs_imgaug
@pytest.mark.parametrize("name", ["geometric", "superpixel", "combined", "elastic", "clahe", "colour", "noise"])
def test_the_reference_runs_on_this_numpy(name):
    images = noise(6, 40, 40)
    result = policy(name, implementation="imgaug").apply(images, draws(6))
    assert result.shape == images.shape


@pytest.fixture
def without_opencv(monkeypatch):
    """A box where cv2 cannot be imported: no graphics library."""
    original = builtins.__import__

    def refuse(name, *rest, **given):
        if name.split(".")[0] in ("cv2", "imgaug"):
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
        return original(name, *rest, **given)

    imgaug_compat.import_imgaug.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    yield
    imgaug_compat.import_imgaug.cache_clear()


def test_only_the_reference_is_refused_with_what_mends_it(without_opencv):
    with pytest.raises(AugtuiError) as told:
        build_policy(spec("geometric", implementation="imgaug"))
    assert "libGL.so.1" in told.value.message
    assert "opencv-python-headless" in told.value.hint
    assert "libGL.so.1" in imgaug_compat.imgaug_problem()
    assert "libglib2.0-0" in imgaug_compat.imgaug_mend()
    images = noise(3)
    assert policy("superpixel", superpixels=0.0).apply(images, draws(3)).shape == images.shape


def test_the_tensor_policies_import_none_of_the_heavy_libraries():
    code = (
        "import sys; import augtui.engine.policies;"
        "print([name for name in ('imgaug', 'cv2', 'skimage', 'scipy', 'torchvision') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
