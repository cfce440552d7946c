"""Every way in which the rules hold among the rows of a run: the ground program.

    run:    edge(1, 2)  edge(2, 3)  path(1, 2)  path(2, 3)  path(1, 3)
    ground: path(1, 3) ← path(1, 2), edge(2, 3)     and so on: a node for each uncertain row

Each body is joined once more, as a whole and by columns, and keeps the numbers of the rows that it
joined; what is certain does not stand in a ground body.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from trivium.analyse.models import read_output
from trivium.analyse.outside import row_relation
from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.contract import Column, Rows
from trivium.engine.relation import Stored
from trivium.engine.run import Run
from trivium.engine.values import decode, encode
from trivium.errors import ProgramError
from trivium.ir.nodes import (
    DECISION,
    Atom,
    Call,
    Choice,
    Fact,
    Literal,
    Parameter,
    Rule,
    Value,
    Var,
)
from trivium.ir.printer import print_term
from trivium.ir.writer import write, write_row
from trivium.plan.build import plan_body
from trivium.plan.order import term_variables
from trivium.plan.statistics import Statistics
from trivium.plan.steps import Step
from trivium.probability.decision import open_decision
from trivium.probability.grounding.aggregates import (
    Folds,
    Group,
    Part,
    results_of,
    start_and_add,
)
from trivium.probability.grounding.reduce import Ground, GroundRule
from trivium.probability.grounding.relax import Fold, Relaxed, without
from trivium.proofs.proof import TERM

ROW = "#row"
ROUNDING = 1e-9
Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """How a rule's body is joined once more.

    Args:
        plain: the body without what may not hold and is negated, which is `absent`.
        present: of its uncertain atoms the places and the relations.
    """

    plain: tuple[Literal, ...]
    absent: tuple[Atom, ...]
    present: tuple[tuple[int, str], ...]
    steps: tuple[Step, ...]


def _body_of(rule: Rule, uncertain: Collection[str], known: Statistics) -> _Body:
    plain = without(rule.body, uncertain)
    atoms = [literal for literal in rule.body if isinstance(literal, Atom)]
    absent = tuple([atom for atom in atoms if atom.negated and atom.relation in uncertain])
    present = [
        (place, literal.relation)
        for place, literal in enumerate(plain)
        if isinstance(literal, Atom) and literal.relation in uncertain
    ]
    terms = [term for atom in (rule.head, *absent) for term in atom.args if term is not None]
    needed = {variable.name for term in terms for variable in term_variables(term)}
    steps = plan_body(plain, set(), known, needed, ROW)
    return _Body(plain, absent, tuple(present), steps)


class Grounder:
    """Grounds the rules of one run; `weights` are the probabilities told by name."""

    def __init__(
        self, relaxed: Relaxed, run: Run, folds: Folds, weights: Mapping[str, float]
    ) -> None:
        self.relaxed = relaxed
        self.run = run
        self.told = weights
        self.stored = run.loader.stored
        self.weights: list[float] = []
        self.groups: list[tuple[int, ...]] = []
        self.learnt: set[int] = set()
        # Of each alternative: the relation whose rows are the choices, the row, and which it is.
        self.origins: list[tuple[str, int, int]] = []
        # What parameter the weight of an alternative is.
        self.parameters: dict[int, str] = {}
        self.rules: list[GroundRule] = []
        self._first: dict[str, int] = {}  # the first alternative of each choice relation
        self._columns: dict[str, list[list[float]]] = {}
        facts = self._facts()
        for choice in relaxed.program.choices:
            self._choose(choice)
        self.starts = self._number_rows()
        for fact_rows, first in facts:
            base = self.starts[fact_rows[0]]
            self.rules += [(base + row, (first + n,)) for n, row in enumerate(fact_rows[1])]
        self._certain()
        for rule in relaxed.rules:
            self._ground(rule)
        for name, groups in folds.groups.items():
            for group in groups.values():
                self._fold(folds.folds[name], group)

    @cached_property
    def ground(self) -> Ground:
        return Ground(
            self.weights,
            self.groups,
            self.nodes,
            self.rules,
            self.name,
            frozenset(self.learnt),
        )

    def _number_rows(self) -> dict[str, int]:
        starts = {}
        node = len(self.weights)
        for name in self.stored:
            if name in self.relaxed.uncertain:
                starts[name] = node
                node += self.stored[name].length
        self.nodes = self.rows_end = node
        return starts

    def node(self, relation: str, row: int) -> int | None:
        """The node of a row, or None for one that is certain."""
        start = self.starts.get(relation)
        return None if start is None else start + row

    # --- choices ---------------------------------------------------------------------------------

    def _add(self, weight: float | Parameter, origin: tuple[str, int, int], where: object) -> int:
        number = len(self.weights)
        if isinstance(weight, Parameter):
            self.learnt.add(number)
            self.parameters[number] = weight.name
            weight = self._told(weight, where)
        self.weights.append(weight)
        self.origins.append(origin)
        return number

    def _told(self, parameter: Parameter, where: object) -> float:
        value = self.told.get(parameter.name, parameter.initial)
        span = getattr(where, "span", None)
        if parameter.name == DECISION and value is None:
            raise open_decision(span)
        if value is None:
            message = f"nothing tells the probability `{parameter.name}`"
            hint = f"give it: run(weights={{{parameter.name!r}: 0.5}})"
            if net := read_output(parameter.name):
                message = f"the probabilities of `{net[0]}` come from a net"
                hint = f"trivium.torch.Layer(program, query, nets={{{net[0]!r}: net}})"
            raise ProgramError(287, message, span, hint=hint)
        if not 0.0 <= value <= 1.0:
            message = f"the probability `{parameter.name}` is {value}, not between 0 and 1"
            raise ProgramError(287, message, span)
        return float(value)

    def _facts(self) -> list[tuple[tuple[str, list[int]], int]]:
        """The weighted facts by relation: their rows, and their first alternative."""
        by_relation: dict[str, list[Fact]] = {}
        for fact in self.relaxed.program.facts:
            if fact.weight is not None:
                by_relation.setdefault(fact.relation, []).append(fact)
        found = []
        for name, facts in by_relation.items():
            stored = self.run.loader.load(name)
            symbols = self.run.loader.symbols
            cells = [
                encode([fact.values[place] for fact in facts], column.type, symbols, str)[0]
                for place, column in enumerate(stored.relation.columns)
            ]
            columns = list(map(stored.backend.own, cells))
            rows = self._rows_of(stored, columns, len(facts))
            first = len(self.weights)
            for fact, row in zip(facts, rows, strict=True):
                assert fact.weight is not None
                self.groups.append((self._add(fact.weight, (name, row, 0), fact),))
            found.append(((name, rows), first))
        return found

    def _choose(self, choice: Choice) -> None:
        """A group for each row of the choice's relation."""
        stored = self.stored.get(choice.relation)
        if stored is None:
            return
        self._first[choice.relation] = len(self.weights)
        told = iter(self._told_columns(choice, stored))
        columns = [next(told) if w is None else w for w in choice.weights]
        groups: dict[object, tuple[int, ...]] = {}
        keys = self._apart(choice, stored)
        for row in range(stored.length):
            weights = [c[row] if isinstance(c, list) else c for c in columns]
            members = tuple(
                [
                    self._add(weight, (choice.relation, row, place), choice)
                    for place, weight in enumerate(weights)
                ]
            )
            groups[keys[row]] = (*groups.get(keys[row], ()), *members)
        for members in groups.values():
            total = sum(self.weights[member] for member in members)
            if total > 1 + ROUNDING:
                message = f"the probabilities of alternatives sum to {total:.10g}"
                raise ProgramError(261, message, choice.span)
            self.groups.append(members)

    def _apart(self, choice: Choice, stored: Stored) -> Sequence[object]:
        """What tells the choices of the rows apart."""
        if choice.apart is None:
            return range(stored.length)
        columns = [stored.column(place).tolist() for place in choice.apart]
        return list(zip(*columns, strict=True)) if columns else [()] * stored.length

    def _told_columns(self, choice: Choice, stored: Stored) -> Iterator[list[float]]:
        """The probabilities that stand in columns; E260 for one that is none."""
        arity = stored.relation.arity
        for place in range(arity - choice.told, arity):
            kind = stored.relation.columns[place].type
            values = decode(stored.read(place)[0], None, kind, self.run.loader.symbols)
            for value in values:
                number = isinstance(value, int | float)
                if not number or not 0.0 <= value <= 1.0:
                    message = f"the probability {write(value, kind)} is not between 0 and 1"
                    raise ProgramError(260, message, choice.span)
            yield [float(value) for value in values]

    @property
    def decisions(self) -> set[int]:
        """The alternatives that are to be taken or left."""
        return {node for node, name in self.parameters.items() if name == DECISION}

    def settle(self, chosen: Collection[int]) -> None:
        """Take these alternatives, and leave the other decisions."""
        for node in self.decisions:
            self.weights[node] = float(node in chosen)
            self.learnt.remove(node)
        self.__dict__.pop("ground", None)

    # --- rules -----------------------------------------------------------------------------------

    def _certain(self) -> None:
        """Rows that are given without a probability."""
        for name, start in self.starts.items():
            sure = self.relaxed.sure(self.run.loader, name).tolist()
            self.rules += [(start + row, ()) for row in sure]

    def _ground(self, rule: Rule) -> None:
        """Each way in which the rule's body may hold."""
        head = rule.head.relation
        if head not in self.starts or not self.stored[head].length:
            return
        body = self.relaxed.plans.plan(
            rule, "ground", self.run.known, partial(_body_of, rule, self.relaxed.uncertain)
        )
        choice = self._choice_of(head, body.plain)
        for table in self.run.evaluator.stream(body.steps, UNIT):
            columns: list[Column] = [self._heads(rule, table)]
            for place, relation in body.present:
                if relation in self.starts:
                    columns.append(table.columns[f"{ROW}{place}"] + self.starts[relation])
            if choice is not None:
                first, width, which, place = choice
                columns.append(table.columns[f"{ROW}{place}"] * width + (first + which))
            self._write(columns, [self._absent(atom, table) for atom in body.absent])

    def _fold(self, fold: Fold, group: Group) -> None:
        """The results of an aggregate's group, step by step over its bindings."""
        start, add = start_and_add(fold.aggregate)
        states: dict[Any, int | None] = {start: None}  # None is a state that certainly holds
        for value, parts in group.items:
            holds = [self._part(part) for part in parts]
            moved: dict[Any, list[tuple[int, ...]]] = {}
            for state, node in states.items():
                before = () if node is None else (node,)
                taken = add(state, value)
                if not holds:
                    moved.setdefault(taken, []).append(before)
                    continue
                literal = holds[0] if len(holds) == 1 else self._new_node([tuple(holds)])
                if taken == state:
                    moved.setdefault(state, []).append(before)
                    continue
                moved.setdefault(state, []).append((*before, ~literal))
                moved.setdefault(taken, []).append((*before, literal))
            states = {state: self._state(ways) for state, ways in moved.items()}
        base = self.starts[fold.name]
        for state, node in states.items():
            for result in results_of(fold.aggregate, state):
                row = base + group.results[result]
                self.rules.append((row, () if node is None else (node,)))

    def _state(self, ways: list[tuple[int, ...]]) -> int | None:
        if () in ways:
            return None
        if len(ways) == 1 and len(ways[0]) == 1 and ways[0][0] >= 0:
            return ways[0][0]
        return self._new_node(ways)

    def _new_node(self, ways: list[tuple[int, ...]]) -> int:
        """A node of no row, which holds where one of the ways does."""
        self.nodes += 1
        self.rules += [(self.nodes - 1, way) for way in ways]
        return self.nodes - 1

    def _part(self, part: Part) -> int:
        relation, row, positive = part
        node = self.starts[relation] + row
        return node if positive else ~node

    def _heads(self, rule: Rule, table: Bindings) -> Column:
        stored = self.stored[rule.head.relation]
        terms = [term for term in rule.head.args if term is not None]
        columns = self.run.evaluator.evaluate_all(terms, table)
        rows = self._rows_of(stored, columns, table.length)
        return stored.backend.column(rows) + self.starts[rule.head.relation]

    def _absent(self, atom: Atom, table: Bindings) -> Column:
        """The nodes of the rows that must not hold, -1 where there is none."""
        stored = self.stored[atom.relation]
        terms = [term for term in atom.args if term is not None]
        columns = self.run.evaluator.evaluate_all(terms, table)
        left, right = self._pairs(stored, columns, table.length)
        nodes = right + self.starts[atom.relation]
        return stored.backend.scatter(table.length, -1, left, nodes)

    def _write(self, columns: Sequence[Column], absent: Sequence[Column]) -> None:
        lists = [column.tolist() for column in columns]
        heads, positive = lists[0], lists[1:]
        bodies: Iterator[tuple[int, ...]]
        bodies = zip(*positive, strict=True) if positive else iter([()] * len(heads))
        if absent:
            rows = zip(*[column.tolist() for column in absent], strict=True)
            negative = [tuple([~node for node in row if node >= 0]) for row in rows]
            bodies = (body + more for body, more in zip(bodies, negative, strict=True))
        self.rules += zip(heads, bodies, strict=True)

    def _choice_of(self, head: str, body: Sequence[object]) -> tuple[int, int, int, int] | None:
        """The first alternative, how many each choice has, which it is and where in the body the
        choice stands, if `head` is one."""
        if not head.startswith("@chosen_"):
            return None
        for choice in self.relaxed.program.choices:
            for place, atom in enumerate(body):
                if isinstance(atom, Atom) and choice.relation == atom.relation:
                    which = choice.chosen.index(head)
                    return self._first[choice.relation], len(choice.chosen), which, place
        raise AssertionError(head)

    def _rows_of(self, stored: Stored, columns: Sequence[Column], length: int) -> list[int]:
        """The numbers of rows that are there."""
        left, right = self._pairs(stored, columns, length)
        rows: list[int] = stored.backend.scatter(length, 0, left, right).tolist()
        return rows

    def _pairs(self, stored: Stored, columns: Sequence[Column], length: int) -> tuple[Rows, Rows]:
        backend = stored.backend
        if not columns:
            return backend.numbers(0, length if stored.length else 0), backend.constant(0, length)
        index = stored.index(tuple(range(len(columns))))
        return backend.probe(index, columns, length).expand()

    # --- names -----------------------------------------------------------------------------------

    def name(self, node: int) -> str:
        """A row as a program writes it; of an alternative, the row that it gives."""
        if node < len(self.weights):
            relation, row, place = self.origins[node]
            choice = next((c for c in self.relaxed.program.choices if c.relation == relation), None)
            if choice is None:
                return self.row_text(relation, row)
            return self._choice_text(choice, row, place)
        if node >= self.rows_end:
            return f"part {node - self.rows_end} of an aggregate"
        for relation, start in reversed(self.starts.items()):
            if node >= start:
                return self.row_text(relation, node - start)
        raise AssertionError(node)

    def row_text(self, relation: str, row: int) -> str:
        values = self.row_values(relation, row)
        return write_row(self.stored[relation].relation, values, self.relaxed.program.shapes, TERM)

    def row_values(self, relation: str, row: int) -> Values:
        stored = self.stored[relation]
        symbols = self.run.loader.symbols
        return tuple(
            decode(stored.read(place)[0][row : row + 1], None, column.type, symbols)[0]
            for place, column in enumerate(stored.relation.columns)
        )

    def _choice_text(self, choice: Choice, row: int, place: int) -> str:
        """The row that an alternative gives, and the values of the clause's other variables."""
        columns = self.stored[choice.relation].relation.columns
        shapes = self.relaxed.program.shapes
        values = self.row_values(choice.relation, row)
        rule, atom = next(
            (rule, literal)
            for rule in self.relaxed.rules
            for literal in rule.body
            if isinstance(literal, Atom) and literal.relation == choice.chosen[place]
        )
        head = rule.head
        outside = self.run.evaluator.outside.get(row_relation(head.relation))
        if outside is not None:
            told = {
                a.name: v for a, v in zip(atom.args, values, strict=False) if isinstance(a, Var)
            }
            answer = [told[arg.name] for arg in head.args if isinstance(arg, Var)]
            places = "; ".join(map(str, outside.places(answer)))
            row_text = write_row(self.stored[head.relation].relation, answer, shapes, TERM)
            return f"{row_text} [{places}]"
        known = {
            arg.name: write(value, column.type, shapes, TERM)
            for arg, value, column in zip(atom.args, values, columns, strict=False)
            if isinstance(arg, Var)
        }
        used = {v.name for arg in head.args if arg is not None for v in term_variables(arg)}
        shown = [known[a.name] if isinstance(a, Var) else print_term(a, shapes) for a in head.args]
        more = [
            f"{name} = {text}"
            for name, text in known.items()
            if name not in used and not name.startswith("_")
        ]
        if any(isinstance(arg, Call) for arg in head.args):
            more = [f"{name} = {text}" for name, text in known.items() if " " not in name]
        rest = f" [{', '.join(more)}]" if more else ""
        return f"{head.relation}({', '.join(shown)}){rest}"
