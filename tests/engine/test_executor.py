"""Control knows only what an executor promises: one without columns runs programs too."""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.engine.rowwise import RowBackend, Rows, RowTask
from tests.test_programs import PROGRAMS, show

from trivium.engine import contract
from trivium.engine.limits import Guard
from trivium.engine.native import Native
from trivium.engine.reference import Reference
from trivium.engine.stepwise import StepTask
from trivium.engine.symbols import SymbolTable
from trivium.errors import BackendError, LimitError
from trivium.ir import nodes
from trivium.ir.types import Type
from trivium.program import Limits, Program

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."


EDGE = nodes.Relation("edge", (nodes.Column("x", Type.NUMBER),))
NOW = contract.Context(SymbolTable(), Guard(Limits()))
PROMISES = {
    contract.Relation: (Reference().store(EDGE), Rows(EDGE)),
    contract.Executor: (Reference().start(NOW), RowBackend().start(NOW)),
    contract.Task: (StepTask, RowTask),
    contract.Backend: (Reference, Native, RowBackend),
    contract.Columns: (Reference, Native),
}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_each_kind_keeps_its_promise(promise: type) -> None:
    named = {*vars(promise), *promise.__annotations__}
    for kind in PROMISES[promise]:
        missing = [n for n in named if not n.startswith("_") and not hasattr(kind, n)]
        assert set(missing) <= {"plan"}  # which a task has once it is made


def test_programs() -> None:
    ran = []
    for path in PROGRAMS:
        program = Program(path.read_text(encoding="utf-8"), name=path.name)
        with suppress(BackendError):
            result = program.run(backend=RowBackend())
            assert show(result) == path.with_suffix(".expected").read_text(encoding="utf-8")
            ran.append(path)
    assert len(ran) >= 20


def test_rows_have_proofs() -> None:
    result = Program(CLOSURE).run(edge=[(1, 2), (2, 3), (3, 1)], backend=RowBackend())
    plain = Program(CLOSURE).run(edge=[(1, 2), (2, 3), (3, 1)], backend="reference")
    assert result["path"].rows() == plain["path"].rows()
    assert str(result.why("path", (1, 1))) == str(plain.why("path", (1, 1)))
    assert str(result.why_not("path", (4, 1))) == str(plain.why_not("path", (4, 1)))


def test_updates_are_followed() -> None:
    edges = [(1, 2), (2, 3), (3, 1), (3, 4)]
    result = Program(CLOSURE).run(edge=edges, backend=RowBackend())
    changed = result.update(insert={"edge": [(4, 5)]}, delete={"edge": [(1, 2)]})
    plain = Program(CLOSURE).run(edge=[*edges[1:], (4, 5)], backend="reference")
    assert changed["path"].rows() == plain["path"].rows()


def test_limits_hold() -> None:
    program = Program("n(0).  n(x + 1) :- n(x).")
    with pytest.raises(LimitError, match="E302"):
        program.run(backend=RowBackend(), limits=Limits(rows=50))


NEEDS = {
    "aggregates": "p(n) :- n = count : { edge(_, _) }.",
    "choices": ".decl edge(x: number, y: number)\n.decl p(x: number, y: number) choice-domain x\n"
    "p(x, y) :- edge(x, y).",
    "probabilities": "0.5::edge(3, 4).  p(x) :- edge(x, 2).",
    "functions": ".functor twice(x: number): number\np(@twice(x)) :- edge(x, _).",
    "subsumption": ".decl edge(x: number, y: number)\n.decl p(x: number, y: number)\n"
    "p(x, y) :- edge(x, y).  p(x, a) <= p(x, b) :- b < a.",
    "terms": ".decl edge(x: number, y: number)\n.type Pair = [x: number, y: number]\n"
    ".decl p(p: Pair)\np([x, y]) :- edge(x, y).",
}


@pytest.mark.parametrize("need", NEEDS)
def test_what_it_lacks_is_refused(need: str) -> None:
    functions = {"twice": lambda x: 2 * x} if need == "functions" else {}
    program = Program(NEEDS[need], functions=functions)
    with pytest.raises(BackendError) as caught:
        program.run(edge=[(1, 2)], backend=RowBackend())
    assert caught.value.number == 405
    assert f"the backend `rows` has no {need}" in str(caught.value)
    assert len(program.run(edge=[(1, 2)], backend="reference")["p"]) == 1
