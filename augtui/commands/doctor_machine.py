"""What doctor finds without starting another process: Python, processors, disks, locks, the terminal, the login."""

from __future__ import annotations

import configparser
import fcntl
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from augtui import __version__
from augtui.commands.doctor import Finding
from augtui.commands.wording import many, size
from augtui.paths import cache_root

LOW_DISK = 2_000_000_000
LOW_MEMORY = 2_000_000_000

LOGIND_FOLDERS = ("/etc", "/run", "/usr/local/lib", "/usr/lib")
"""Where systemd looks for logind.conf and logind.conf.d, the most important first."""


def machine_findings(runs_dir: Path, cache_dir: Path | None) -> Iterator[Finding]:
    """Everything that this process can see for itself."""
    yield Finding("augtui", "ok", f"{__version__} on Python {platform.python_version()}, {platform.platform()}")
    yield torch_pair()
    yield _processors()
    yield _memory()
    yield from _disks(runs_dir, cache_root(cache_dir))
    yield locks(runs_dir)
    yield _umask()
    yield terminal(dict(os.environ), sys.stdout.isatty(), sys.stdout.encoding or "")
    if sys.platform == "linux":
        yield login(logind_files(Path("/")), Path("/var/lib/systemd/linger"))


def torch_pair() -> Finding:
    """Whether the torchvision that is installed was built for the torch that is installed."""
    try:
        torch, vision = metadata.version("torch"), metadata.version("torchvision")
    except metadata.PackageNotFoundError as error:
        return Finding("torch", "bad", f"{error.name} is not installed", "pip install augtui")
    wanted = next(
        (line.partition("==")[2].split(";")[0].strip() for line in metadata.requires("torchvision") or ()
         if line.startswith("torch==")), None,
    )  # fmt: skip
    found = f"torch {torch}, torchvision {vision}"
    if wanted is not None and torch.partition("+")[0] != wanted.partition("+")[0]:
        mend = "install the two from one index, in one command: pip install --upgrade torch torchvision"
        return Finding("torch", "bad", f"{found}, which was built for torch {wanted}", mend)
    return Finding("torch", "ok", found)


def locks(folder: Path) -> Finding:
    """Whether file locks work where studies live: a second holder must be refused."""
    place = _existing(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".doctor-") as first, open(first.name) as second:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return Finding("locks", "ok", f"work under {place}")
    except OSError as error:
        told = f"do not work under {place}: {error.strerror}"
        return Finding("locks", "warn", told, "put studies on a local disk with --runs-dir, or start one at a time")
    return Finding("locks", "warn", f"do not exclude each other under {place}", "put studies on a local disk")


def terminal(environment: dict[str, str], is_terminal: bool, encoding: str) -> Finding:
    """What the terminal can show."""
    if not is_terminal:
        return Finding("terminal", "ok", "standard output is no terminal: plain lines")
    columns, rows = shutil.get_terminal_size()
    term = environment.get("TERM", "")
    true_color = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    colour = "no colour (NO_COLOR)" if environment.get("NO_COLOR") else "true colour" if true_color else "256 colours"
    found = f"{columns} x {rows}, {term or 'no TERM'}, {encoding}, {colour}"
    if term in ("", "dumb"):
        return Finding("terminal", "warn", found, "set TERM to what the terminal is, for example xterm-256color")
    if not encoding.lower().startswith("utf"):
        return Finding(
            "terminal", "warn", f"{found}: no curves or pictures", "use a UTF-8 locale: export LANG=C.UTF-8"
        )
    if not true_color and not environment.get("NO_COLOR"):
        mend = "pictures are coarser; if the terminal can: export COLORTERM=truecolor"
        return Finding("terminal", "warn", found, mend)
    return Finding("terminal", "ok", found)


def logind_files(root: Path) -> list[Path]:
    """The configuration files of systemd-logind in the order in which they are read: the last one counts."""
    main = [path for folder in LOGIND_FOLDERS if (path := root / folder[1:] / "systemd/logind.conf").is_file()]
    dropins: dict[str, Path] = {}
    for folder in reversed(LOGIND_FOLDERS):
        dropins |= {path.name: path for path in (root / folder[1:] / "systemd/logind.conf.d").glob("*.conf")}
    return main[:1] + [dropins[name] for name in sorted(dropins)]


def login(files: Iterable[Path], lingering: Path) -> Finding:
    """Whether the login manager ends what a person started when the person logs out."""
    kills, exempt = False, ["root"]
    for path in files:
        options = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        try:
            options.read_string(path.read_text(errors="replace"))
        except (OSError, configparser.Error):
            continue
        if not options.has_section("Login"):
            continue
        kills = (options["Login"].get("KillUserProcesses") or str(kills)).lower() in ("yes", "true", "1", "on")
        exempt = (options["Login"].get("KillExcludeUsers") or " ".join(exempt)).split()
    user = _user()
    if not kills or user in exempt or (lingering / user).exists():
        return Finding("login", "ok", "logging out does not end a study")
    mend = "loginctl enable-linger (or start with: systemd-run --user --scope augtui run PLAN)"
    return Finding("login", "bad", "systemd ends all processes of a user who logs out (KillUserProcesses)", mend)


def _processors() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    there = os.cpu_count() or usable
    return Finding("processors", "ok", many(usable, "core") + (f" of {there}" if there != usable else ""))


def _memory() -> Finding:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    free = _available() or total
    found = f"{size(free)} free of {size(total)}"
    if free < LOW_MEMORY:
        return Finding("memory", "warn", found, "close other programs, or use fewer --slots")
    return Finding("memory", "ok", found)


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("MemAvailable:")]
    return int(found[0][1]) * 1024 if found else None


def _disks(runs_dir: Path, cache: Path) -> Iterator[Finding]:
    for subject, folder in (("studies", runs_dir), ("cache", cache)):
        place = _existing(folder)
        free = shutil.disk_usage(place).free
        found = f"{folder}, {size(free)} free"
        if not os.access(place, os.W_OK):
            yield Finding(subject, "bad", f"{place} is read-only", "choose another folder: --runs-dir, --cache-dir")
        elif free < LOW_DISK:
            yield Finding(subject, "warn", found, "augtui clean shows what takes how much")
        else:
            yield Finding(subject, "ok", found)


def _umask() -> Finding:
    mask = os.umask(0)
    os.umask(mask)
    if mask & 0o700:
        mend = "set one that leaves the owner's rights, for example: umask 022"
        return Finding("umask", "bad", f"{mask:03o} takes away rights of the owner", mend)
    readable = "others may read studies" if not mask & 0o004 else "others may not read studies"
    return Finding("umask", "ok", f"{mask:03o}: {readable}")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
