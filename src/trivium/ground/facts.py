"""A fact read from a sentence, with the characters that it was read from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """`subject`'s `property` is `value`, at `date`.

    `start` and `end` are the characters of `value` in the passage. `change` is `increase` or
    `decrease` where the value is a difference and not an amount.
    """

    subject: str
    property: str
    value: str
    start: int
    end: int
    date: str = ""
    unit: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with its subject, and where its predicate begins.

    `named` are the characters that name the subject, which may be a pronoun.
    `owner` is set where the subject is a property of something else (`Area: 45 km²`).
    """

    start: int
    end: int
    subject: str
    predicate: int
    named: tuple[int, int]
    owner: str = ""
