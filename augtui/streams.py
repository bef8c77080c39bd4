"""Named streams of randomness.

Every random decision belongs to a stream that is named by what decides it, for example
`stream_seed(seed, "order", permutation)`. No generator state is ever saved: whoever knows the names can
draw the same numbers again, which is what makes a resumed run bit-identical to one that was never stopped.
"""

import hashlib


def stream_seed(*names: int | str) -> int:
    """A seed in [0, 2**63) that depends on every name and on their order.

    Integers and strings are distinct names: `1` and `"1"` give different streams.
    """
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{type(name).__name__}:{name}\x1f".encode())
    return int.from_bytes(digest.digest()[:8], "little") >> 1
