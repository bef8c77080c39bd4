"""Every file name under runs/ and in the cache, and the one way to write a whole file."""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from augtui.errors import writing

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
"""Names of studies, arms and plans: safe as one path component on every system."""


# Not msgspec: `augtui doctor` looks for what is not installed.
@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of one run (or of one fitted generator)."""

    folder: Path

    @property
    def run(self) -> Path:
        """run.json: the RunSpec."""
        return self.folder / "run.json"

    @property
    def handle(self) -> Path:
        """The executor's durable name for this run, written before anything starts."""
        return self.folder / "handle"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def log(self) -> Path:
        """What the engine and its libraries print while they work on this run."""
        return self.folder / "engine.log"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics.json"

    @property
    def predictions(self) -> Path:
        return self.folder / "predictions.csv"

    @property
    def model(self) -> Path:
        return self.folder / "model.safetensors"

    def checkpoint(self, step: int) -> Path:
        return self.folder / f"checkpoint-{step}.pt"

    def checkpoints(self) -> list[tuple[int, Path]]:
        """Complete checkpoints with their steps, newest first."""
        found = []
        for path in self.folder.glob("checkpoint-*.pt"):
            step = path.stem.removeprefix("checkpoint-")
            if step.isdecimal():
                found.append((int(step), path))
        return sorted(found, reverse=True)

    @property
    def study(self) -> "StudyPaths":
        """The study that this run belongs to: the nearest folder above that holds study.json."""
        for folder in self.folder.resolve().parents:
            if (folder / "study.json").is_file():
                return StudyPaths(folder)
        raise FileNotFoundError(f"{self.folder} is not inside a study")


@dataclass(frozen=True, slots=True)
class StudyPaths:
    """The files of one study."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def command(self, verb: str) -> str:
        """`augtui resume NAME`, with --runs-dir where the study would not be found without."""
        import shlex  # here: the app's first screen does without

        parent = self.folder.parent
        place = "" if parent.resolve() == Path("runs").resolve() else f" --runs-dir {shlex.quote(str(parent))}"
        return f"augtui {verb} {self.name}{place}"

    @property
    def plan(self) -> Path:
        """plan.toml as carried out, overrides included."""
        return self.folder / "plan.toml"

    @property
    def study(self) -> Path:
        return self.folder / "study.json"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def control(self) -> Path:
        """Requests to the supervisor, append-only."""
        return self.folder / "control.jsonl"

    @property
    def supervisor_log(self) -> Path:
        return self.folder / "supervisor.log"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def owner(self) -> Path:
        """Who supervises, where the file system has no locks."""
        return self.folder / "owner.json"

    @property
    def check(self) -> Path:
        return self.folder / "check.json"

    @property
    def summary(self) -> Path:
        return self.folder / "summary.json"

    @property
    def report(self) -> Path:
        return self.folder / "report"

    @property
    def arms(self) -> Path:
        return self.folder / "arms"

    @property
    def generators(self) -> Path:
        return self.folder / "generators"

    def run(self, relative: str) -> RunPaths:
        """The run in a folder named relative to the study, such as "arms/original/seed-0"."""
        return RunPaths(self.folder / relative)

    def relative(self, run: RunPaths) -> str:
        return run.folder.relative_to(self.folder).as_posix()

    def runs(self) -> Iterator[RunPaths]:
        """Every run folder that holds a run.json, arms first, in name order."""
        for root in (self.arms, self.generators):
            for path in sorted(root.glob("**/run.json")):
                yield RunPaths(path.parent)


def studies(runs_dir: Path) -> list[StudyPaths]:
    """Every study folder under `runs_dir`, newest name last."""
    if not runs_dir.is_dir():
        return []
    return [StudyPaths(path) for path in sorted(runs_dir.iterdir()) if (path / "study.json").is_file()]


def cache_root(cache_dir: Path | None = None) -> Path:
    """Where decoded images, made sets, label maps, generators and weights are kept between studies."""
    if cache_dir is not None:
        return cache_dir.expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "augtui"


def write_atomic(path: Path, content: bytes | str) -> None:
    """Write a whole file so that a reader sees the old one or the new one, never a part.

    The content reaches the disk before the name does: a power cut leaves one of the two as well.

    Raises:
        OSError: it cannot be written; the exception names `path`, and nothing is left behind.
    """
    data = content.encode() if isinstance(content, str) else content
    with writing(path):
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
