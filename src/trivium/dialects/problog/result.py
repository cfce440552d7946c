"""The result of a program of clauses: how probable each answer is, and why.

result.probability("path", (1, 3))      result["path"].rows()      result.why("path", (1, 3))
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

from trivium.analyse.near import did_you_mean
from trivium.dialects.problog.clauses import Database
from trivium.dialects.problog.questions import Asked, Questions, answer, utilities
from trivium.dialects.problog.solve import Solver
from trivium.dialects.problog.terms import (
    Pool,
    Real,
    Term,
    list_items,
    name_and_args,
    numbered,
    unify,
    write,
)
from trivium.engine.limits import Guard
from trivium.engine.run import Stats
from trivium.engine.tiny.view import TinyView
from trivium.engine.view import RelationView
from trivium.errors import DataError, ProgramError
from trivium.files.facts import whole_file
from trivium.ir import nodes
from trivium.ir.nodes import DECISION
from trivium.ir.types import Type
from trivium.probability.explain import Explanation, certainly, explain
from trivium.probability.grounding.reduce import Reduced, Truth
from trivium.probability.inference.chance import Chance, Inference, sure
from trivium.probability.inference.decide import decide
from trivium.probability.inference.infer import infer_reduced
from trivium.probability.world import World, most_probable_world
from trivium.result import METHODS, Decision, Result


class ProbLogResult(Result):
    """The answers to the questions of a program, and to others that are asked of it later."""

    def __init__(
        self, solver: Solver, database: Database, start: float, inference: Inference
    ) -> None:
        self._inference = inference
        self._solver = solver
        self._database = database
        self._views = {}
        self._questions = answer(solver, database)
        self._chances_of: dict[Term, Chance] = {}
        self._seconds = perf_counter() - start

    # --- what there is ---------------------------------------------------------------------------

    @cached_property
    def answers(self) -> dict[str, float]:
        """The probability of each answer to the program's questions, as the program writes it."""
        asked = self._questions.asked
        return {_text(item.atom): chance.value for item, chance in zip(
            asked, self._infer(asked), strict=True
        )}  # fmt: skip

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

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.relations

    @cached_property
    def _rows(self) -> dict[str, dict[tuple[Any, ...], Asked]]:
        """The answers by name: the values of each, and where they stand."""
        found: dict[str, dict[tuple[Any, ...], Asked]] = {}
        for item in self._questions.asked:
            if item.literal is False:
                continue
            name, args = name_and_args(item.atom) or ("", ())
            found.setdefault(name, {})[tuple(map(value_of, args))] = item
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def __getitem__(self, name: str) -> RelationView:
        if name not in self._views:
            if name not in self._rows:
                known = ", ".join(self._rows)
                raise KeyError(f"no answer is about `{name}`; there are answers about: {known}")
            rows = list(self._rows[name])
            widths = {len(row) for row in rows}
            if len(widths) > 1:
                raise KeyError(f"the answers about `{name}` have different numbers of arguments")
            chances = self.probabilities(name)
            self._views[name] = _view(name, rows, chances)
        return self._views[name]

    def __repr__(self) -> str:
        shown = ", ".join(f"{text}: {value:.6g}" for text, value in self.answers.items())
        return f"<Result {shown}>"

    # --- probabilities ---------------------------------------------------------------------------

    def _infer(self, asked: Sequence[Asked], questions: Questions | None = None) -> list[Chance]:
        questions = questions or self._questions
        if any(item.literal is False for item in questions.observed):
            raise _impossible(questions)
        known = self._chances_of
        left = [item for item in asked if item.atom not in known]
        if left:
            found = self._inferred(left, questions)
            known.update(zip([item.atom for item in left], found, strict=True))
        return [known[item.atom] for item in asked]

    def _inferred(self, asked: Sequence[Asked], questions: Questions) -> list[Chance]:
        reduced = questions.reduced(asked)
        count = sum(not isinstance(item.literal, bool) for item in asked)
        limits = self._solver.limits
        with _named(questions):
            found = iter(infer_reduced(reduced, count, self._inference, limits=limits))
        return [sure(a.literal) if isinstance(a.literal, bool) else next(found) for a in asked]

    def probability(self, relation: str, row: Sequence[Any]) -> float:
        """How probable an atom is, given the evidence; asked of the program if it was not yet.

        Raises ProgramError 285 where the evidence is impossible, 291 for an unknown name.
        """
        return self._chance(relation, row).value

    def _chance(self, relation: str, row: Sequence[Any]) -> Chance:
        _, item, questions = self._ask(relation, row)
        return self._infer([item], questions)[0]

    def _ask(self, relation: str, row: Sequence[Any]) -> tuple[Term, Asked, Questions]:
        pool = self._solver.pool
        atom = pool.compound(relation, [term_of(value, pool) for value in row])
        for item in self._questions.asked:
            if item.atom is atom or item.atom == atom:
                return atom, item, self._questions
        if (relation, len(row)) not in self._solver.predicates:
            known = {name for name, _ in self._solver.predicates}
            message = f"no clause is for `{relation}/{len(row)}`"
            raise ProgramError(291, message, hint=did_you_mean(relation, known))
        questions = answer(self._solver, self._database, [atom])
        item = next(item for item in questions.asked if item.atom is atom or item.atom == atom)
        return atom, item, questions

    def probabilities(
        self, relation: str, rows: Sequence[Sequence[Any]] | None = None
    ) -> dict[tuple[Any, ...], float]:
        """The probability of each answer about a name, or of some, by its values."""
        own = self._rows.get(relation, {})
        if rows is not None and not all(tuple(row) in own for row in rows):
            return {tuple(row): self.probability(relation, row) for row in rows}
        if rows is not None:
            own = {tuple(row): own[tuple(row)] for row in rows}
        chances = self._infer(list(own.values()))
        return {row: chance.value for row, chance in zip(own, chances, strict=True)}

    @property
    def method(self) -> str:
        """How the answers were inferred: `bounds` if any of them is only known within bounds."""
        methods = [chance.method for chance in self._infer(self._questions.asked)]
        return max(methods, key=METHODS.index, default="certain")

    def _settled(self, questions: Questions) -> tuple[Reduced, list[Truth], list[int]]:
        """What the questions and observations rest on, what each question is in it, and the
        literals observed; E285 where these cannot be."""
        if any(item.literal is False for item in questions.observed):
            raise _impossible(questions)
        reduced = questions.reduced(questions.asked)
        literals = iter(reduced.literals)
        truths: list[Truth] = []
        for item in questions.asked:
            truths.append(item.literal if isinstance(item.literal, bool) else next(literals))
        observed = list(literals)
        if False in observed:
            raise _impossible(questions)
        return reduced, truths, [x for x in observed if not isinstance(x, bool)]

    def most_probable(self) -> World:
        """The most probable world given the evidence, and which answers hold in it."""
        questions = self._questions
        reduced, truths, evidence = self._settled(questions)
        texts = [_text(item.atom) for item in questions.asked]
        asked = list(zip(texts, truths, strict=True))
        with _named(questions):
            return most_probable_world(reduced.derivations, asked, evidence, self._solver.limits)

    def expected_utility(self) -> float:
        """What is expected of `utility(Goal, Value)`, given the evidence."""
        questions, worths = utilities(self._solver, self._database)
        found = self._infer(questions.asked, questions)
        return sum(chance.value * worth for chance, worth in zip(found, worths, strict=True))

    def decide(self) -> Decision:
        """Take the program's decisions so that its expected utility is greatest."""
        solver = self._solver
        questions, worths = utilities(solver, self._database)
        reduced, truths, evidence = self._settled(questions)
        nodes = list(solver.alternatives.weights)
        open_ones = {n for n, name in solver.alternatives.parameters.items() if name == DECISION}
        alternatives = reduced.origins[: len(reduced.derivations.weights)]
        decisions = [n for n, x in enumerate(alternatives) if nodes[x] in open_ones]
        worth = list(zip(truths, worths, strict=True))
        with _named(questions):
            found = decide(reduced.derivations, decisions, worth, evidence, solver.limits)
        chosen = {nodes[reduced.origins[n]] for n in found.chosen}
        choices = {solver.name(node): node in chosen for node in sorted(open_ones)}
        solver.alternatives.settle(chosen)
        self._questions = answer(solver, self._database)
        return Decision(found.value, found.bound, choices, self)

    def why(self, relation: str, row: Sequence[Any]) -> Explanation:
        """The likeliest proofs of an atom, and the fact that it depends on most."""
        atom, item, questions = self._ask(relation, row)
        if item.literal is False:
            raise DataError(661, f"{_text(atom)} does not hold")
        return self._explain(item, questions, self._chance(relation, row))

    def _explain(self, item: Asked, questions: Questions, chance: Chance) -> Explanation:
        text = _text(item.atom)
        if isinstance(item.literal, bool):
            return certainly(text, chance.value)
        reduced = questions.reduced([item])
        target, *observed = reduced.literals
        if isinstance(target, bool):
            return certainly(text, float(target))
        evidence = [x for x in observed if not isinstance(x, bool)]
        return explain(reduced.derivations, target, evidence, text, chance)

    def why_text(self, text: str) -> str:
        """The explanations of the answers to a goal that is written as in a program."""
        clause = self._database.question(text)
        questions = answer(self._solver, self._database, clause.args)
        (goal,), _ = numbered(self._solver.pool, clause.args)
        env: list[Term] = [None] * clause.size
        asked = {item.atom: item for item in questions.asked}
        shown = [
            str(self._explain(item, questions, self._infer([item], questions)[0]))
            for atom, item in asked.items()
            if unify(goal, atom, env.copy())
        ]
        return "\n".join(shown)

    def why_not(self, relation: str, row: Sequence[Any]) -> Any:
        """E292: only rows of typed programs say what is missing."""
        raise ProgramError(292, "the ProbLog dialect does not explain what is missing")

    def write(self, folder: str | Path, guard: Guard | None = None) -> list[Path]:
        """Write the answers to `answers.csv`: the atom and its probability; E659."""
        path = Path(folder) / "answers.csv"
        with whole_file(path) as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(("answer", "probability"))
            writer.writerows(self.answers.items())
        return [path]

    def print(self) -> None:
        """Print each answer with its probability."""
        width = max(map(len, self.answers), default=0)
        for text, value in self.answers.items():
            print(f"{text:>{width}}: {value:.8g}")


@contextmanager
def _named(questions: Questions) -> Iterator[None]:
    """Evidence that turns out to be impossible is named."""
    try:
        yield
    except ProgramError as problem:
        if problem.number == 285:
            raise _impossible(questions) from None
        raise


def _impossible(questions: Questions) -> ProgramError:
    """E285, naming what was observed."""
    items = [item for item in questions.observed if item.literal is False] or questions.observed
    shown = " and ".join(f"`{_text(item.atom)}`" for item in items)
    message = f"the evidence about {shown} has probability 0"
    hint = "remove or correct what cannot have been observed"
    return ProgramError(285, message, items[0].span, hint=hint)


def _text(atom: Term) -> str:
    return write(atom, lambda variable: f"X{variable.place + 1}")


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
    return _text(term)


def _view(
    name: str, rows: list[tuple[Any, ...]], chances: dict[tuple[Any, ...], float]
) -> RelationView:
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
