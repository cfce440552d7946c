"""Trees and tables grow without the garbage collector looking through them again and again.

    @uncollected()
    def parse(source): ...

Syntax trees, typed programs and rows have no cycles, so looking for some while they grow is time
lost. What is no longer referred to is freed at once, as always.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """The collector rests, and works again afterwards if it did before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
