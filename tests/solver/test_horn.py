"""Horn problems: the engine and Z3 give the same verdict."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.solver.deduce import _by_z3, deduce
from trivium.solver.forms.fol_printer import show
from trivium.solver.forms.logic import Apply, Binder, Bound, Expression, Operation
from trivium.solver.verdict import Premise

constants = st.sampled_from(["a", "b", "c"])
predicates = st.sampled_from([("P", 1), ("Q", 1), ("R", 2)])


@st.composite
def atoms(draw: st.DrawFn, names: st.SearchStrategy[str]) -> Expression:
    symbol, arity = draw(predicates)
    return Apply(symbol, tuple(Apply(draw(names)) for _ in range(arity)))


@st.composite
def horn_premises(draw: st.DrawFn) -> Expression:
    if draw(st.booleans()):
        return draw(atoms(constants))
    names = constants | st.sampled_from(["x", "y"])
    body = draw(st.lists(atoms(names), min_size=1, max_size=2))
    head = draw(atoms(names))
    whole = body[0] if len(body) == 1 else Operation("and", tuple(body))
    if draw(st.integers(0, 4)) == 0:
        rule: Expression = Operation("not", (whole,))
    else:
        rule = Operation("implies", (whole, head))
    return Binder("forall", (Bound("x"), Bound("y")), rule)


@settings(max_examples=60, deadline=None)
@given(st.lists(horn_premises(), min_size=1, max_size=6), atoms(constants), st.booleans())
def test_the_engine_agrees_with_z3(
    formulas: list[Expression], statement: Expression, denied: bool
) -> None:
    statement = Operation("not", (statement,)) if denied else statement
    premises = [Premise(n, show(f), f) for n, f in enumerate(formulas, 1)]
    ours = deduce(premises, statement, 20)
    theirs = _by_z3(premises, statement, 20, None)
    assert ours.by == "engine"
    assert ours.status == theirs.status
    if ours.used:
        # What the engine names is enough.
        again = _by_z3(list(ours.used), statement, 20, None)
        assert again.status == ours.status
