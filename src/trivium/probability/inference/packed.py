"""A residual program as the native explorer takes it: sets of literals as words of 64 bits.

    Steps(...)      ->      words=1, levels [(leaves, rules, allowed, given, ...), ...]

Nothing is packed where the native engine was not built, or where a state speaks of more rows than
it takes: then the explorers in Python do the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from trivium.engine.native import native_module
from trivium.probability.inference.residual import Level, Steps


class Packed:
    """The program of some steps, and how their sets of literals are packed."""

    def __init__(self, steps: Steps, native: Any, words: int) -> None:
        self.size = 8 * words
        self.program = native.residual(
            words, self.pack([steps.queries]), self.pack([steps.observed]), steps.rows
        )
        for level in steps.levels:
            self.program.add(self._level(level))

    def pack(self, sets: Iterable[int]) -> bytes:
        return pack(sets, self.size)

    def _level(self, level: Level) -> tuple[object, ...]:
        choices = range(len(level.leaves))
        return (
            list(level.leaves),
            self.pack([x for _, body, head in level.rules for x in (body, head)]),
            [[n for n, (ok, _, _) in enumerate(level.rules) if ok >> c & 1] for c in choices],
            self.pack(level.given),
            self.pack([x for rule in level.watch for x in rule]),
            self.pack(
                (
                    *(level.rows, level.closed, level.used, level.kept),
                    *(level.asked, level.closing, level.awaited),
                )
            ),
            self.pack([members for members, _ in level.cycles]),
            [more for _, more in level.cycles],
            level.settles,
        )

    def explore(
        self, asked: Sequence[int], violated: int, evidence: bool, allowed: int, check: Any
    ) -> Any:
        """The arrays of a diagram; None where it has more than the allowed states and arcs."""
        return self.program.explore(
            self.pack(asked), self.pack([violated]), evidence, min(allowed, 1 << 62), check
        )

    def sweep(
        self, weights: Sequence[float], good: int, violated: int, beam: int, seconds: float
    ) -> tuple[float, float, float] | None:
        """See `bounds.py`."""
        found: tuple[float, float, float] | None = self.program.sweep(
            list(weights), self.pack([good]), self.pack([violated]), beam, seconds
        )
        return found


def pack(sets: Iterable[int], size: int) -> bytes:
    """Sets, one after the other, each in so many bytes."""
    return b"".join([one.to_bytes(size, "little") for one in sets])


def packed(steps: Steps) -> Packed | None:
    native = native_module()
    if native is None:
        return None
    words = 1
    while 32 * words < steps.rows:
        words *= 2
    return Packed(steps, native, words) if words <= native.MOST_WORDS else None
