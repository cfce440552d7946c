"""Horn clauses on our own engine: what they derive, with a proof tree.

    [1] ∀x (Human(x) → Mortal(x))        Mortal(x) :- Human(x).
    [2] Human(socrates)                  Human("socrates").
        Mortal(socrates)?                statement() :- Mortal("socrates").

A set of Horn clauses implies a statement if it derives a contradiction together with the clauses of
the statement's denial. None has functions, so the engine always ends. Each premise stands on
the line of its number, so that a proof names the premises it uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivium.ir.text import quoted
from trivium.program import Limits, Program
from trivium.proofs.proof import Proof
from trivium.solver.clausal_form import Clause, Literal

CONTRADICTION, STATEMENT, DENIAL = "contradiction", "statement", "denial"
_THING = "thing"


Numbered = tuple[int, Sequence[Clause]]


@dataclass(frozen=True)
class Derivation:
    """What a run derived: the proof and the numbers of the premises in it."""

    proof: Proof
    premises: tuple[int, ...]


class Horn:
    """The run of numbered Horn clauses and of further clauses beside them.

    A further clause that only denies derives the goal that it comes with, a premise that only
    denies a contradiction. Raises LimitError.
    """

    def __init__(
        self,
        premises: Sequence[Numbered],
        extra: Sequence[tuple[str, Clause]] = (),
        limits: Limits | None = None,
    ) -> None:
        self.premises = premises
        self.result = Program(program_text(premises, extra), name="premise").run(limits=limits)

    def derives(self, goal: str) -> bool:
        return goal in self.result and len(self.result[goal]) > 0

    def derivation(self, goal: str) -> Derivation:
        proof = self.result.why(goal, ())
        lines: set[int] = set()
        for node in proof.walk():
            if node.rule_span is not None:
                lines.add(node.rule_span.place[1])
            lines.update(place.line for place in node.own_places if place.line)
        known = [number for number, _ in self.premises]
        return Derivation(proof, tuple(number for number in known if number in lines))


def program_text(premises: Sequence[Numbered], extra: Sequence[tuple[str, Clause]]) -> str:
    """The clauses as a program, each premise on the line of its number."""
    clauses = [clause for _, part in premises for clause in part]
    writer = _Writer([*clauses, *(clause for _, clause in extra)])
    last = max((number for number, _ in premises), default=0)
    lines = [""] * last
    for number, part in premises:
        lines[number - 1] = "  ".join(writer.clause(clause, CONTRADICTION) for clause in part)
    lines += [writer.clause(clause, goal) for goal, clause in extra]
    return "\n".join([*lines, *writer.rest()]) + "\n"


class _Writer:
    """Names that the engine reads, for the symbols of clauses."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.clauses = list(clauses)
        self._relations: dict[tuple[str, int], str] = {}
        self._taken = {CONTRADICTION, STATEMENT, DENIAL, _THING}
        self._uses_thing = False
        self._goals: set[str] = set()

    def relation(self, literal: Literal) -> str:
        key = literal.symbol, len(literal.args)
        if key not in self._relations:
            name = re.sub(r"\W", "_", literal.symbol) or "p"
            name = (
                f"p{name}" if name[0].isdigit() or name in ("_", "nil", "true", "false") else name
            )
            free = name
            number = len(literal.args)
            while free in self._taken:
                free = f"{name}_{number}"
                number += 1
            self._taken.add(free)
            self._relations[key] = free
        return self._relations[key]

    def atom(self, literal: Literal, shown: dict[str, str]) -> str:
        args = ", ".join(shown[a] if a.startswith("?") else quoted(a) for a in literal.args)
        return f"{self.relation(literal)}({args})"

    def clause(self, clause: Clause, denied: str) -> str:
        variables = dict.fromkeys(a for lit in clause for a in lit.args if a.startswith("?"))
        shown: dict[str, str] = {}
        for variable in variables:
            # The number that keeps variables of different formulas apart need not be read.
            plain = re.sub(r"\W", "_", variable[1:].rstrip("0123456789")) or "x"
            plain = f"v{plain}" if plain == "_" or plain[0].isdigit() else plain
            shown[variable] = plain if plain not in shown.values() else f"{plain}{len(shown)}"
        heads = [literal for literal in clause if literal.positive]
        body = [literal for literal in clause if not literal.positive]
        bound = {a for literal in body for a in literal.args}
        atoms = [self.atom(literal, shown) for literal in body]
        loose = [shown[v] for v in variables if v not in bound]
        self._uses_thing |= bool(loose)
        atoms += [f"{_THING}({name})" for name in loose]
        if heads:
            head = self.atom(heads[0], shown)
        else:
            head = f"{denied}()"
            self._goals.add(denied)
        return f"{head} :- {', '.join(atoms)}." if atoms else f"{head}."

    def rest(self) -> list[str]:
        """Declarations, and the things that there are, where a clause speaks of every thing."""
        lines = [
            f".decl {name}({', '.join(f'a{i}: symbol' for i in range(arity))})"
            for (_, arity), name in self._relations.items()
        ]
        lines += [f".decl {goal}()" for goal in self._goals]
        if self._uses_thing:
            constants = [a for c in self.clauses for lit in c for a in lit.args if a[0] != "?"]
            lines.append(f".decl {_THING}(a0: symbol)")
            things = dict.fromkeys(constants) or {"something": None}
            lines += [f"{_THING}({quoted(name)})." for name in things]
        return lines
