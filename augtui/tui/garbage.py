"""No collection of garbage while the app starts.

Nothing that a start makes is garbage: looking for some would cost a tenth of the time to the first screen.
"""

from __future__ import annotations

import gc


def pause() -> None:
    """Collect nothing from here on."""
    gc.disable()


def begin_again() -> None:
    """The start is over; what it has made stays, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
