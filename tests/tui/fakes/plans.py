"""Plans for pretended studies."""

SKIN = """\
name     = "skin-cancer"
dataset  = "skin_lesion"
positive = "malignant"
seeds    = 10

[train]
epochs = 30

[[arms]]
name = "original"

[[arms]]
name = "duplicate-20"
add  = { policy = "duplicate", amount = 0.20 }

[[arms]]
name = "geometric-10"
add  = { policy = "geometric", amount = 0.10 }

[[arms]]
name = "geometric-20"
add  = { policy = "geometric", amount = 0.20 }

[[arms]]
name = "geometric-online"
online = { policy = "geometric" }

[[arms]]
name = "trivial-online"
online = { policy = "trivialaugment" }
"""


def grid(arms: int, seeds: int, epochs: int, name: str = "wide") -> str:
    """A plan of any size."""
    lines = [f'name = "{name}"', 'dataset = "demo"', f"seeds = {seeds}", "[train]", f"epochs = {epochs}"]
    lines += ["[[arms]]", 'name = "original"']
    for index in range(1, arms):
        lines += [
            "[[arms]]",
            f'name = "arm-{index:02d}"',
            f"add = {{ policy = 'duplicate', amount = {index / 100} }}",
        ]
    return "\n".join(lines) + "\n"
