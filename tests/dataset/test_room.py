"""Large pictures wait for each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from augtui.dataset.room import Room


class Guests:
    """Threads that ask for room; each says when it has it and stays until it is let go."""

    def __init__(self, room: Room, pool: ThreadPoolExecutor) -> None:
        self._room, self._pool = room, pool

    def enter(self, pixels: int) -> tuple[threading.Event, threading.Event]:
        inside, leave = threading.Event(), threading.Event()

        def stay() -> None:
            with self._room.holding(pixels):
                inside.set()
                assert leave.wait(30)

        self._pool.submit(stay)
        return inside, leave


@pytest.mark.parametrize("pixels", [60, 1000])
def test_what_finds_no_room_waits_until_another_leaves(pixels: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        guests = Guests(Room(100), pool)
        inside, leave = guests.enter(50)
        assert inside.wait(30)
        late_inside, late_leave = guests.enter(pixels)
        assert not late_inside.is_set()
        leave.set()
        assert late_inside.wait(30)
        late_leave.set()


def test_what_finds_room_does_not_wait() -> None:
    with ThreadPoolExecutor(2) as pool:
        guests = Guests(Room(100), pool)
        both = [guests.enter(50) for _ in range(2)]
        assert all(inside.wait(30) for inside, _ in both)
        for _, leave in both:
            leave.set()


def test_room_is_given_back_after_an_error() -> None:
    room = Room(100)
    with pytest.raises(ValueError, match="damaged"), room.holding(100):
        raise ValueError("damaged")
    with ThreadPoolExecutor(1) as pool:
        inside, leave = Guests(room, pool).enter(100)
        assert inside.wait(30)
        leave.set()
