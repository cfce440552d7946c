"""Near names: what the writer of an unknown name most likely meant."""

from __future__ import annotations

from collections.abc import Iterable


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one; the case of letters counts least of all.

    before:  near("meddals", ["medals", "nations"])
    after:   "medals"
    """
    import difflib  # only errors need it

    folded = {other.casefold(): other for other in known}
    found = difflib.get_close_matches(name.casefold(), folded, 1, 0.6)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """A hint with the nearest of the known names, or `otherwise` where none is near."""
    found = near(name, sorted(known))
    return otherwise if found is None else f"did you mean `{found}`?"


def listed(names: Iterable[str], at_most: int = 12) -> str:
    """Names for an error message: "`a`, `b` and `c`"."""
    shown = [f"`{name}`" for name in names]
    if len(shown) > at_most:
        return f"{', '.join(shown[:at_most])} and {len(shown) - at_most} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else "none"
