"""Several heads of one alternative hold together; alternatives exclude each other."""

from __future__ import annotations

import pytest

from trivium import Program
from trivium.errors import SyntaxProblem
from trivium.source import Source
from trivium.syntax.printer import print_program
from trivium.syntax.souffle import parse


def chances(text: str, relation: str) -> dict[tuple[object, ...], float]:
    return Program(text).run().probabilities(relation)


def test_heads_of_one_choice_hold_together():
    text = "0.3::a(1), b(2); 0.6::c(3), a(1).\n"
    assert chances(text, "a") == pytest.approx({(1,): 0.9})
    assert chances(text + "both() :- a(1), b(2).", "both") == pytest.approx({(): 0.3})
    assert chances(text + "none() :- b(2), c(3).", "none") == {(): 0.0}


def test_each_instance_of_a_clause_is_a_choice_of_its_own():
    text = "w(1, 0.3). w(2, 0.9).  p::a(x), b(x + 1) :- w(x, p).\n"
    rules = "both(x) :- a(x), b(x + 1).  apart() :- a(1), b(3)."
    assert chances(text + rules, "both") == pytest.approx({(1,): 0.3, (2,): 0.9})
    assert chances(text + rules, "apart") == pytest.approx({(): 0.27})


def test_probabilities_to_learn_are_of_all_heads():
    program = Program("t(0.5, p)::a(1), b(2).")
    learned = program.learn([[("a", (1,), True)], [("b", (2,), False)], [("b", (2,), False)]])
    assert learned.weights["p"] == pytest.approx(1 / 3, abs=1e-6)


def test_an_overridden_head_leaves_its_probability_to_the_others():
    text = """
        .comp Base { .decl a(x: number) overridable  .decl b(x: number)  0.4::a(1), b(2). }
        .comp Mine : Base { .override a  a(7). }
        .init c = Mine
    """
    assert chances(text, "c.b") == pytest.approx({(2,): 0.4})
    assert chances(text, "c.a") == pytest.approx({(7,): 1.0})


def test_clauses_are_printed_as_they_are_read():
    text = "0.3::a(1), b(2); 0.6::c(3), e(1) :- d(1).\n"
    assert print_program(parse(Source("text", text))) == text


def test_a_second_probability_needs_a_semicolon():
    with pytest.raises(SyntaxProblem, match="expected `;`"):
        Program("0.5::a(1), 0.5::b(2).")
