"""What lies in folders of images and is none: traces of desktops, archives and cameras, and files of words."""

from __future__ import annotations

from pathlib import PurePath

_FOLDERS = frozenset({"__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"})
_FILES = frozenset({"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r"})
_STREAM = "zone.identifier"
"""What Windows knows about where a file came from; copies to other systems turn it into a file of its own."""
_OFFICE_LOCK = "~$"
_WORDS = frozenset({"readme", "licence", "license", "copying", "notice", "changelog", "authors", "citation"})
_SUFFIXES = frozenset(
    # Words, tables, programs: what people and download tools put beside images.
    {".txt", ".md", ".rst", ".rtf", ".doc", ".docx", ".odt", ".pdf", ".ppt", ".pptx", ".html", ".htm", ".url"}
    | {".csv", ".tsv", ".xls", ".xlsx", ".ods", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg"}
    | {".db", ".sqlite", ".log", ".py", ".ipynb", ".r", ".m", ".sh", ".bat", ".lnk", ".md5", ".sha256"}
)


def is_junk_folder(name: str) -> bool:
    """Whether a folder of that name is hidden or made by a system, not by the people who sorted the images."""
    return name.startswith(".") or name.casefold() in _FOLDERS


def is_junk_file(name: str) -> bool:
    """Whether a file of that name is hidden or made by a system: nobody looks into it."""
    folded = name.casefold()
    return folded.startswith((".", _OFFICE_LOCK)) or folded.endswith(_STREAM) or folded in _FILES


def is_named_otherwise(name: str) -> bool:
    """Whether a file's name says that it is a table or text about the images. It may be wrong: some programs name
    images so."""
    folded = name.casefold()
    return folded in _WORDS or PurePath(folded).suffix in _SUFFIXES
