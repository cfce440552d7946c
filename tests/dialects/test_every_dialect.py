"""One suite over all dialects: the same question in each, through the same faces.

Each case says for which dialects it is; where one lacks what the case is about, that it says so is
the case. The graph is 1 → 2 → 3 and 1 → 3, and what is asked is what 1 reaches in one or two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import trivium as tv
from trivium import Program, TriviumError
from trivium.dialects import DIALECTS
from trivium.errors import ProgramError
from trivium.ir.nodes import Column, Relation
from trivium.ir.types import Type
from trivium.plan.statistics import Planning
from trivium.probability.semirings import Counting, Tropical
from trivium.program import Limits

EDGES = [(1, 2), (2, 3), (1, 3)]
DATA = {"edge": {"x": [1, 2, 1], "y": [2, 3, 3]}}
NAME = {"souffle": "path", "problog": "path", "sql": "answer"}
TEXT = {
    "souffle": """
        path(x, y) :- edge(x, y), x = 1.
        path(x, z) :- edge(x, y), edge(y, z), x = 1.
        .output path
    """,
    "problog": """
        path(1,Y) :- edge(1,Y).
        path(1,Z) :- edge(1,Y), edge(Y,Z).
        query(path(_,_)).
    """,
    "sql": """
        SELECT x, y FROM edge WHERE x = 1
        UNION SELECT a.x, b.y FROM edge a JOIN edge b ON a.y = b.x WHERE a.x = 1 ORDER BY y
    """,
}
ROWS = [(1, 2), (1, 3)]
# A network has no rules: what it has in common with these is in its own suite.
ALL = tuple(TEXT)
every = pytest.mark.parametrize("dialect", ALL)


def program(dialect: str, **more: Any) -> Program:
    return Program(TEXT[dialect], dialect, **more)


def run(dialect: str, **more: Any) -> tv.Result:
    return program(dialect).run(DATA, **more)


def lacks(dialect: str, what: str) -> bool:
    return what in DIALECTS[dialect].lacks


def numbered(number: int, call: Callable[[], Any]) -> TriviumError:
    with pytest.raises(TriviumError) as caught:
        call()
    assert caught.value.number == number, caught.value
    return caught.value


def refused(dialect: str, what: str, call: Callable[[], Any]) -> None:
    """It says that it lacks this, why, and who has it."""
    error = numbered(316, call)
    assert f"no `{what}`" in error.message
    able = [other for other in ALL if not lacks(other, what)]
    assert able
    assert all(f"`{other}`" in (error.hint or "") for other in able)


# --- the rows ------------------------------------------------------------------------------------


@every
def test_rows(dialect: str) -> None:
    view = run(dialect)[NAME[dialect]]
    assert view.rows() == ROWS
    assert list(view) == ROWS
    assert len(view) == 2
    assert (1, 3) in view
    assert (3, 1) not in view


@every
def test_rows_of_the_one_output(dialect: str) -> None:
    result = run(dialect)
    assert result.rows() == ROWS


@every
def test_arrow(dialect: str) -> None:
    table = run(dialect).arrow(sort=True)
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS


@every
def test_polars(dialect: str) -> None:
    pytest.importorskip("polars")
    assert run(dialect).polars(sort=True).rows() == ROWS


@every
def test_pandas(dialect: str) -> None:
    pytest.importorskip("pandas")
    frame = run(dialect).pandas(sort=True)
    assert [tuple(row) for row in frame.itertuples(index=False)] == ROWS


@every
def test_numpy(dialect: str) -> None:
    assert [tuple(row) for row in run(dialect).numpy(sort=True).tolist()] == ROWS


@every
def test_one_column(dialect: str) -> None:
    view = run(dialect)[NAME[dialect]]
    assert view.column(view.columns[1]) == [2, 3]


@every
def test_shown_as_a_table(dialect: str) -> None:
    view = run(dialect)[NAME[dialect]]
    assert "2 rows" in repr(view)
    assert "<table>" in view._repr_html_()
    assert "<table>" in run(dialect)._repr_html_()
    assert "object at" not in repr(run(dialect))


@every
def test_what_there_is(dialect: str) -> None:
    result = run(dialect)
    name = NAME[dialect]
    assert name in result
    assert "nope" not in result
    assert name in result.relations
    assert result.outputs == (name,)
    with pytest.raises(KeyError, match="nope"):
        result["nope"]


@every
def test_stats(dialect: str) -> None:
    stats = run(dialect).stats
    assert stats.seconds >= 0
    assert stats.rows


# --- why -----------------------------------------------------------------------------------------


@every
def test_why(dialect: str) -> None:
    result = run(dialect)
    assert "3" in str(result.why(NAME[dialect], (1, 3)))
    assert str(result.why((1, 3))) == str(result.why(NAME[dialect], (1, 3)))


@every
def test_why_of_what_does_not_hold(dialect: str) -> None:
    error = numbered(661, lambda: run(dialect).why(NAME[dialect], (3, 1)))
    assert ("why_not" in (error.hint or "")) == (not lacks(dialect, "why_not"))


@every
def test_why_not(dialect: str) -> None:
    result = run(dialect)
    if lacks(dialect, "why_not"):
        refused(dialect, "why_not", lambda: result.why_not(NAME[dialect], (3, 1)))
    else:
        assert "edge" in str(result.why_not(NAME[dialect], (3, 1)))
        numbered(661, lambda: result.why_not(NAME[dialect], (1, 3)))


@every
def test_an_unknown_relation(dialect: str) -> None:
    with pytest.raises(ProgramError) as caught:
        run(dialect).why("nope", (1, 3))
    assert caught.value.number in (201, 291)


# --- probability ---------------------------------------------------------------------------------


@every
def test_probability_of_certain_rows(dialect: str) -> None:
    result, name = run(dialect), NAME[dialect]
    assert result.probability(name, (1, 3)) == 1.0
    assert result.probability(name, (3, 1)) == 0.0
    assert result.bounds(name, (1, 3)) == (1.0, 1.0)
    assert result.probabilities(name) == {(1, 2): 1.0, (1, 3): 1.0}
    assert result.probabilities(name, [(3, 1), (1, 2)]) == {(3, 1): 0.0, (1, 2): 1.0}


@every
def test_answers(dialect: str) -> None:
    answers = run(dialect).answers
    assert list(answers.values()) == [1.0, 1.0]
    assert all(text.startswith(NAME[dialect]) for text in answers)


@every
def test_the_method_and_the_most_probable_world(dialect: str) -> None:
    result = run(dialect)
    assert result.method in ("certain", "exact")
    assert result.most_probable().probability == 1.0


@every
def test_weights_over_certain_rows(dialect: str) -> None:
    result, name = run(dialect), NAME[dialect]
    assert result.evaluate(name, (1, 3), Counting()) == 1
    assert result.evaluate(name, (1, 3), Counting(), over=("edge",)) == 2
    assert result.evaluate(name, (1, 2), Counting(), over=("edge",)) == 1
    assert result.evaluate(name, (3, 1), Counting(), over=("edge",)) == 0


@every
def test_costs_over_certain_rows(dialect: str) -> None:
    result, name = run(dialect), NAME[dialect]
    costs = {"1,2)": 1.0, "2,3)": 1.0, "1,3)": 5.0}  # a table's rows have a number first

    def cost(graph: Any) -> Tropical:
        names = {n: graph.names[n].replace(" ", "") for n in range(len(graph.weights))}
        return Tropical(
            {n: next(c for end, c in costs.items() if t.endswith(end)) for n, t in names.items()}
        )

    assert result.evaluate(name, (1, 3), cost, over=("edge",)) == 2.0


@every
def test_weights_over_an_unknown_relation(dialect: str) -> None:
    with pytest.raises(ProgramError) as caught:
        run(dialect).evaluate(NAME[dialect], (1, 3), Counting(), over=("egde",))
    assert caught.value.number in (201, 291)


@every
def test_decisions_need_utilities(dialect: str) -> None:
    numbered(299, lambda: run(dialect).decide())
    numbered(299, lambda: run(dialect).expected_utility())
    if lacks(dialect, "decide"):
        refused(dialect, "decide", lambda: program(dialect).decide(DATA))
    else:
        numbered(299, lambda: program(dialect).decide(DATA))


@every
def test_learning_needs_open_probabilities(dialect: str) -> None:
    learn = program(dialect).learn
    if lacks(dialect, "learn"):
        refused(dialect, "learn", lambda: learn([[("path", (1, 2), True)]], DATA))
    else:
        numbered(314, lambda: learn([[("path", (1, 2), True)]], DATA))


# --- programs ------------------------------------------------------------------------------------


@every
def test_the_typed_program(dialect: str) -> None:
    over = Program.over(TEXT[dialect], DATA, dialect=dialect)
    if lacks(dialect, "ir"):
        refused(dialect, "ir", lambda: over.ir)
        refused(dialect, "ir", lambda: run(dialect).program)
    else:
        assert NAME[dialect] in over.ir.relations
        assert NAME[dialect] in run(dialect).program.relations


@every
def test_plans(dialect: str) -> None:
    over = Program.over(TEXT[dialect], DATA, dialect=dialect)
    if lacks(dialect, "plan"):
        refused(dialect, "plan", over.plan)
        refused(dialect, "plan", over.explain)
    else:
        assert over.plan() == over.explain() != ""


@every
def test_models(dialect: str) -> None:
    assert program(dialect).models == {}


@every
def test_a_program_over_data_keeps_it(dialect: str) -> None:
    assert Program.over(TEXT[dialect], DATA, dialect=dialect).run().rows() == ROWS
    assert Program.over(TEXT[dialect], dialect=dialect, **DATA).run().rows() == ROWS


@every
def test_data_in_every_way(dialect: str) -> None:
    made = program(dialect)
    assert made.run(**DATA).rows() == made.run(DATA).rows() == ROWS
    if dialect != "sql":  # whose columns have names
        assert made.run({"edge": EDGES}).rows() == ROWS
    numbered(651, lambda: made.run(DATA, **DATA))
    numbered(651, lambda: made.run(EDGES))  # type: ignore[arg-type]


@every
def test_only_some_relations(dialect: str) -> None:
    name = NAME[dialect]
    result = run(dialect, only=[name])
    assert result[name].rows() == ROWS
    assert result.relations == (name,)
    numbered(291 if dialect == "problog" else 201, lambda: run(dialect, only=["nope"]))


@every
def test_queries(dialect: str) -> None:
    name = NAME[dialect]
    found = program(dialect).query(name, (None, 3), DATA)
    assert found.probability(name, (1, 3)) == 1.0
    if dialect != "problog":  # whose results hold what its program asks, too
        assert found[name].rows() == [(1, 3)]


@every
def test_update(dialect: str) -> None:
    result = run(dialect)
    if lacks(dialect, "update"):
        refused(dialect, "update", lambda: result.update(insert={"edge": [(3, 4)]}))
        refused(dialect, "update", program(dialect).update)
    else:
        assert result.update(delete={"edge": [(1, 2)]}).rows() == [(1, 3)]
        assert result.rows() == ROWS


@every
def test_outputs_are_written(dialect: str, tmp_path: Path) -> None:
    paths = run(dialect).write(tmp_path)
    run(dialect, output_dir=tmp_path / "again")
    assert len(paths) == 1
    assert "3" in paths[0].read_text("utf-8")
    assert (tmp_path / "again" / paths[0].name).read_text("utf-8") == paths[0].read_text("utf-8")


@every
def test_outputs_are_printed(dialect: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(dialect).print()
    assert NAME[dialect] in capsys.readouterr().out


@every
def test_limits(dialect: str) -> None:
    many = {"edge": {"x": [*range(3000)], "y": [*range(1, 3001)]}}
    with pytest.raises(TriviumError) as caught:
        program(dialect).run(many, limits=Limits(seconds=0.0))
    assert caught.value.number == 301


ARGUMENTS: dict[str, Any] = {
    "facts_dir": ".",
    "backend": "reference",
    "planning": Planning(group=False),
    "profile": True,
    "on_error": "skip",
    "weights": {"p": 0.5},
    "inference": "exact",
}


@pytest.mark.parametrize("argument", ARGUMENTS)
@every
def test_arguments_of_a_run(dialect: str, argument: str) -> None:
    value = {argument: ARGUMENTS[argument]}
    if lacks(dialect, argument):
        refused(dialect, argument, lambda: run(dialect, **value))
        refused(dialect, argument, lambda: program(dialect).query(NAME[dialect], (1, 3), DATA, **{
            argument: ARGUMENTS[argument]}))  # fmt: skip
    elif argument != "weights":
        assert run(dialect, **value).rows() == ROWS


@pytest.mark.parametrize("argument", ["functions", "relations", "include", "macros", "passes"])
@every
def test_arguments_of_a_program(dialect: str, argument: str) -> None:
    def double(x: int) -> int:
        return 2 * x

    given: dict[str, Any] = {
        "functions": {"double": double},
        "relations": [Relation("edge", (Column("x", Type.NUMBER), Column("y", Type.NUMBER)))],
        "include": [Path()],
        "macros": {"N": "1"},
        "passes": (),
    }
    if lacks(dialect, argument):
        refused(dialect, argument, lambda: program(dialect, **{argument: given[argument]}))
    else:
        assert program(dialect, **{argument: given[argument]}).run(DATA).rows() == ROWS


WRONG: dict[str, Any] = {
    "facts_dir": 3,
    "output_dir": [(1, 2)],
    "limits": 5,
    "backend": [(1, 2)],
    "planning": [(1, 2)],
    "profile": [(1, 2)],
    "on_error": [(1, 2)],
    "only": [(1, 2)],
    "weights": [(1, 2)],
    "inference": [(1, 2)],
}


@pytest.mark.parametrize("argument", WRONG)
@every
def test_an_argument_that_is_none_is_told(dialect: str, argument: str) -> None:
    error = numbered(317, lambda: run(dialect, **{argument: WRONG[argument]}))
    assert f"`{argument}`" in error.message
    assert "run({" in (error.hint or "")


@pytest.mark.parametrize("name", [*WRONG, "data", "self", "relation", "row", "text", "dialect"])
@every
def test_a_relation_may_be_called_as_an_argument(dialect: str, name: str) -> None:
    text = {
        "souffle": f"path(x, y) :- {name}(x, y).",
        "problog": f"path(X,Y) :- {name}(X,Y). query(path(_,_)).",
        "sql": f'SELECT x, y FROM "{name}"',
    }[dialect]
    data = {name: {"x": [1, 2], "y": [2, 3]}}
    assert Program(text, dialect).run(data).rows() == [(1, 2), (2, 3)]
    assert Program.over(text, data, dialect=dialect).run().rows() == [(1, 2), (2, 3)]
    made = Program(text, dialect).query(NAME[dialect], (1, None), data)
    assert made.probability(NAME[dialect], (1, 2)) == 1.0


def test_an_unknown_dialect() -> None:
    assert "`sql`" in (numbered(311, lambda: Program("", "swl")).hint or "")


# --- what is a query's own -----------------------------------------------------------------------


def test_a_query_keeps_duplicates_order_and_nulls() -> None:
    query = "SELECT s, x > 1 AS big FROM t ORDER BY x DESC"
    t = {"x": [1, 2, 2, None], "s": ["a", "b", "b", "c"]}
    result = Program(query, "sql").run({"t": t})
    rows = [("b", True), ("b", True), ("a", False), ("c", None)]
    assert result.rows() == rows
    assert [tuple(row.values()) for row in result.arrow().to_pylist()] == rows
    assert str(result.arrow().schema.field("big").type) == "bool"
    assert result.polars().rows() == rows
    assert result.numpy()["s"].tolist() == ["b", "b", "a", "c"]
    assert result["answer"].column("big") == [True, True, False, None]
    assert [*result["answer"]] == rows
    assert "answer: 4 rows" in repr(result)


def test_columns_of_one_name_are_told_apart_where_they_must() -> None:
    result = Program("SELECT x, x FROM t", "sql").run({"t": {"x": [1, 2]}})
    assert result["answer"].columns == ("x", "x")
    assert result.polars().columns == ["x", "x_1"]


def test_a_query_within_a_query_of_values() -> None:
    found = Program("SELECT x, y FROM edge", "sql").query("answer", (1, None), DATA)
    assert found.rows() == [(1, 2), (1, 3)]
    numbered(652, lambda: Program("SELECT x FROM edge", "sql").query("answer", (1, 2), DATA))


@pytest.mark.parametrize(
    "name", ["answer", "q1", "many1", "table_0", "table_1", "a b", "城市", "t"]
)
def test_tables_of_any_name(name: str) -> None:
    data = {"table_0": {"z": [9]}, "a b": {"z": [8]}, name: {"x": [1, 2], "x_null": [None, 5]}}
    result = Program(f'SELECT x, x_null FROM "{name}" ORDER BY x', "sql").run(data)
    assert result.rows() == [(1, None), (2, 5)]
    assert result.why((2, 5)).places()
