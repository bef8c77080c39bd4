"""study.json: what a study is, apart from its plan. Written when the study is made, and completed once, by its
prepare step, with what only reading the images and asking the device can tell."""

from __future__ import annotations

import msgspec

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.grid import Environment
from augtui.plan.spec import content_hash


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """Seeds or arms that were added after there were results."""

    t: float
    what: str


class StudyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The content of study.json."""

    format: int = 1
    id: str
    created: float
    """Seconds since 1970."""
    plan_hash: str
    dataset_name: str
    dataset_root: str
    """Absolute."""
    cache_dir: str
    """Absolute."""
    device_asked: str = "auto"
    slots_asked: int | None = None
    host: str
    versions: dict[str, str] = {}
    fingerprint: str | None = None
    """Of the dataset's files."""
    dropped: tuple[str, ...] = ()
    """What leak = "drop-from-train" leaves out beside exact copies of test images: near copies, and images of
    patients who are in the test set. Read `training_fingerprint`."""
    environment: Environment | None = None
    device_name: str = ""
    weights_hash: dict[str, str] = {}
    """sha256 of each file of weights that the plan names."""
    extensions: tuple[Extension, ...] = ()

    @property
    def training_fingerprint(self) -> str | None:
        """What names the images in a run's identity and in the cache: the files and, since the search for near
        copies may learn to see more, what it left out."""
        if self.fingerprint is None or not self.dropped:
            return self.fingerprint
        return f"{self.fingerprint}-{content_hash(sorted(self.dropped), 8)}"


def read_info(study: StudyPaths) -> StudyInfo:
    """study.json of a study.

    Raises:
        AugtuiError: it is missing or not readable.
    """
    try:
        return msgspec.json.decode(study.study.read_bytes(), type=StudyInfo)
    except FileNotFoundError as error:
        raise AugtuiError(f"{study.folder} is not a study: it has no study.json") from error
    except msgspec.DecodeError as error:
        raise AugtuiError(f"{study.study} cannot be read: {error}") from error


def write_info(study: StudyPaths, info: StudyInfo) -> None:
    """Write study.json as indented text, for people with a pager."""
    write_atomic(study.study, msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n")


def images_changed(info: StudyInfo) -> AugtuiError:
    """What to say where a study's images are no longer those that it began with."""
    return AugtuiError(
        f"the images in {info.dataset_root} have changed since study {info.id} began",
        "put the old images back to resume it, or start a new study with `augtui run`",
    )
