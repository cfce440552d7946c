"""The outcome of a program of clauses: how probable each answer is, and why.

A row is the arguments of an atom: `find("path", (1, 3))` is about `path(1,3)`, whether or not the
program asks about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

from trivium.analyse.near import did_you_mean
from trivium.dialects import lacking
from trivium.dialects.problog.clauses import Database
from trivium.dialects.problog.questions import Asked, Questions, text_of
from trivium.dialects.problog.solve import Solver
from trivium.dialects.problog.terms import (
    Pool,
    Real,
    Term,
    list_items,
    name_and_args,
    numbered,
    unify,
)
from trivium.engine.limits import Guard, Limits
from trivium.engine.run import Stats
from trivium.engine.tiny.view import TinyView
from trivium.engine.view import RelationView
from trivium.errors import DataError, ProgramError
from trivium.files.facts import write_table
from trivium.ir import nodes
from trivium.ir.types import Type
from trivium.outcome import Outcome, Row
from trivium.probability.chances import Chances
from trivium.probability.explain import Explanation
from trivium.probability.inference.chance import Inference
from trivium.probability.weigh import Weigher, weigh_certain


class ProbLogOutcome(Outcome):
    """The answers to the questions of a program, and to others that are asked of it later."""

    explains_absence = False

    def __init__(
        self,
        solver: Solver,
        database: Database,
        start: float,
        inference: Inference,
        over: Callable[[Sequence[str]], ProbLogOutcome],
    ) -> None:
        """`over` runs the program again, where the certain facts of some names are choices."""
        self.questions = Questions(solver, database)
        self._run_over = over
        self._overs: dict[tuple[str, ...], ProbLogOutcome] = {}
        self._chances = Chances(self.questions, solver.limits, inference)
        self._seconds = perf_counter() - start

    @property
    def program(self) -> nodes.Program:
        raise lacking("problog", "ir")

    @property
    def chances(self) -> Chances[Questions]:
        return self._chances

    @cached_property
    def stats(self) -> Stats:
        sizes = {name: len(rows) for name, rows in self._rows.items()}
        return Stats(self._seconds, 0, sizes)

    @property
    def profile(self) -> None:
        return None

    @property
    def relations(self) -> tuple[str, ...]:
        return tuple(self._rows)

    outputs = relations

    @property
    def _rows(self) -> dict[str, dict[Row, Asked]]:
        """The answers by name: the values of each, and where they stand."""
        found: dict[str, dict[Row, Asked]] = {}
        for item in self.questions.asked.values():
            if item.literal is not False:
                name, args = name_and_args(item.atom) or ("", ())
                found.setdefault(name, {})[tuple(map(value_of, args))] = item
        return found

    def view(self, relation: str) -> RelationView:
        answers = self._rows
        if relation not in answers:
            known = ", ".join(answers)
            raise KeyError(f"no answer is about `{relation}`; there are answers about: {known}")
        rows = answers[relation]
        if len({len(row) for row in rows}) > 1:
            raise KeyError(f"the answers about `{relation}` have different numbers of arguments")
        chances = self._chances.of(list(rows.values()))
        found = {row: chance.value for row, chance in zip(rows, chances, strict=True)}
        return _view(relation, list(rows), found)

    def find(self, relation: str, row: Sequence[Any]) -> Asked | None:
        solver = self.questions.solver
        pool = solver.pool
        atom = pool.compound(relation, [term_of(value, pool) for value in row])
        known = self.questions.asked.get(atom)
        if known is None and (relation, len(row)) not in solver.predicates:
            names = {name for name, _ in solver.predicates}
            message = f"no clause is for `{relation}/{len(row)}`"
            raise ProgramError(291, message, hint=did_you_mean(relation, names))
        item = known or next(x for x in self.questions.about(atom) if x.atom == atom)
        return None if item.literal is False else item

    def places(self, relation: str) -> Mapping[Row, Asked]:
        return self._rows.get(relation, {})

    def asked(self) -> list[tuple[str, Asked]]:
        return [(text_of(item.atom), item) for item in self.questions.asked.values()]

    def why(self, relation: str, row: Sequence[Any], place: Asked) -> Explanation:
        return self._chances.why(place)

    def why_text(self, text: str) -> str:
        """The explanations of the answers to a goal that is written as in a program."""
        solver = self.questions.solver
        clause = self.questions.database.question(text)
        (goal,), _ = numbered(solver.pool, clause.args)
        env: list[Term] = [None] * clause.size
        asked = {item.atom: item for item in self.questions.about(goal)}
        shown = []
        for atom, item in asked.items():
            if unify(goal, atom, env.copy()):
                if item.literal is False:
                    raise DataError(661, f"{text_of(atom)} does not hold")
                shown.append(str(self._chances.why(item)))
        return "\n".join(shown)

    def why_not(self, relation: str, row: Sequence[Any]) -> NoReturn:
        raise lacking("problog", "why_not")

    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        if over:
            names = tuple(dict.fromkeys(over))
            if names not in self._overs:
                self._overs[names] = self._run_over(names)
            return self._overs[names].weigh(relation, row, semiring, ())
        place = self.find(relation, row)
        if place is None:
            return weigh_certain(False, semiring)
        return self._chances.weigh(place, semiring)

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> NoReturn:
        raise lacking("problog", "update")

    def write(self, folder: Path, guard: Guard, view: Callable[[str], RelationView]) -> list[Path]:
        """Write the answers to `answers.csv`: the atom and its probability; E659."""
        path = folder / "answers.csv"
        write_table(path, ("answer", "probability"), self._answers())
        return [path]

    def print(self, view: Callable[[str], RelationView]) -> None:
        """Print each answer with its probability."""
        answers = self._answers()
        width = max((len(text) for text, _ in answers), default=0)
        for text, value in answers:
            print(f"{text:>{width}}: {value:.8g}")

    def _answers(self) -> list[tuple[str, float]]:
        asked = self.asked()
        chances = self._chances.of([place for _, place in asked])
        return [(text, chance.value) for (text, _), chance in zip(asked, chances, strict=True)]


def term_of(value: Any, pool: Pool) -> Term:
    """A Python value as a term: text is an atom, a list or tuple a list."""
    if value is None or isinstance(value, bool):
        raise DataError(653, f"{value!r} is no term")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return Real(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return pool.list_of([term_of(one, pool) for one in value])
    raise DataError(653, f"a value of the type {type(value).__name__} is no term")


def value_of(term: Term) -> Any:
    """A term as a Python value: a number, an atom or a text as text, a list as a tuple; another
    compound term as the text that a program writes."""
    if type(term) is int:
        return term
    if type(term) is Real:
        return float(term)
    if isinstance(term, str):
        return term[1:-1] if term.startswith('"') else () if term == "[]" else term
    items, tail = list_items(term)
    if items and tail == "[]":
        return tuple(map(value_of, items))
    return text_of(term)


def _view(name: str, rows: list[Row], chances: dict[Row, float]) -> RelationView:
    """The rows with a column for each argument, of the narrowest type."""
    columns = list(zip(*rows, strict=True))
    kinds = [_kind(column) for column in columns]
    shown = {
        tuple([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]): chances[row]
        for row in rows
    }
    declared = tuple(nodes.Column(f"c{n}", kind) for n, kind in enumerate(kinds))
    view = TinyView(nodes.Relation(name, declared), set(shown))
    view.chances = shown
    return view


def _kind(column: tuple[Any, ...]) -> Type:
    found = set(map(type, column))
    if found == {int} and all(-(2**63) <= value < 2**63 for value in column):
        return Type.NUMBER
    return Type.FLOAT if found <= {int, float} and float in found else Type.SYMBOL


def _cell(value: Any, kind: Type) -> Any:
    if kind is Type.SYMBOL:
        return value if isinstance(value, str) else str(value)
    return float(value) if kind is Type.FLOAT else value
