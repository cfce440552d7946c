"""Running the steps of a plan over tables of bindings.

A step that would make a large table gets its bindings in halves, so that a join is bounded by its
result and not by what passes through it; limits are checked at every step.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trivium.engine.bindings import CHUNK, Bindings, concatenate
from trivium.engine.classes import through_classes
from trivium.engine.contract import Body, Column, Columns, Context, Mask, Rows
from trivium.engine.functions import apply, date_texts
from trivium.engine.functors import UndefinedError
from trivium.engine.grouping import fold, group
from trivium.engine.limits import PART, Guard
from trivium.engine.meet import meet
from trivium.engine.profile import Recorder
from trivium.engine.ranked import RankedBody, ranked
from trivium.engine.relation import Stored
from trivium.engine.values import decode, encode_constant
from trivium.errors import ProgramError
from trivium.ir.functors import CAST
from trivium.ir.nodes import Aggregate, Call, Compare, Const, Term, Var
from trivium.ir.types import Type
from trivium.plan.steps import Absent, Compute, Fold, Group, Match, Ranked, Step, Test
from trivium.syntax.written import show_clause

if TYPE_CHECKING:
    from trivium.engine import host
    from trivium.engine.outside import Outside

# The steps of an aggregate's body, the names that are given, and those that are wanted.
MakeBody = Callable[[Sequence[Step], Sequence[str], Sequence[str]], Body | None]
# A relation of fewer rows gets an index at once.
SEEK = 1 << 17


class Evaluator:
    """Runs steps against the relations of one run."""

    def __init__(
        self,
        backend: Columns,
        relations: dict[str, Any],
        context: Context,
    ) -> None:
        self.context = context
        self.python = context.functors
        # What works on codes and bits, whatever they mean.
        self.symbols = symbols = context.symbols
        self.coded = symbols.terms.functors(symbols)
        self.backend = backend
        self.relations: dict[str, Stored] = relations
        # How many numbers `autoinc()` has given.
        self.counted = 0
        # Proofs read only rows that are older than the one to prove.
        self.before: int | None = None
        # What runs the body of an aggregate as a whole, where something does.
        self.body: MakeBody = _step_by_step
        # The results of aggregates that run once, while their stratum runs.
        self.grouped: dict[Group, tuple[Bindings, Rows, Column]] = {}
        self.ranked: dict[Ranked, RankedBody] = {}

    @property
    def guard(self) -> Guard:
        return self.context.guard

    @property
    def recorder(self) -> Recorder | None:
        return self.context.recorder

    @property
    def outside(self) -> Mapping[str, Outside]:
        return self.context.outside

    def forget(self) -> None:
        """End a stratum: what was computed once for it is not needed any more."""
        self.grouped.clear()
        self.ranked.clear()

    def stream(self, steps: Sequence[Step], bindings: Bindings) -> Iterator[Bindings]:
        """The bindings that satisfy every step, in tables of bounded size."""
        met = 0
        for place, step in enumerate(steps):
            if met:  # an intersection has done this step too
                met -= 1
                if self.recorder is not None:
                    self.recorder.step(step, bindings.length)
                continue
            if not bindings.length:
                return
            self.guard.check_time()
            match step:
                case Match():
                    met = step.meets
                    if met:
                        joined = meet(self, steps[place : place + 1 + met], bindings)
                    else:
                        joined = self.match(step, bindings)
                    if joined is None:
                        middle = bindings.length // 2
                        yield from self.stream(steps[place:], bindings.part(0, middle))
                        bindings = bindings.part(middle, bindings.length)
                        yield from self.stream(steps[place:], bindings)
                        return
                    bindings = joined
                case Absent():
                    bindings = bindings.where(~self.has_match(step, bindings))
                case Compute():
                    column = self.evaluate(step.term, bindings)
                    bindings = Bindings(bindings.length, bindings.columns | {step.name: column})
                case Test():
                    bindings = bindings.where(self.test(step.compare, bindings))
                case Fold():
                    bindings = fold(self, step, bindings)
                case Group():
                    bindings = group(self, step, bindings)
                case Ranked():
                    bindings = ranked(self, step, bindings)
            if self.recorder is not None:
                self.recorder.step(step, bindings.length)
        if bindings.length:
            yield bindings

    def collect(
        self, steps: Sequence[Step], bindings: Bindings, wanted: Sequence[str] | None
    ) -> Bindings | None:
        """All bindings that satisfy every step in one table, or None if there are none.

        `wanted` are the columns that will be read; None: all may be.
        """
        if wanted is not None and self.before is None and self.recorder is None:
            body = self.body(steps, tuple(bindings.columns), wanted)
            if body is not None:
                room = self.guard.room()
                columns, rows, stop = body.collect(
                    list(bindings.columns.values()), bindings.length, room
                )
                self.guard.obey(stop)
                if not stop:
                    found = Bindings(rows, dict(zip(wanted, columns, strict=True)))
                    return found if rows else None
        tables: list[Bindings] = []
        length = 0
        for table in self.stream(steps, bindings):
            tables.append(table)
            length += table.length
            self.guard.reserve(2 * length, len(table.columns))
        return concatenate(self.backend, tables) if tables else None

    # --- atoms -----------------------------------------------------------------------------------

    def match(self, step: Match, bindings: Bindings) -> Bindings | None:
        """The join of the bindings with an atom; None if it is too large to do in one piece."""
        self._ask(step, bindings)
        stored = self.relations[step.relation]
        columns = tuple(column for column, _ in step.keys)
        bound = tuple(column for column, _ in step.binds) + tuple(b for _, b in step.equal)
        if stored.classes is not None:
            through = through_classes(self, step, bindings)
            if through is not None:
                return through
        start, stop = stored.span(step.version)
        if start >= stop:
            return Bindings(0, {})
        if bindings.length == 1 and not step.exists and self._takes_all(step, stored, bound):
            return self._every_row(step, stored, bindings, start, stop)
        scan = not any(isinstance(term, Var) for _, term in step.keys)
        if scan:
            found = self._scan(step, stored, self.backend.numbers(start, stop), columns + bound)
            if step.exists:
                return bindings if len(found) else Bindings(0, {})
            total = bindings.length * len(found)
        elif step.exists and (start, stop) == (0, stored.visible) and self.before is None:
            index = stored.index(columns, bound)
            keys = self.key_columns(step.keys, bindings)
            return bindings.where(self.backend.contains(index, keys, bindings.length))
        elif self._seeks(step, stored, columns, bound, bindings.length):
            whole = [stored.column(place) for place in columns]
            keys = self.key_columns(step.keys, bindings)
            left, right = self.backend.seek(whole, stored.visible, keys, bindings.length)
            self.guard.reserve(len(left), len(step.live) + 2)
            left, right = self._within(step, stored, left, right, start, stop)
            return self._joined(step, stored, bindings, left, right)
        else:
            index = stored.index(columns, bound)
            keys = self.key_columns(step.keys, bindings)
            pairs = self.backend.probe(index, keys, bindings.length)
            total = pairs.total
        if total > CHUNK and bindings.length > 1:
            return None
        self.guard.reserve(total, len(step.live) + 2)
        if scan:
            width = len(found)
            left = self.backend.repeat(self.backend.numbers(0, bindings.length), width)
            every = self.backend.numbers(0, total)
            right = found if total == width else found[every - left * width]
        else:
            left, right = self._within(step, stored, *pairs.expand(), start, stop)
        if step.exists:
            return bindings.where(self.backend.scatter(bindings.length, False, left, True))
        return self._joined(step, stored, bindings, left, right)

    def _seeks(
        self,
        step: Match,
        stored: Stored,
        columns: tuple[int, ...],
        bound: tuple[int, ...],
        length: int,
    ) -> bool:
        """Whether to go once through a large relation rather than make an index of it for few
        bindings. Asked for a second time, it gets the index."""
        if step.exists or stored.visible < max(SEEK, 16 * length) or stored.masked(columns + bound):
            return False
        return stored.is_first_look(columns)

    def _takes_all(self, step: Match, stored: Stored, bound: tuple[int, ...]) -> bool:
        """Whether an atom matches every row of its version."""
        return not (step.keys or step.equal or stored.masked(bound)) and self.before is None

    def _every_row(
        self, step: Match, stored: Stored, bindings: Bindings, start: int, stop: int
    ) -> Bindings:
        """One binding with each row of a version; the columns stay where they are."""
        rows = stop - start
        self.guard.reserve(rows, len(bindings.columns) + (step.row is not None))
        taken = {name: self.backend.repeat(c, rows) for name, c in bindings.columns.items()}
        for column, name in step.binds:
            taken[name] = stored.column(column)[start:stop]
        if step.row is not None:
            taken[step.row] = self.backend.numbers(start, stop)
        live = {name: c for name, c in taken.items() if name in step.live or name == step.row}
        return Bindings(rows, live)

    def _joined(
        self, step: Match, stored: Stored, bindings: Bindings, left: Rows, right: Rows
    ) -> Bindings:
        taken = bindings.take(left, step.live)
        for column, name in step.binds:
            if name in step.live:
                taken[name] = stored.column(column)[right]
        if step.row is not None:
            taken[step.row] = right
        return Bindings(len(left), taken)

    def _scan(self, step: Match, stored: Stored, rows: Rows, filled: Sequence[int]) -> Rows:
        """The rows of a version that have the constants of the atom."""
        rows = stored.filled(filled, rows)
        for column, term in step.keys:
            assert isinstance(term, Const)
            code = encode_constant(term, self.symbols)
            rows = rows[stored.column(column)[rows] == code]
        for first, second in step.equal:
            rows = rows[stored.column(first)[rows] == stored.column(second)[rows]]
        if self.before is not None:
            rows = rows[rows < stored.before(self.before)]
        return rows

    def _within(
        self, step: Match, stored: Stored, left: Rows, right: Rows, start: int, stop: int
    ) -> tuple[Rows, Rows]:
        """The pairs whose row is of the version, equal where the atom repeats a variable."""
        keep: Mask | None = None
        if (start, stop) != (0, stored.visible):
            keep = (right >= start) & (right < stop)
        if self.before is not None:
            older = right < stored.before(self.before)
            keep = older if keep is None else keep & older
        for first, second in step.equal:
            same = stored.column(first)[right] == stored.column(second)[right]
            keep = same if keep is None else keep & same
        return (left, right) if keep is None else (left[keep], right[keep])

    def _ask(self, step: Match | Absent, bindings: Bindings) -> None:
        """Ask the provider of a relation, if it has one, about what a step looks up."""
        if step.inputs is not None and step.relation in self.outside:
            terms = dict(step.keys)
            keys = self.evaluate_all([terms[place] for place in step.inputs], bindings)
            self.outside[step.relation].ask(keys, bindings.length, self.guard)

    def has_match(self, step: Absent, bindings: Bindings) -> Mask:
        self._ask(step, bindings)
        stored = self.relations[step.relation]
        columns = tuple(column for column, _ in step.keys)
        keys = self.key_columns(step.keys, bindings)
        return self.backend.contains(stored.index(columns), keys, bindings.length)

    def key_columns(self, keys: Sequence[tuple[int, Term]], bindings: Bindings) -> list[Column]:
        return self.evaluate_all([term for _, term in keys], bindings)

    # --- terms -----------------------------------------------------------------------------------

    def evaluate_all(self, terms: Sequence[Term], bindings: Bindings) -> list[Column]:
        return [self.evaluate(term, bindings) for term in terms]

    def evaluate(self, term: Term, bindings: Bindings) -> Column:
        """A term for every binding."""
        match term:
            case Var():
                return bindings.columns[term.name]
            case Const():
                return self.backend.constant(encode_constant(term, self.symbols), bindings.length)
            case Call():
                if bindings.length <= PART:
                    return self._call(term, bindings)
                parts = self.guard.parts(bindings.length)
                return self.backend.concatenate(
                    [self._call(term, bindings.part(*p)) for p in parts]
                )

    def _call(self, call: Call, bindings: Bindings) -> Column:
        columns = [self.evaluate(argument, bindings) for argument in call.args]
        backend, symbols = self.backend, self.symbols
        if call.functor == CAST and call.type is Type.SYMBOL:
            self._check_texts(columns[0], call)
        if call.functor in ("ord", CAST):
            return columns[0]
        if call.functor in self.coded:
            return self._on_host(self.coded[call.functor], columns, bindings.length)
        kinds = [argument.type for argument in call.args]
        if call.functor == "to_string" and kinds[0] is Type.DATE:
            return self._on_host(partial(date_texts, symbols), columns, bindings.length)
        try:
            if call.functor in self.python:
                own = partial(apply, self.python[call.functor], call, symbols)
                return self._on_host(own, columns, bindings.length)
            values = [
                backend.typed(c, kind, symbols) for c, kind in zip(columns, kinds, strict=True)
            ]
            result = backend.map(call.functor, values)
        except UndefinedError as problem:
            raise self.undefined(problem, call) from problem.__cause__
        return backend.untyped(result, call.type, symbols)

    def values(self, column: Column, kind: Type) -> list[Any]:
        """A column as Python values."""
        return decode(self.backend.host(column), None, kind, self.symbols)

    def _on_host(
        self,
        function: Callable[[list[host.Column], int], host.Column],
        columns: Sequence[Column],
        length: int,
    ) -> Column:
        """What works on codes, whatever they mean, and on Python's own values."""
        return self.backend.own(function(list(map(self.backend.host, columns)), length))

    def test(self, compare: Compare, bindings: Bindings) -> Mask:
        """Whether a comparison holds, for every binding."""
        sides = [self.evaluate(side, bindings) for side in (compare.left, compare.right)]
        if compare.op in ("match", "contains"):
            return self._test_text(compare, sides)
        if compare.op not in ("=", "!="):  # equal values are equal columns
            whole = self.backend.concatenate(sides)
            both = self.backend.sortable(whole, compare.left.type, self.symbols)
            sides = [both[: bindings.length], both[bindings.length :]]
        found: Mask = _COMPARE[compare.op](*sides)
        return found

    def _test_text(self, compare: Compare, sides: Sequence[Column]) -> Mask:
        backend, masks = self.backend, []
        for start, stop in self.guard.parts(len(sides[0])):
            texts = [backend.typed(c[start:stop], Type.SYMBOL, self.symbols) for c in sides]
            try:
                masks.append(backend.map(compare.op, texts) != 0)
            except UndefinedError as problem:
                raise self.undefined(problem, compare) from None
        return backend.concatenate(masks)

    def _check_texts(self, codes: Column, call: Call) -> None:
        """E281 where a number that is taken for a text is no text's."""
        wrong = codes[(codes < 0) | (codes >= len(self.symbols))]
        if len(wrong):
            problem = UndefinedError(281, f"no text has the number {int(wrong[0])}")
            raise self.undefined(problem, call)

    def undefined(self, problem: UndefinedError, where: Call | Compare | Aggregate) -> ProgramError:
        message = problem.message
        rule = self.guard.rule
        if rule is not None and rule.span is not None:
            message += f", in the rule `{show_clause(rule.span)}`"
        span = where.span or (rule.span if rule else None)
        return ProgramError(problem.number, message, span)


def _step_by_step(steps: Sequence[Step], given: Sequence[str], wanted: Sequence[str]) -> None:
    """No body runs as a whole."""


_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
