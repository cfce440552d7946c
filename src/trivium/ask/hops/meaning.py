"""What a question over documents asks: a chain of relations from a name, or two chains compared.

Where was the director of Blue Harbour born?
    Value(Path("Blue Harbour", ((("director",),), (("place of birth",),))))
Which film has the younger director, A or B?
    Compared((Path("A", ...), Path("B", ...)), greatest=True)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# One step of a path: the ways to take it, each a chain of relations; `~director` is from somebody
# to what they directed.
Step = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Path:
    """From what is called `start`, one step after another."""

    start: str
    steps: tuple[Step, ...] = ()

    def then(self, *steps: Step) -> Path:
        return replace(self, steps=(*self.steps, *steps))


@dataclass(frozen=True, slots=True)
class Value:
    """The values that a path leads to."""

    path: Path


@dataclass(frozen=True, slots=True)
class Compared:
    """Which of two things has the greater (or less) value at the end of its path.

    `measure` is `date`, `count` or `span` (from birth to death, of the last thing).
    """

    paths: tuple[Path, Path]
    greatest: bool
    measure: str = "date"


@dataclass(frozen=True, slots=True)
class Alike:
    """Whether two paths lead to one value."""

    paths: tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Described:
    """Whether two things are both what some words say (`which` is not asked), or which of them.

    `peoples` are those of the words that begin with a capital: `American` writers.
    """

    paths: tuple[Path, Path]
    words: tuple[str, ...]
    peoples: tuple[str, ...]
    which: bool


Hops = Value | Compared | Alike | Described


def step(*relations: str) -> Step:
    """One relation, or several that are ways to say one thing."""
    return tuple((relation,) for relation in relations)
