"""Datalog over the tables, as a grammar: every sentence parses, type-checks and is safe.

    answer(x) :- games(year: 1964, city: x).
    answer(x) :- games(city: x, medals: m), m > 100.
    answer(n) :- n = count : { games(row: r, city: "Paris") ; games(row: r, city: "Rome") }.
    answer(a) :- a = argmax x by m : { games(nation: x, medals: m) }.

A variable is named after its part, so a rule of the grammar knows its type: `x` is asked for, `m`
is measured, `n` is a number found and `d` a difference; `k`, `f`, `s`, `w` are numbers, fractions,
texts and dates to compare, `r` is the row. A variable is used only behind the atom that binds it.
Arguments come in any order; a column that is named twice must have both values (`twice.py` writes
that out).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from trivium.ask.candidate import answer_name
from trivium.ask.grammar.constants import Constants, constants_of
from trivium.ask.grammar.grammar import Alternative, Grammar, Maker, Part, Rule
from trivium.ask.telling import telling_columns
from trivium.ground.table import Table
from trivium.ir.text import quoted
from trivium.ir.types import Type

# What is bound: a variable, and the type of its column.
Slot = tuple[str, Type]
Slots = frozenset[Slot]

_N, _F, _S, _D = Type.NUMBER, Type.FLOAT, Type.SYMBOL, Type.DATE
_KINDS = (_N, _F, _S, _D)
_ROW: Slot = ("r", _N)
# What a body may bind beside what is asked, to compare it.
_COMPARED: tuple[Slot, ...] = (("k", _N), ("f", _F), ("s", _S), ("w", _D), _ROW)
_ORDER = ("<", "<=", ">", ">=", "=", "!=")
_FENCE = "```datalog\n", "\n```"


def datalog_grammar(question: str, tables: Sequence[Table], names: Collection[str] = ()) -> Grammar:
    """The programs over one of the tables that may answer the question, in their fence.

    `names` are those of all tables. Raises ValueError without tables.
    """
    maker = Maker()
    answer = answer_name([*names, *(table.name for table in tables)])
    programs: list[Alternative] = []
    for table in tables:
        part = _Over(maker, table, constants_of(question, table), answer)
        for kind in _KINDS:
            rules = list(part.rules(kind))
            if rules:
                rule = maker.rule(f"rule_{table.name}_{kind}", *rules)
                programs += [[rule], [rule, "\n", rule]]
    if not programs:
        raise ValueError("a grammar needs a table with columns")
    program = maker.rule("program", *programs)
    return maker.grammar([_FENCE[0], program, _FENCE[1]])


class _Over:
    """The parts of a grammar that speak of one table."""

    def __init__(self, maker: Maker, table: Table, constants: Constants, answer: str) -> None:
        self.maker = maker
        self.answer = answer
        self.name = table.name
        self.constants = constants
        self.columns = [(name, Type(kind)) for name, kind, _ in telling_columns(table)]
        self.kinds = {kind for _, kind in self.columns}
        self.given = self._given()

    # --- rules of the program, by the type of what they answer -----------------------------------

    def rules(self, kind: Type) -> Iterator[Alternative]:
        asked: Slot = ("x", kind)
        if kind in self.kinds:
            yield from self._looked_up(asked)
            for measure in _KINDS:
                if measure in self.kinds and measure is not _S:
                    body = self.braces(frozenset({asked, ("m", measure)}))
                    yield [f"{self.answer}(a) :- a = ", self._most(), " x by m : ", body, "."]
            if kind is not _S:
                measured = self.braces(frozenset({("m", kind)}))
                ends = self.maker.rule("least_most", ["min"], ["max"])
                yield [f"{self.answer}(n) :- n = ", ends, " m : ", measured, "."]
        if kind is _N:
            yield [f"{self.answer}(n) :- n = count : ", self._counted(), "."]
            one, other = self._counted(), self._counted()
            counts: list[Part] = ["a = count : ", one, ", b = count : ", other, ", d = a "]
            yield [f"{self.answer}(d) :- ", *counts, self._sign(), " b."]
        if kind in (_N, _F) and kind in self.kinds:
            both = self.atom(frozenset({("a", kind)})), self.atom(frozenset({("b", kind)}))
            yield [f"{self.answer}(d) :- ", both[0], ", ", both[1], ", d = a ", self._sign(), " b."]
            yield [f"{self.answer}(n) :- n = sum m : ", self.braces(frozenset({("m", kind)})), "."]
        if kind is _F:
            for measure in (_N, _F):
                if measure in self.kinds:
                    body = self.braces(frozenset({("m", measure)}))
                    yield [f"{self.answer}(n) :- n = mean m : ", body, "."]

    def _looked_up(self, asked: Slot) -> Iterator[Alternative]:
        yield [f"{self.answer}(x) :- ", self.body(frozenset({asked})), "."]
        row = frozenset({_ROW})
        beside = self.maker.rule("beside", [" + 1"], [" - 1"])
        other = self.arguments(frozenset({asked}))
        yield [
            f"{self.answer}(x) :- ",
            self.atom(row),
            f", {self.name}(row: r",
            beside,
            ", ",
            other,
            ").",
        ]
        end = self.maker.rule("first_last", ["min"], ["max"])
        every = self.arguments(frozenset({("q", _N)}), rows="q")
        both = self.atom(frozenset({asked, _ROW}))
        yield [f"{self.answer}(x) :- ", both, ", r = ", end, f" q : {{ {self.name}(", every, ") }."]

    def _most(self) -> Rule:
        return self.maker.rule("argmost", ["argmin"], ["argmax"])

    def _sign(self) -> Rule:
        return self.maker.rule("sign", ["-"], ["+"])

    def _counted(self) -> Rule:
        """What is counted: rows, or different values of a column."""
        bodies: list[Part] = [self.braces(frozenset({_ROW}))]
        if self.given is not None:  # without a row, two sides would not add up
            one = self.body(frozenset())
            bodies.append(self.maker.rule(f"counted_rows_{self.name}", ["{ ", one, " }"]))
        bodies += [self.braces(frozenset({("x", kind)})) for kind in _KINDS if kind in self.kinds]
        return self.maker.rule(f"counted_{self.name}", *([body] for body in bodies))

    # --- bodies ----------------------------------------------------------------------------------

    def braces(self, needed: Slots) -> Rule:
        """`{ body }` or `{ body ; body }`; each body binds what is needed."""
        body = self.body(needed)
        name = f"braces_{self.name}_{_key(needed)}"
        return self.maker.rule(name, ["{ ", body, " }"], ["{ ", body, " ; ", body, " }"])

    def body(self, needed: Slots) -> Rule:
        """An atom that binds what is needed, and conditions on what it binds."""
        alternatives: list[Alternative] = []
        if needed or self.given is not None:
            tests = [self.condition(slot) for slot in sorted(needed)]
            known = [test for test in tests if test is not None]
            parts: list[Part] = [self.atom(needed)]
            if known:
                one = self.maker.rule(f"on_{self.name}_{_key(needed)}", *([test] for test in known))
                parts.append(self.maker.maybe(", ", one))
            alternatives.append(parts)
        for extra in _COMPARED:
            has = extra[1] in self.kinds or (extra[0] == "k" and _F in self.kinds)
            test = self.condition(extra) if has and extra not in needed else None
            if test is not None:
                more = self.maker.maybe(", ", test)
                alternatives.append([self.atom(needed | {extra}), ", ", test, more])
        return self.maker.rule(f"body_{self.name}_{_key(needed)}", *alternatives)

    def atom(self, bound: Slots) -> Rule:
        """`table(...)`, with the variables `bound` and any constants."""
        name = f"atom_{self.name}_{_key(bound)}"
        return self.maker.rule(name, [f"{self.name}(", self.arguments(bound), ")"])

    def arguments(self, bound: Slots, rows: str = "r") -> Rule:
        """Arguments in any order, among them one that binds each variable. There is at most one
        constant before each variable and two at the end, so a model that repeats itself ends."""
        bare = self._bare(bound, rows)
        if self.given is None or not bound:
            return bare
        name = f"arguments_{self.name}_{_key(bound)}"
        return self.maker.rule(name, [bare], [self.given, ", ", bare])

    def _bare(self, bound: Slots, rows: str) -> Rule:
        """Arguments that do not begin with a constant, unless nothing is bound."""

        def alternatives() -> list[Alternative]:
            if not bound:
                assert self.given is not None
                return [[self.given], [self.given, ", ", self.given]]
            found: list[Alternative] = []
            for slot in sorted(bound):
                item, left = self._item(slot, rows), bound - {slot}
                if not left:
                    found.append([item])
                if left or self.given is not None:
                    found.append([item, ", ", self.arguments(left, rows)])
            return found

        return self.maker.later(f"bare_{self.name}_{_key(bound)}", alternatives)

    def _item(self, slot: Slot, rows: str) -> Rule:
        variable, kind = slot
        if variable == rows:
            return self.maker.rule(f"row_{variable}", [f"row: {variable}"])
        kinds = (_N, _F) if variable == "k" else (kind,)  # an integer is compared with both
        columns = [name for name, its in self.columns if its in kinds and name != "row"]
        columns = columns or ["row"]
        name = f"item_{self.name}_{variable}_{kind}"
        return self.maker.rule(name, *([f"{column}: {variable}"] for column in columns))

    # --- constants -------------------------------------------------------------------------------

    def _given(self) -> Rule | None:
        """`column: constant`, for every column with a constant."""
        alternatives: list[Alternative] = []
        for name, kind in self.columns:
            if name == "row":
                constant: Rule | None = self.maker.rule("row_number", ["1"], *self._integers())
            else:
                constant = self._texts(name) if kind is _S else self._constant(kind)
            if constant is not None:
                alternatives.append([f"{name}: ", constant])
        return self.maker.rule(f"given_{self.name}", *alternatives) if alternatives else None

    def _texts(self, column: str) -> Rule | None:
        texts = self.constants.texts.get(column, ())
        name = f"text_{self.name}_{column}"
        return self.maker.rule(name, *([quoted(text)] for text in texts)) if texts else None

    def _integers(self) -> list[Alternative]:
        return [[str(number)] for number in self.constants.integers if number != 1]

    def _constant(self, kind: Type, variable: str = "") -> Rule | None:
        known: list[str] = []
        if kind is _N:
            known = [str(number) for number in self.constants.integers]
        elif kind is _F:
            known = [repr(number).removesuffix(".0") for number in self.constants.floats]
            known = [text for text in known if "e" not in text]
            if variable == "f" and all("." not in text for text in known):
                return None  # `k` does for them
        elif kind is _D:
            known = [f'date("{date}")' for date in self.constants.dates]
        if not known:
            return None
        return self.maker.rule(f"constant_{self.name}_{kind}", *([text] for text in known))

    def condition(self, slot: Slot) -> Rule | None:
        """A test of a variable, or None if there is no constant to test it by."""
        variable, kind = slot
        alternatives: list[Alternative] = []
        if slot == _ROW:
            if self.given is not None:
                alternatives.append([f"!{self.name}(row: r, ", self.given, ")"])
        elif kind is _S:
            words = self.constants.words
            if words:
                word = self.maker.rule("word", *([quoted(word)] for word in words))
                alternatives.append(["contains(", word, f", lower({variable}))"])
        else:
            constant = self._constant(kind, variable)
            order = self.maker.rule("order", *([f" {sign} "] for sign in _ORDER))
            if constant is not None:
                alternatives.append([variable, order, constant])
            if kind is _D and self._constant(_N) is not None:
                years = self._constant(_N)
                assert years is not None
                alternatives.append([f"year({variable})", order, years])
        if not alternatives:
            return None
        return self.maker.rule(f"condition_{self.name}_{variable}_{kind}", *alternatives)


def _key(slots: Slots) -> str:
    return "_".join(f"{variable}{kind}" for variable, kind in sorted(slots)) or "nothing"
