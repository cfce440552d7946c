"""DeepProbLog's programs as layers: `nn(...)` clauses, goals as questions."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import nn

from trivium.errors import ProgramError
from trivium.program import Program
from trivium.torch import Layer

DIGIT = "nn(m_digit, [X], Y, [0, 1, 2, 3]) :: digit(X, Y).\n"
SUM = DIGIT + "addition(X, Y, Z) :- digit(X, X2), digit(Y, Y2), Z is X2 + Y2.\n"
MANY = (
    DIGIT
    + """
number([], R, R).
number([H|T], Acc, R) :- digit(H, D), Acc2 is D + 4 * Acc, number(T, Acc2, R).
number(X, Y) :- number(X, 0, Y).
multi_addition(X, Y, Z) :- number(X, X2), number(Y, Y2), Z is X2 + Y2.
"""
)


def layer(text, query):
    return Layer(text, query=query, nets={"m_digit": nn.Identity()}, dialect="problog")


def images(count):
    torch.manual_seed(count)
    return [torch.rand(2, 4).double().softmax(1) for _ in range(count)]


def test_addition():
    a, b = images(2)
    add = layer(SUM, "addition(a, b, Z)")
    found = add(a, b)
    assert add.rows == [("a", "b", z) for z in range(7)]
    for z in range(7):
        pairs = [a[:, x] * b[:, z - x] for x in range(4) if 0 <= z - x < 4]
        torch.testing.assert_close(found[:, z], sum(pairs))


def test_lists_of_digits():
    digits = images(4)
    add = layer(MANY, "multi_addition([a, b], [c, d], Z)")
    found = add(*digits)
    expected = {row[2]: torch.zeros(2).double() for row in add.rows}
    for w, x, y, z in itertools.product(range(4), repeat=4):
        p = digits[0][:, w] * digits[1][:, x] * digits[2][:, y] * digits[3][:, z]
        expected[4 * w + x + 4 * y + z] += p
    for place, row in enumerate(add.rows):
        torch.testing.assert_close(found[:, place], expected[row[2]])


def test_parameters_and_nets_together():
    text = (
        SUM + "t(0.3, p)::f(1).  t(_)::f(2).  0.5::g.  h(Z) :- addition(a, b, Z), f(1), \\+g, f(2)."
    )
    both = layer(text, "h(0)")
    assert both.probabilities()["p"] == pytest.approx(0.3)
    a, b = images(2)
    found = both(a=a, b=b)
    torch.testing.assert_close(found[:, 0], a[:, 0] * b[:, 0] * 0.3 * 0.5 * 0.5)
    found.sum().backward()
    assert all(p.grad is not None for p in both.parameters())


def test_evidence():
    a, b = images(2)
    given = layer(SUM + "evidence(addition(a, b, 1)).", "digit(a, X)")
    found = given(a=a, b=b)
    rows = {row[1]: found[:, place] for place, row in enumerate(given.rows)}
    one, other = a[:, 0] * b[:, 1], a[:, 1] * b[:, 0]
    torch.testing.assert_close(rows[0], one / (one + other))
    torch.testing.assert_close(rows[1], other / (one + other))


def test_mistakes():
    with pytest.raises(ProgramError) as caught:
        Program("nn(m, [X], [0, 1]) :: p(X, 0).", dialect="problog")
    assert caught.value.number == 292
    with pytest.raises(ProgramError) as caught:
        Program(SUM + "query(addition(a, b, 3)).", dialect="problog").run()
    assert caught.value.number == 287
    assert "come from a net" in str(caught.value)
