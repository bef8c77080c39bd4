import torch
from hypothesis import given
from hypothesis import strategies as st

from augtui.engine.order import BatchOrder


@given(size=st.integers(1, 50), batch_size=st.integers(1, 60), seed=st.integers(0, 5), steps=st.integers(1, 12))
def test_batches_walk_through_seeded_permutations_without_a_gap(
    size: int, batch_size: int, seed: int, steps: int
) -> None:
    order = BatchOrder(size, batch_size, seed)
    walked = [order.batch(step) for step in range(steps)]
    images = torch.cat([images for images, _ in walked])
    passes = torch.cat([passes for _, passes in walked])
    assert passes.tolist() == [position // size for position in range(steps * batch_size)]
    for number in range(steps * batch_size // size):
        assert sorted(images[passes == number].tolist()) == list(range(size))


@given(size=st.integers(2, 40), batch_size=st.integers(1, 50), step=st.integers(0, 20))
def test_any_step_is_found_without_walking_to_it(size: int, batch_size: int, step: int) -> None:
    walked = BatchOrder(size, batch_size, 3)
    for earlier in range(step):
        walked.batch(earlier)
    direct = BatchOrder(size, batch_size, 3)
    for one, other in zip(walked.batch(step), direct.batch(step), strict=True):
        assert torch.equal(one, other)


def test_passes_and_seeds_have_orders_of_their_own() -> None:
    first, second = (BatchOrder(100, 100, 0).batch(step)[0] for step in (0, 1))
    other = BatchOrder(100, 100, 1).batch(0)[0]
    assert not torch.equal(first, second)
    assert not torch.equal(first, other)


@given(size=st.integers(1, 40), batch_size=st.integers(1, 15), seed=st.integers(0, 3))
def test_a_dropped_part_batch_is_in_no_epoch(size: int, batch_size: int, seed: int) -> None:
    order = BatchOrder(size, batch_size, seed, drop_last=True)
    steps = max(1, size // batch_size)
    epochs = [[order.batch(step) for step in range(epoch * steps, (epoch + 1) * steps)] for epoch in range(3)]
    for number, epoch in enumerate(epochs):
        images = torch.cat([images for images, _ in epoch]).tolist()
        if size >= batch_size:
            assert len(images) == len(set(images)) == size - size % batch_size
            assert all(passes.tolist() == [number] * batch_size for _, passes in epoch)
        else:
            assert len(images) == batch_size, "a set smaller than a batch still gives full ones"
