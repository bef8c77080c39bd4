"""A pretended preview process: plain pictures, at once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from augtui.tui.preview import Drawn, PreviewRequest


@dataclass
class FakePreview:
    """Draws a square of one colour for each picture, another one for each version."""

    requests: list[PreviewRequest] = field(default_factory=list)
    closed: bool = False

    def draw(self, request: PreviewRequest) -> Drawn:
        self.requests.append(request)
        folder = Path(tempfile.mkdtemp(prefix="augtui-test-"))
        originals = [_square(folder / f"{i}.png", (40 * i, 90, 120)) for i in range(request.count)]
        kinds = request.versions if request.policy is not None else 0
        versions = [
            tuple(_square(folder / f"{i}-{k}.png", (200, 60 * k, 40 * i)) for k in range(kinds))
            for i in range(request.count)
        ]
        captions = tuple(tuple(f"rotate {10 * k}" for k in range(kinds)) for _ in range(request.count))
        return Drawn(tuple(originals), tuple(versions) if kinds else (), captions if kinds else ())

    def close(self) -> None:
        self.closed = True


def _square(path: Path, colour: tuple[int, int, int]) -> Path:
    Image.new("RGB", (16, 16), tuple(min(255, part) for part in colour)).save(path)
    return path
