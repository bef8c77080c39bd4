"""The real engine's preview process, as the app uses it. One process serves all of these."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from augtui.errors import AugtuiError
from augtui.plan.catalog import CATALOG
from augtui.plan.spec import PolicySpec
from augtui.tui.preview import Drawn, PreviewRequest, PreviewServer
from tests.tui.fakes.data import write_dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("preview")
    write_dataset(root / "moles", {"benign": 6, "malignant": 6}, side=40)
    return root


@pytest.fixture(scope="module")
def server() -> Iterator[PreviewServer]:
    server = PreviewServer()
    yield server
    server.close()


def spec(name: str) -> PolicySpec:
    policy = CATALOG.policy(name)
    assert policy is not None
    return PolicySpec(name=name, params={p.name: p.default for p in policy.parameters if p.default is not None})


def request(folder: Path, policy: PolicySpec | None = None, **changes: object) -> PreviewRequest:
    values = {"size": 32, "count": 2, "versions": 2, "seed": 0, "online": True} | changes
    return PreviewRequest(folder / "moles", policy, cache_dir=folder / "cache", **values)  # type: ignore[arg-type]


def test_originals_and_versions_come_as_files(server: PreviewServer, folder: Path) -> None:
    drawn = server.draw(request(folder, spec("geometric")))
    assert drawn is not None
    assert len(drawn.originals) == 2
    assert [len(row) for row in drawn.versions] == [2, 2]
    assert [len(row) for row in drawn.captions] == [2, 2]
    assert all(path.is_file() for path in (*drawn.originals, *drawn.versions[0]))


def test_the_pixels_are_those_that_training_would_use(server: PreviewServer, folder: Path) -> None:
    """Drawn by the engine's own policy on the engine's own decoded images, for the same seed and epoch."""
    import numpy as np
    import torch
    from PIL import Image

    from augtui.dataset.layout import read_layout
    from augtui.dataset.store import open_dataset
    from augtui.engine.draws import Draws, image_keys
    from augtui.engine.policies import Sources, build_policy
    from augtui.engine.sets import policy_stream

    policy = spec("geometric")
    drawn = server.draw(request(folder, policy, seed=3, count=4, versions=1))
    assert drawn is not None
    dataset = open_dataset(read_layout(folder / "moles"), 32, cache=folder / "cache", on_corrupt="stop")
    originals = [np.asarray(Image.open(path)).transpose(2, 0, 1) for path in drawn.originals]
    rows = [next(i for i in range(len(dataset)) if np.array_equal(dataset.pixels[i], image)) for image in originals]
    index = torch.tensor(rows)
    draws = Draws(image_keys(policy_stream(3, "online", policy), index, torch.zeros(len(rows), dtype=torch.int64)))
    sources = Sources.of(dataset, index, folder / "cache")
    trained = build_policy(policy).apply(torch.from_numpy(dataset.pixels[rows]), draws, sources).numpy()  # type: ignore[union-attr]
    shown = [np.asarray(Image.open(row[0])).transpose(2, 0, 1) for row in drawn.versions]
    assert all(np.array_equal(a, b) for a, b in zip(shown, trained, strict=True))


def test_the_same_seed_draws_the_same_and_another_one_does_not(server: PreviewServer, folder: Path) -> None:
    def pixels(seed: int) -> list[bytes]:
        drawn = server.draw(request(folder, spec("geometric"), seed=seed))
        assert drawn is not None
        return [path.read_bytes() for row in drawn.versions for path in row]

    assert pixels(1) == pixels(1)
    assert pixels(1) != pixels(2)


def test_without_a_policy_only_originals_are_drawn(server: PreviewServer, folder: Path) -> None:
    drawn = server.draw(request(folder))
    assert drawn is not None
    assert drawn.versions == ()


def test_a_policy_that_mixes_images_is_refused_in_words(server: PreviewServer, folder: Path) -> None:
    with pytest.raises(AugtuiError, match="mixes the images"):
        server.draw(request(folder, spec("mixup")))


def test_of_several_requests_at_once_the_newest_is_answered(server: PreviewServer, folder: Path) -> None:
    answers: dict[int, Drawn | None] = {}
    requests = [request(folder, spec("geometric"), seed=seed) for seed in range(6)]

    def ask(number: int) -> None:
        answers[number] = server.draw(requests[number])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(answers) == 6
    assert any(answer is not None for answer in answers.values())


def test_a_process_that_has_died_is_started_again(server: PreviewServer, folder: Path) -> None:
    server.draw(request(folder))
    job = server._job
    assert job is not None
    job.process.kill()
    job.process.wait()
    assert server.draw(request(folder)) is not None


def test_closing_ends_the_process_and_takes_the_files_away(folder: Path) -> None:
    server = PreviewServer()
    drawn = server.draw(request(folder))
    job = server._job
    assert drawn is not None
    assert job is not None
    server.close()
    assert job.process.returncode == 0
    assert not drawn.originals[0].exists()
