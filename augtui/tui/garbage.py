"""When garbage is collected: not while the app starts, and rarely after that.

Nothing that a start makes is garbage: looking for some would cost a tenth of the time to the first screen. A paint
makes thousands of objects that die without a collection: looking through all of them at each would cost more than it.
"""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 20)
"""New objects before the youngest are looked at, and how often the older ones are (Python: 700, 10, 10)."""


def pause() -> None:
    """Collect nothing from here on."""
    gc.disable()


def begin_again() -> None:
    """The start is over; what it has made stays, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()
