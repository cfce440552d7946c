"""Programs of the ProbLog dialect: each form of clause, control, lists of uncertain solutions."""

from __future__ import annotations

from pathlib import Path

import pytest

from trivium import Program
from trivium.dialects.problog.program import ProbLogProgram
from trivium.errors import TriviumError
from trivium.program import Limits

GRAPH = """
    0.4::edge(1,2).  0.5::edge(2,3).  0.25::edge(1,3).
    path(X,Y) :- edge(X,Y).
    path(X,Y) :- edge(X,Z), path(Z,Y).
"""


def answers(text: str, **told: float) -> dict[str, float]:
    result = Program(text, dialect="problog").run(weights=told)
    return result.answers  # type: ignore[attr-defined, no-any-return]


def everything(text: str) -> dict[str, float]:
    program = Program(text, dialect="problog")
    return program.run(limits=Limits(rows=20_000)).answers  # type: ignore[attr-defined, no-any-return]


def holds(text: str, goal: str) -> float:
    (value,) = answers(f"{text} query({goal}).").values()
    return value


def test_facts_and_rules() -> None:
    found = answers(GRAPH + "query(path(1,_)).")
    assert found == pytest.approx({"path(1,2)": 0.4, "path(1,3)": 0.4})


def test_the_faces_of_all_programs() -> None:
    program = Program(GRAPH + "query(path(1,_)).", dialect="problog")
    assert isinstance(program.checked, ProbLogProgram)
    result = program.run()
    assert result["path"].rows() == [(1, 2), (1, 3)]
    assert result.probability("path", (1, 3)) == pytest.approx(0.4)
    assert result.probability("path", (2, 3)) == pytest.approx(0.5)  # asked afterwards
    assert result.probability("path", (3, 1)) == 0.0
    assert result.probabilities("path") == pytest.approx({(1, 2): 0.4, (1, 3): 0.4})
    assert result.probabilities("path", [(1, 3)]) == pytest.approx({(1, 3): 0.4})
    assert result.probabilities("path", [(2, 3), (3, 1)]) == {(2, 3): 0.5, (3, 1): 0.0}
    assert result.method == "exact"  # type: ignore[attr-defined]
    assert "probability" in repr(result["path"])
    why = result.why("path", (1, 3))
    assert "depends most on edge(1,3): with it 1, without it 0.2" in str(why)
    found = program.query("path", (None, 3))
    assert found.probabilities("path") == pytest.approx({(1, 2): 0.4, (1, 3): 0.4, (2, 3): 0.5} | {
        (1, 3): 0.4
    })  # fmt: skip


def test_data_are_facts() -> None:
    program = Program("P::edge(X,Y) :- link(X,Y,P). query(edge(_,_)).", dialect="problog")
    result = program.run(link=[("a", "b", 0.5), ("b", "c", 0.25)])
    assert result.probabilities("edge") == pytest.approx({("a", "b"): 0.5, ("b", "c"): 0.25})


def test_cycles_keep_the_least_model() -> None:
    left = GRAPH.replace("edge(X,Z), path(Z,Y)", "path(X,Z), edge(Z,Y)") + "0.7::edge(2,1)."
    assert holds(left, "path(1,1)") == pytest.approx(0.28)
    assert holds(GRAPH + "0.7::edge(2,1).", "path(1,1)") == pytest.approx(0.28)


def test_alternatives_and_flexible_probabilities() -> None:
    text = "1/3::die(X,1); 1/3::die(X,2); 1/3::die(X,3) :- d(X). d(a). d(b)."
    assert holds(f"{text} same :- die(a,X), die(b,X).", "same") == pytest.approx(1 / 3)
    assert holds("P::r(X) :- w(X,P). w(a,0.2).", "r(a)") == pytest.approx(0.2)
    assert holds("0.3::p; 0.6::q. n :- \\+p, \\+q.", "n") == pytest.approx(0.1)


def test_evidence_negative_heads_and_negative_questions() -> None:
    text = "0.1::b. 0.2::e. a :- b. a :- e. evidence(a)."
    assert holds(text, "b") == pytest.approx(0.1 / 0.28)
    assert holds("0.7::b. 0.2::c. 0.5::a :- b. 0.5::\\+a :- c.", "a") == pytest.approx(0.315)
    assert holds("0.3::p.", "\\+p") == pytest.approx(0.7)


def test_learnt_and_told_parameters() -> None:
    assert answers("t(0.5,w)::a. t(0.25)::b. query(a). query(b).", w=0.75) == pytest.approx(
        {"a": 0.75, "b": 0.25}
    )


def test_control() -> None:
    text = "0.4::a. 0.5::b. r(1) :- (a -> b ; \\+b). s :- (a ; b). t :- \\+ (a, b)."
    assert holds(text, "r(1)") == pytest.approx(0.5)
    assert holds(text, "s") == pytest.approx(0.7)
    assert holds(text, "t") == pytest.approx(0.8)
    assert holds("p(1). p(2). q(X) :- (p(X) -> true ; fail).", "q(X)") == 1.0


