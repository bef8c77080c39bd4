"""The name that somebody probably meant."""

from collections.abc import Iterable

_LONGEST = 200
"""Characters: nobody means a name by a longer text, and comparing takes its length squared."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that is spelt most like `name`, or the only one that begins so; upper case is ignored."""
    if len(name) > _LONGEST:
        return None
    from difflib import get_close_matches  # 4 ms that only mistakes should cost

    by_folded = {known.casefold(): known for known in names}
    folded = name.casefold()
    found = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    if not found and folded:
        beginning = [known for known in by_folded if known.startswith(folded)]
        found = beginning if len(beginning) == 1 else []
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`did you mean "resnet50"?`, or nothing where no name is close."""
    found = nearest(name, names)
    return "" if found is None else f'did you mean "{found}"?'
