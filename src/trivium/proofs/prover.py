"""Proofs from the stamps: which rows a derived row came from.

A run keeps, for each row, the rule that derived it and the round it was derived in. A proof runs
that rule's body again with the head's values bound, over rows of earlier rounds only; since rounds
only descend, no row ever proves itself. Of several ways the one with the earliest rows is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from trivium.engine.aggregates import Folder
from trivium.engine.bindings import Bindings, concatenate
from trivium.engine.contract import Column, Rows
from trivium.engine.evaluate import Evaluator
from trivium.engine.given import Locate
from trivium.engine.relation import Stored
from trivium.engine.values import decode
from trivium.ir.nodes import Aggregate, Atom, Compare, Literal, Program, Rule, Var
from trivium.ir.nodes import Value as CellValue
from trivium.ir.types import Type
from trivium.ir.writer import write, write_row
from trivium.plan.build import plan_body
from trivium.plan.order import binds, term_variables
from trivium.plan.statistics import Statistics
from trivium.plan.steps import Step
from trivium.proofs.proof import TERM, Proof
from trivium.source import Place
from trivium.syntax.written import show_literal, show_rule

ROW = "#row"
# Of the rows that decide an aggregate, so many become nodes; the others are counted.
CHILDREN = 1000
Locator = Callable[[str], Locate]
RowValues = tuple[CellValue | None, ...]


class Prover:
    """Makes the proofs of one run; `locate(relation)` tells the places of its given rows."""

    def __init__(
        self,
        program: Program,
        evaluator: Evaluator,
        known: Statistics,
        locate: Locator,
    ) -> None:
        self.program = program
        self.evaluator = evaluator
        self.known = known
        self.locate = locate
        self.rules = {rule.index: rule for rule in program.rules}
        self._plans: dict[int, tuple[tuple[Literal, ...], dict[str, int], tuple[Step, ...]]] = {}
        self._texts: dict[int, str] = {}
        self._values: dict[tuple[str, int], RowValues] = {}
        self._made: dict[tuple[str, int, tuple[int, ...]], Proof] = {}

    def prove(self, relation: str, row: int, used: tuple[int, ...] | None = None) -> Proof:
        """The proof of a row, by its number; `used` are the columns that the rule above reads."""
        stored = self.evaluator.relations[relation]
        columns = tuple(range(stored.relation.arity)) if used is None else used
        key = (relation, row, columns)
        if key not in self._made:
            self._made[key] = self._node(stored, row, columns)
        return self._made[key]

    def _node(self, stored: Stored, row: int, used: tuple[int, ...]) -> Proof:
        relation = stored.relation
        values = self._values.pop((relation.name, row), None)
        if values is None:
            (values,) = row_values(self.evaluator, stored, self.evaluator.backend.column([row]))
        names = tuple(relation.columns[column].name for column in used)
        cause = stored.cause(row)
        if cause < 0:
            text = f"{relation.name}({self.show_used(stored, values, used)})"
            cells, places = self._places(relation.name, values, names, -1 - cause)
            return Proof(
                "fact", relation.name, values, text, used=names, own_places=cells or places
            )
        rule = self.rules[cause]
        proof = Proof(
            "rule",
            relation.name,
            values,
            write_row(relation, values, self.program.shapes, TERM),
            rule_text=self.rule_text(rule),
            rule_span=rule.span,
            used=names,
        )
        binding = self.solve(rule, stored, row)
        if binding is None:
            return replace(proof, expand=_given_way)
        expand = partial(self._children, rule, binding, stored.stamp(row))
        return replace(proof, bindings=self._named(rule, binding), expand=expand)

    def _places(
        self, relation: str, values: RowValues, names: Sequence[str], given: int
    ) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
        """Where the cells of a row stand that was given, or answered, and where it stands."""
        if relation in self.evaluator.outside:
            return (), self.evaluator.outside[relation].places(values)
        place = self.locate(relation)
        places = tuple(place(given, name) for name in names) or (place(given, None),)
        return tuple(p for p in places if p.column is not None), places

    # --- rules -----------------------------------------------------------------------------------

    def solve(self, rule: Rule, stored: Stored, row: int) -> Bindings | None:
        """The one binding of the rule's variables, and rows of its atoms, chosen for a row.

        None where subsumption has since removed a row that it came from.
        """
        body, seeds, steps = self._plan(rule)
        columns = {name: stored.column(place)[row : row + 1] for name, place in seeds.items()}
        evaluator = self.evaluator
        evaluator.before = stored.stamp(row)
        try:
            found = next(evaluator.stream(steps, Bindings(1, columns)), None)
        finally:
            evaluator.before = None
        if found is None:
            return None
        rows = [
            (found.columns[f"{ROW}{place}"], evaluator.relations[literal.relation])
            for place, literal in enumerate(body)
            if isinstance(literal, Atom) and not literal.negated
        ]
        if found.length == 1 or not rows:
            return found.part(0, 1)
        age = evaluator.backend.constant(0, found.length)
        for ids, other in rows:
            age = age + other.stamps(ids)
        best = int(evaluator.backend.sort([age, *(ids for ids, _ in rows)])[0])
        return found.part(best, best + 1)

    def _plan(self, rule: Rule) -> tuple[tuple[Literal, ...], dict[str, int], tuple[Step, ...]]:
        if rule.index not in self._plans:
            body, seeds = bind_head(rule)
            needed = {name for literal in body for name in binds(literal)}
            steps = plan_body(body, set(seeds), self.known, needed, ROW)
            self._plans[rule.index] = body, seeds, steps
        return self._plans[rule.index]

    def _named(self, rule: Rule, binding: Bindings) -> dict[str, CellValue]:
        """The values of the rule's own variables."""
        return {
            name: self.evaluator.values(binding.columns[name], kind)[0]
            for name, kind in variable_types(rule).items()
            if name in binding.columns
        }

    def _children(self, rule: Rule, binding: Bindings, stamp: int) -> tuple[Proof, ...]:
        children = []
        for place, literal in enumerate(rule.body):
            match literal:
                case Atom(negated=True):
                    children.append(self._absent(literal, binding))
                case Atom():
                    row = int(binding.columns[f"{ROW}{place}"][0])
                    children.append(self.prove(literal.relation, row, used_columns(literal)))
                case Aggregate(kind="range" | "autoinc"):
                    pass  # it rests on no row
                case Aggregate():
                    children.append(self._aggregate(literal, binding, stamp))
                case Compare():
                    pass  # its values stand in the bindings
        return tuple(children)

    def _absent(self, atom: Atom, binding: Bindings) -> Proof:
        shown = ", ".join(self.show_arguments(atom, binding))
        text = f"no row matches {atom.relation}({shown})"
        asked = self.asked_about(atom, binding)
        own = () if asked is None else (self.evaluator.outside[atom.relation].place_of(asked),)
        return Proof("absent", atom.relation, (), text, own_places=own)

    def asked_about(self, atom: Atom, binding: Bindings) -> tuple[CellValue, ...] | None:
        """The input of an atom that a provider answers, of a binding that tells it."""
        outside = self.evaluator.outside.get(atom.relation)
        if outside is None:
            return None
        terms = [term for place in outside.inputs if (term := atom.args[place]) is not None]
        cells = self.evaluator.evaluate_all(terms, binding)
        return tuple(
            self.evaluator.values(cell, kind)[0]
            for cell, kind in zip(cells, outside.kinds, strict=True)
        )

    def show_used(
        self, stored: Stored, values: Sequence[CellValue | None], used: Sequence[int]
    ) -> str:
        """The cells that count, by name when there are others."""
        columns = stored.relation.columns
        kinds = [column.type for column in columns]
        cells = [write(v, k, self.program.shapes, TERM) for v, k in zip(values, kinds, strict=True)]
        if len(used) == len(values):
            return ", ".join(cells)
        return ", ".join(f"{columns[place].name}: {cells[place]}" for place in used)

    def rule_text(self, rule: Rule) -> str:
        if rule.index not in self._texts:
            self._texts[rule.index] = show_rule(rule, self.program)
        return self._texts[rule.index]

    def show_arguments(self, atom: Atom, binding: Bindings) -> list[str]:
        """The arguments of an atom with their values; by name when some are left free."""
        columns = self.evaluator.relations[atom.relation].relation.columns
        named = any(term is None for term in atom.args)
        shown = []
        for column, term in zip(columns, atom.args, strict=True):
            if term is None:
                continue
            known = {v.name for v in term_variables(term)} <= set(binding.columns)
            text = "_"
            if known:
                cell = self.evaluator.evaluate(term, binding)
                (value,) = self.evaluator.values(cell, column.type)
                text = write(value, column.type, self.program.shapes, TERM)
            elif isinstance(term, Var):
                text = term.name
            shown.append(f"{column.name}: {text}" if named else text)
        return shown

    # --- aggregates ------------------------------------------------------------------------------

    def _aggregate(self, aggregate: Aggregate, binding: Bindings, stamp: int) -> Proof:
        result = aggregate.result
        value = self.evaluator.values(binding.columns[result.name], result.type)[0]
        found = self.contributions(aggregate, binding, stamp)
        rows = [] if found is None else self._contributors(aggregate, found)
        written = write(value, result.type, self.program.shapes, TERM)
        shown = f"{written} = {show_literal(aggregate, self.program)}"
        return Proof(
            "aggregate",
            aggregate.kind,
            (value,),
            shown,
            total=0 if found is None else found.length,
            deciding=_different(rows),
            expand=partial(self._proofs_of, rows),
        )

    def contributions(self, aggregate: Aggregate, binding: Bindings, stamp: int) -> Bindings | None:
        """Every binding of an aggregate's body with the rows of its atoms, in their order."""
        names = {variable.name for variable in aggregate.group} & set(binding.columns)
        needed = {v.name for term in aggregate.values for v in term_variables(term)} | names
        steps = plan_body(aggregate.body, names, self.known, needed, ROW)
        seed = Bindings(1, {name: binding.columns[name] for name in names})
        self.evaluator.before = stamp
        try:
            tables = list(self.evaluator.stream(steps, seed))
        finally:
            self.evaluator.before = None
        if not tables:
            return None
        found = concatenate(self.evaluator.backend, tables)
        rows = [found.columns[name] for name in sorted(found.columns) if name.startswith(ROW)]
        if not rows:
            return found
        order = self.evaluator.backend.sort(rows)
        return Bindings(found.length, found.take(order, list(found.columns)))

    def _contributors(self, aggregate: Aggregate, found: Bindings) -> list[tuple[Atom, Rows]]:
        """The rows, by atom, that decide the result: those that reach an extreme, else all."""
        columns = self.evaluator.evaluate_all(aggregate.values, found)
        rows = self._decisive(aggregate, columns, found.length)
        return [
            (literal, found.columns[f"{ROW}{place}"][rows])
            for place, literal in enumerate(aggregate.body)
            if isinstance(literal, Atom) and not literal.negated
        ]

    def _proofs_of(self, contributors: list[tuple[Atom, Rows]]) -> tuple[Proof, ...]:
        """The proofs of the rows, each once, in the order of the bindings; at most `CHILDREN`."""
        used = dict.fromkeys(
            (atom.relation, row, used_columns(atom))
            for rows in zip(*(ids[:CHILDREN].tolist() for _, ids in contributors), strict=True)
            for (atom, _), row in zip(contributors, rows, strict=True)
        )
        for atom, ids in contributors:  # decoding rows together is much faster than one by one
            few = ids[:CHILDREN]
            stored = self.evaluator.relations[atom.relation]
            names = ((atom.relation, row) for row in few.tolist())
            self._values.update(zip(names, row_values(self.evaluator, stored, few), strict=True))
        proofs = tuple(self.prove(*row) for row in list(used)[:CHILDREN])
        self._values.clear()
        return proofs

    def _decisive(self, aggregate: Aggregate, columns: Sequence[Column], length: int) -> Rows:
        backend = self.evaluator.backend
        if aggregate.kind == "exists":
            return backend.numbers(0, min(length, 1))
        if aggregate.kind in ("min", "max", "argmin", "argmax"):
            folder = Folder(backend, self.evaluator.symbols, aggregate, self.evaluator.guard)
            return folder.decisive(list(columns), backend.constant(0, length), 1)
        return backend.numbers(0, length)