def test_lists_of_uncertain_solutions() -> None:
    text = "0.3::a(1). 0.4::a(2). f(L) :- findall(X, a(X), L)."
    assert answers(text + "query(f(_)).") == pytest.approx(
        {"f([])": 0.42, "f([1])": 0.18, "f([2])": 0.28, "f([1, 2])": 0.12}
    )
    many = "0.5::a(X) :- between(1,40,X). n(N) :- aggregate(count, X, none, a(X), (none,N))."
    assert holds(f"{many} q :- n(20).", "q") == pytest.approx(0.12537068761957926)


def test_terms_and_builtins() -> None:
    text = """
        :- use_module(library(lists)).
        q1 :- X = f(Y,b), X =.. L, L = [f,a,b], Y == a.
        q2 :- append(X, [3], [1,2,3]), length(X, 2), nth1(2, X, 2), last(X, 2).
        q3 :- functor(f(a,b), f, 2), arg(1, f(a,b), a), copy_term(f(X,Y), f(1,2)).
        q4 :- X is 7 mod 3 + 2 ** 3 - 9 // 2, X =:= 5, X == 5, 1 \\== 1.0.
        q5 :- msort([b,a,c,a], [a,a,b,c]), sort([b,a,c,a], [a,b,c]), reverse([1,2],[2,1]).
        q6 :- \\+ member(4, [1,2,3]), memberchk(2, [1,2,3]), forall(member(X,[2,4]), X mod 2 =:= 0).
        q7 :- atom_concat(ab, c, abc), atom_length(abc, 3), atom_number('12', 12).
        query(q1). query(q2). query(q3). query(q4). query(q5). query(q6). query(q7).
    """
    assert set(answers(text).values()) == {1.0}


def test_terms_are_written_so_that_they_are_read_again() -> None:
    text = "p('A b', [1,2|T], -1, a-(b-c), f(x;y), \"text\", 1.0). query(p(A,B,C,D,E,F,G))."
    (shown,) = answers(text)
    assert shown == "p('A b',[1, 2 | X1],-1,a-(b-c),f((x; y)),\"text\",1.0)"
    assert set(answers(f"{shown}. query(p(A,B,C,D,E,F,G)).")) == {shown}


def test_a_long_list_and_a_deep_recursion() -> None:
    text = """
        len([], 0).  len([_|T], N) :- len(T, M), N is M + 1.
        q(N) :- findall(X, between(1, 2000, X), L), len(L, N).  query(q(_)).
    """
    assert list(answers(text)) == ["q(2000)"]


def test_files_that_a_program_takes_in(tmp_path: Path) -> None:
    (tmp_path / "facts.pl").write_text("0.4::edge(1,2).")
    (tmp_path / "rows.csv").write_text("1,a\n2,b\n")
    text = """
        :- consult(facts).  :- use_module(library(db)).  :- csv_load('rows.csv', row).
        query(edge(_,_)).  query(row(_,b)).
    """
    result = Program(text, dialect="problog", include=[tmp_path]).run()
    assert result.answers == {"edge(1,2)": 0.4, "row(2,b)": 1.0}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("p(", 101),
        ("p :- 'open.", 102),
        (":- consult(other).", 110),
        ("1.4::a. query(a).", 260),
        ("P::a(X) :- w(X,P). w(1,2). query(a(1)).", 260),
        ("0.6::a; 0.7::b. query(a).", 261),
        ("q :- X is foo + 1. query(q).", 281),
        ("0.3::p. evidence(p). evidence(\\+p). query(p).", 285),
        ("evidence(q). q :- fail. query(q).", 285),
        ("0.3::a(1). p(X) :- q(X), \\+ p(X). q(1) :- a(1). query(p(1)).", 288),
        ("0.3::a(X) :- b(Y). 0.2::b(1). query(a(_)).", 289),
        ("0.5::b(X). q :- Y = Z, b(Z). query(q).", 289),
        ("q :- length(L, N). query(q).", 290),
        ("q :- X. query(q).", 290),
        ("q :- r(1). query(q).", 291),
        (":- use_module(library(nowhere)).", 292),
        ("a(L) :- findall(X, a(X), L). query(a(_)).", 293),
        ("0.4::a. p(X,Y) :- a. query(p(1,_)).", 294),
        ("n(N) :- M is N + 1, n(M). query(n(0)).", 304),
        ("n(N) :- n(s(N)). query(n(0)).", 304),
    ],
)
def test_mistakes(text: str, number: int) -> None:
    with pytest.raises(TriviumError) as caught:
        everything(text)
    assert caught.value.number == number
    assert caught.value.span is not None


def test_many_answers_are_inferred_one_by_one() -> None:
    """Together they rest on more than any of them does."""
    text = "".join(f"0.5::x({n}). a({n}) :- x({n}), \\+x({(n * 7 + 3) % 60}).\n" for n in range(60))
    found = answers(f"{text} query(a(_)).")
    assert len(found) == 60
    assert set(found.values()) == {0.25}


def test_answers_are_written_to_a_file(tmp_path: Path) -> None:
    program = Program("0.4::e('a b',1). query(e(_,_)).", dialect="problog")
    program.run(output_dir=tmp_path / "out")
    text = (tmp_path / "out" / "answers.csv").read_text()
    assert text == "answer,probability\n\"e('a b',1)\",0.4\n"
