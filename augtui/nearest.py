"""The name that somebody probably meant."""

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that is spelt most like `name`, upper case ignored; None where none is close."""
    from difflib import get_close_matches  # 4 ms that only mistakes should cost

    by_folded = {known.casefold(): known for known in names}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`did you mean "resnet50"?`, or nothing where no name is close."""
    found = nearest(name, names)
    return "" if found is None else f'did you mean "{found}"?'