def _given_way() -> tuple[Proof, ...]:
    """What is left to say of rows that subsumption has removed."""
    return (Proof("removed", "", (), "from rows that have given way to better ones"),)


def _different(contributors: list[tuple[Atom, Rows]]) -> int:
    """How many nodes the rows make: one for each row of a relation and columns read of it."""
    found: dict[tuple[str, tuple[int, ...]], list[Rows]] = {}
    for atom, ids in contributors:
        found.setdefault((atom.relation, used_columns(atom)), []).append(ids)
    return sum(len({row for part in parts for row in part.tolist()}) for parts in found.values())


def bind_head(rule: Rule) -> tuple[tuple[Literal, ...], dict[str, int]]:
    """The body of a rule whose head is known, and the head column that gives each known variable.

    before:  p(x, y + 1) :- q(x, y).     after:  q(x, y), a = y + 1   given x from 0, a from 1
    """
    seeds: dict[str, int] = {}
    checks: list[Literal] = []
    for place, term in enumerate(rule.head.args):
        if isinstance(term, Var) and term.name not in seeds:
            seeds[term.name] = place
        elif term is not None:
            name = f"#head{place}"
            seeds[name] = place
            checks.append(Compare("=", Var(name, term.type), term, rule.head.span))
    return (*rule.body, *checks), seeds


def variable_types(rule: Rule) -> dict[str, Type]:
    """The rule's own variables outside aggregates, in the order of the text."""
    found: dict[str, Type] = {}
    for literal in (rule.head, *rule.body):
        if isinstance(literal, Aggregate):
            found.setdefault(literal.result.name, literal.result.type)
            continue
        terms = literal.args if isinstance(literal, Atom) else (literal.left, literal.right)
        for term in terms:
            for variable in term_variables(term):
                found.setdefault(variable.name, variable.type)
    return {name: kind for name, kind in found.items() if not name.startswith("@")}


def used_columns(atom: Atom) -> tuple[int, ...]:
    return tuple(column for column, term in enumerate(atom.args) if term is not None)


def row_values(evaluator: Evaluator, stored: Stored, rows: Rows) -> list[RowValues]:
    """The values of rows, by their numbers."""
    columns = []
    for place, column in enumerate(stored.relation.columns):
        cells, present = stored.cells(place, rows)
        columns.append(decode(cells, present, column.type, evaluator.symbols))
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)
