"""Choosing a backend: by name, or the fastest that is there.

    backend("reference"), backend("native"), backend(None)

Without a name the native engine runs, or the reference engine where none was built.
"""

from __future__ import annotations

from trivium.engine.contract import Backend
from trivium.engine.native import Native, available
from trivium.engine.reference import Reference
from trivium.errors import BackendError

BACKENDS = ("native", "reference")


def backend(chosen: Backend | str | None, threads: int = 1) -> Backend:
    """The backend of a name, with so many threads where it can use them.

    E404 for a name that is none, E403 for `native` where it is not.
    """
    match chosen:
        case None:
            return Native(threads) if available() else Reference()
        case "native":
            return Native(threads)
        case "reference":
            return Reference()
        case str():
            raise BackendError(
                404, f"`{chosen}` is not a backend", hint=f"use one of {', '.join(BACKENDS)}"
            )
        case _:
            return chosen
