"""Premises and statements in first-order logic: under headings, or given one by one.

    Premises:                                     Deduction(
    ∀x (Human(x) → Mortal(x)) ::: ...                 premises=(Formula(1, ...), Formula(2, ...)),
    Human(socrates)                        →          statements=(Formula(1, Mortal(socrates)),))
    Conclusion:
    Mortal(socrates)

A variable that nothing binds stands for every thing: one letter from u to z (and a digit), or a
name after `?` or `$`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from trivium.errors import SyntaxProblem
from trivium.solver.forms.fol import read_formula
from trivium.solver.forms.logic import Binder, Bound, Expression, free_names
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.sections import Line, check_length, sections
from trivium.source import Source, Span

HEADINGS = {
    "predicates": ("predicates", "predicate"),
    "premises": ("premises", "premise", "axioms", "facts and rules"),
    "conclusion": ("conclusion", "conclusions", "statement", "hypothesis", "question", "query"),
}
_VARIABLE = re.compile(r"\?.+|[u-z]\d{0,2}")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written, what it says in words, and its tree."""

    text: str
    tree: Expression
    said: str = ""
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Deduction:
    premises: tuple[Formula, ...]
    statements: tuple[Formula, ...]


def read_deduction(source: Source, mends: list[Mend] | None = None) -> Deduction:
    """The premises and statements of a text; E101, E106, E112 (no premises or no statement)."""
    noted: list[Mend] = []
    found = sections(source, HEADINGS, noted)
    if mends is not None:
        mends += noted
    if "conclusion" not in found or not found["conclusion"]:
        hint = "write the statement after `Conclusion:`"
        raise SyntaxProblem(112, "the text has no statement", Span(source, 0, 1), hint=hint)
    premises = tuple(_formula(line, mends) for line in found.get("premises", ()))
    statements = []
    for line in found["conclusion"]:
        statements.append(_formula(line, mends))
        if mends is not None:
            break  # what a model writes after the statement is an afterthought
    return Deduction(premises, tuple(statements))


def read_given(premises: Sequence[str], statements: Sequence[str]) -> Deduction:
    """Formulas that a caller gives one by one; nothing is mended."""
    parts: list[tuple[Formula, ...]] = []
    for kind, texts in (("premise", premises), ("statement", statements)):
        sources = [Source(f"<{kind} {number}>", text) for number, text in enumerate(texts, 1)]
        for source in sources:
            check_length(source)
        parts.append(
            tuple(
                Formula(s.text.strip(), closed(read_formula(s), None), "", Span(s, 0, len(s.text)))
                for s in sources
            )
        )
    return Deduction(*parts)


def _formula(line: Line, mends: list[Mend] | None) -> Formula:
    tree = closed(read_formula(line.span, mends, line.number), mends, line.number)
    return Formula(line.text, tree, line.said, line.span)


def closed(tree: Expression, mends: list[Mend] | None, line: int = 0) -> Expression:
    """The tree under a quantifier for each variable that nothing binds."""
    names = [name for name in dict.fromkeys(free_names(tree)) if _VARIABLE.fullmatch(name)]
    if not names:
        return tree
    if mends is not None:
        shown = ", ".join(f"`{name}`" for name in names)
        mends.append(Mend("free-variable", f"{shown} stands for every thing", line))
    return Binder("forall", tuple(map(Bound, names)), tree, tree.span)
