"""TPTP: read as its standard says, solved with the status of the SZS ontology."""

from __future__ import annotations

from pathlib import Path

import pytest

from trivium.errors import SyntaxProblem
from trivium.solver.forms.tptp import read_tptp
from trivium.solver.solve import solve
from trivium.solver.verdict import Status
from trivium.source import Source

pytest.importorskip("z3", reason="pip install trivium[solve]")


def conjecture(formula: str, *axioms: str) -> str:
    lines = [f"fof(a{n}, axiom, {axiom})." for n, axiom in enumerate(axioms)]
    return "\n".join([*lines, f"fof(c, conjecture, {formula})."])


def clauses(*texts: str) -> str:
    return "\n".join(f"cnf(c{n}, axiom, {text})." for n, text in enumerate(texts))


GROUP = ("![X]: m(e, X) = X", "![X]: m(i(X), X) = e", "![X,Y,Z]: m(m(X, Y), Z) = m(X, m(Y, Z))")
# Pelletier, Seventy-Five Problems for Testing Automatic Theorem Provers (1986), by number, and
# others whose status is plain.
KNOWN = {
    "Theorem": [
        conjecture("(p => q) <=> (~q => ~p)"),
        conjecture("~ ~p <=> p"),
        conjecture("~(p => q) => (q => p)"),
        conjecture("(~p => q) <=> (~q => p)"),
        conjecture("((p | q) => (p | r)) => (p | (q => r))"),
        conjecture("p | ~p"),
        conjecture("((p => q) => p) => p"),
        conjecture("((p | q) & (~p | q) & (p | ~q)) => ~(~p | ~q)"),
        conjecture("p <=> q", "q => r", "r => (p & q)", "p => (q | r)"),
        conjecture("((p <=> q) <=> r) <=> (p <=> (q <=> r))"),
        conjecture("(p | (q & r)) <=> ((p | q) & (p | r))"),
        conjecture("(p <=> q) <=> ((q | ~p) & (~q | p))"),
        conjecture("(p => q) | (q => p)"),
        conjecture("?[Y]: ![X]: (f(Y) => f(X))"),
        conjecture("?[X]: ![Y,Z]: ((p(Y) => q(Z)) => (p(X) => q(X)))"),
        conjecture("(?[X,Y]: (p(X) & q(Y))) => (?[Z]: r(Z))",
                   "![X,Y]: ?[Z]: ![W]: ((p(X) & q(Y)) => (r(Z) & s(W)))", "r(a)"),
        conjecture("?[X]: (p <=> f(X))", "?[X]: (p => f(X))", "?[X]: (f(X) => p)"),
        conjecture("(![X]: (p <=> f(X))) => (p <=> (![X]: f(X)))"),
        conjecture("(![X]: (p | f(X))) <=> (p | (![X]: f(X)))"),
        conjecture("?[X]: (p(X) & r(X))", "~(?[X]: (s(X) & q(X)))", "![X]: (p(X) => (q(X) | r(X)))",
                   "~(?[X]: p(X)) => (?[Y]: q(Y))", "![X]: ((q(X) | r(X)) => s(X))"),
        conjecture("![X]: (m(X) => ~l(X))", "?[X]: (f(X) & ~g(X))", "![X]: (f(X) => h(X))",
                   "![X]: ((j(X) & l(X)) => f(X))",
                   "(?[X]: (h(X) & ~g(X))) => (![X]: (l(X) => ~h(X)))",
                   "![X]: (m(X) => j(X))"),
        conjecture("![X]: i(X)", "![X]: ((f(X) | g(X)) => ~h(X))",
                   "![X]: ((g(X) => ~i(X)) => (f(X) & h(X)))"),
        conjecture("?[X]: (i(X) & j(X))", "?[X]: (f(X) & (g(X) | h(X)))", "~ ?[X]: (f(X) & g(X))",
                   "![X]: ((f(X) & h(X)) => (i(X) & j(X)))"),
        conjecture("?[X,Y]: (p(X,Y) => ![Z,W]: p(Z,W))"),
        conjecture("![X]: ?[Y]: h(X,Y)", "![X]: ?[Y]: f(X,Y)", "![X]: ?[Y]: g(X,Y)",
                   "![X,Y]: ((f(X,Y) | g(X,Y)) => ![Z]: ((f(Y,Z) | g(Y,Z)) => h(X,Z)))"),
        conjecture("~ ?[X]: ![Y]: (f(Y,X) <=> ~f(Y,Y))"),
        conjecture("~ ?[Y]: ![X]: (f(X,Y) <=> ~ ?[Z]: (f(X,Z) & f(Z,X)))"),
        conjecture("![X,Y]: (q(X,Y) <=> q(Y,X))",
                   "![X,Y]: (q(X,Y) <=> ![Z]: (f(Z,X) <=> f(Z,Y)))"),
        conjecture("?[X]: (j(X) & ~f(X))", "![X]: (f(X) => ?[Y]: (g(Y) & h(X,Y)))",
                   "?[X]: (j(X) & ![Y]: (g(Y) => h(X,Y)))",
                   "![X]: (f(X) => ~(![Y]: (g(Y) => h(X,Y))))"),
        conjecture("a = d | b = c", "a = b | c = d", "a = c | b = d"),
        conjecture("![X,Y]: ((p(X) & p(Y)) => X = Y)", "?[Z]: ![X]: (p(X) <=> X = Z)"),
        conjecture("m(i(i(a)), e) = a", *GROUP),
        conjecture("m(a, i(a)) = e", *GROUP),
        conjecture("m(a, b) = m(b, a)", *GROUP, "![X]: m(X, X) = e"),
        conjecture("![A,B,C]: ((sub(A,B) & sub(B,C)) => sub(A,C))",
                   "![A,B]: (sub(A,B) <=> ![X]: (in(X,A) => in(X,B)))"),
        conjecture("p <= q", "q => p"),
        conjecture('"Apple" != "Pear" & 1 != 2'),
        conjecture("$true & ~$false"),
        conjecture("![X]: p(X) | q", "![X]: (p(X) | q)", "~q"),
        conjecture("p(a)", "![X]: p(X)"),
        conjecture("p <~> ~p"),
        conjecture("(p ~| q) => ~p"),
        conjecture("man(abc)", "man('abc')"),
    ],
    "CounterSatisfiable": [
        conjecture("p"),
        conjecture("man('Zeus')", "man('Socrates')"),
        conjecture("(?[X]: p(X)) => p(a)"),
        conjecture("?[X]: p(X) => p(a)"),
        conjecture("p => q", "q => p"),
        conjecture("p <= q", "p => q"),
        conjecture("![X]: p(X)", "p(a)", "p(b)"),
        conjecture("a = b", "f(a) = f(b)"),
        conjecture("m(a, b) = m(b, a)", *GROUP),
        conjecture("?[X]: ![Y]: r(X, Y)", "![Y]: ?[X]: r(X, Y)"),
        conjecture("![X,Y]: (r(X,Y) => r(Y,X))", "![X,Y,Z]: ((r(X,Y) & r(Y,Z)) => r(X,Z))"),
        conjecture("![X]: r(X,X)", "![X,Y]: (r(X,Y) => r(Y,X))",
                   "![X,Y,Z]: ((r(X,Y) & r(Y,Z)) => r(X,Z))"),
        conjecture("p('X')", "p('Y')"),
        conjecture("q(a) | ![X]: p(X)", "![X]: (p(X) | q(X))"),
        conjecture("p(X)", "?[X]: p(X)"),
        conjecture("man(ann)", "~man(ann)  | man(bob)"),
    ],
    "Satisfiable": [
        "fof(a, axiom, ?[X]: p(X)).  fof(b, axiom, ?[X]: ~p(X)).",
        clauses("p(a)", "~p(X) | q(X)"),
        clauses("p(a)", "~p(b)", "f(X) != X"),
        clauses("~r(X, X)", "r(X, f(X))", "m(X, Y) = m(Y, X)"),
        "\n".join(f"fof(a{n}, axiom, {law})." for n, law in enumerate((*GROUP, "a != b"))),
    ],
    "Unsatisfiable": [
        clauses("p(a)", "~p(X) | q(X)", "~q(a)"),
        clauses("a != a"),
        clauses("p(X)", "~p(f(a))"),
        clauses("p | q", "p | ~q", "~p | q", "~p | ~q"),
        "cnf(a, axiom, f(X) = X).  cnf(b, negated_conjecture, f(f(a)) != a).",
        "fof(a, axiom, ![X]: p(X)).  fof(b, axiom, ?[X]: ~p(X)).",
        clauses("m(e,X) = X", "m(i(X),X) = e", "m(m(X,Y),Z) = m(X,m(Y,Z))", "m(a,i(a)) != e"),
    ],
    "ContradictoryAxioms": [
        conjecture("q", "p", "~p"),
        conjecture("q(a)", "a = b", "b != a"),
        conjecture("?[X]: (q(X) & p(X))", "?[X]: p(X)", "![X]: (f(X) => (~g(X) & r(X)))",
                   "![X]: (p(X) => (g(X) & f(X)))",
                   "(![X]: (p(X) => q(X))) | (?[X]: (p(X) & r(X)))"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "text"), [(status, text) for status, texts in KNOWN.items() for text in texts]
)
def test_problems_of_known_status(status: str, text: str) -> None:
    assert solve(text).szs == status


def test_the_verdict_says_the_status() -> None:
    verdict = solve(conjecture("man('Zeus')", "man('Socrates')"))
    assert verdict.status is Status.UNKNOWN
    assert verdict.independent
    assert "% SZS status CounterSatisfiable" in str(verdict)
    assert solve(conjecture("p", "p")).value is True
    refuted = solve(conjecture("p(a)", "![X]: (q(X) => ~p(X))", "q(a)"))
    assert refuted.szs in ("CounterSatisfiable", "CounterTheorem")


def test_annotations_roles_and_comments() -> None:
    text = """% Status : Theorem
    /* a comment ) */
    fof('a name', axiom-local, ! [X] : ( p(X) => q(X) ), file('x.ax', ax1), [refs([a,b])]).
    fof(7, hypothesis, p(a), introduced(definition, [])).
    fof(d, lemma, $true).  % fof(broken
    fof(c, conjecture, q(a)).
    """
    verdict = solve(text)
    assert verdict.szs == "Theorem"
    assert [premise.number for premise in verdict.used] == [1, 2]


def test_several_conjectures_are_to_be_proved_together() -> None:
    text = "fof(a, axiom, p).  fof(b, conjecture, p).  fof(c, conjecture, q)."
    assert solve(text).szs == "CounterSatisfiable"
    assert solve(text + "fof(d, axiom, q).").szs == "Theorem"


def test_included_files(tmp_path: Path) -> None:
    (tmp_path / "Axioms").mkdir()
    rules = "fof(one, axiom, p => q).\nfof(two, axiom, ~q).\n"
    (tmp_path / "Axioms" / "rules.ax").write_text(rules, encoding="utf-8")
    text = "include('Axioms/rules.ax'{}).\nfof(a, axiom, p).\nfof(c, conjecture, q).\n"
    chosen = solve(text.format(", [one]"), folders=[tmp_path])
    assert chosen.szs == "Theorem"
    assert solve(text.format(""), folders=[tmp_path]).szs in ("ContradictoryAxioms", "Theorem")
    with pytest.raises(SyntaxProblem) as caught:
        solve(text.format(""))
    assert caught.value.number == 110
    with pytest.raises(SyntaxProblem):
        solve("include('../rules.ax').", folders=[tmp_path / "Axioms"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("fof(a, axiom, p & q | r).", 101),
        ("fof(a, axiom, p => q => r).", 101),
        ("fof(a, axiom, X).", 101),
        ("fof(a, axiom, ![x]: p(x)).", 101),
        ("fof(a, axiom, p", 101),
        ("fof(a, axiom, p)", 101),
        ("cnf(a, axiom, p & q).", 101),
        ("fof(a, axiom, p('x)).", 102),
        ("fof(a, type, p).", 340),
        ("cnf(a, conjecture, p).", 340),
        ("tff(a, axiom, p).", 340),
        ("fof(a, axiom, $less(1, 2)).", 340),
        ("fof(a, axiom, " + "~" * 500 + "p).", 106),
    ],
)
def test_what_is_no_tptp_is_a_numbered_error(text: str, number: int) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        solve(text)
    assert caught.value.number == number
    assert caught.value.span is not None


def test_quoted_names_are_symbols_and_quantifiers_end_with_their_unit() -> None:
    read = read_tptp(Source("t", "fof(a, axiom, ?[X]: p(X) => p('X'))."))
    (premise,) = read.premises
    assert (
        premise.tree
        == read_tptp(Source("t", "fof(a, axiom, (?[X]: (p(X))) => p('X')).")).premises[0].tree
    )
