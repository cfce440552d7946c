"""First-order logic: every spelling gives one tree, and what is printed reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivium.errors import SyntaxProblem
from trivium.solver.forms.fol import read_formula
from trivium.solver.forms.fol_printer import show
from trivium.solver.forms.logic import Apply, Binder, Bound, Expression, Number, Operation, Truth
from trivium.solver.forms.mends import Mend
from trivium.source import Source


def read(text: str, mends: list[Mend] | None = None) -> Expression:
    return read_formula(Source("<formula>", text), mends)


@pytest.mark.parametrize(
    "spellings",
    [
        ("∀x (P(x) → Q(x))", "forall x. P(x) -> Q(x)", "![x]: (P(x) => Q(x))"),
        ("¬(A ∧ B) ∨ C", "~(A & B) | C", "not (A and B) or C", "Or(Not(And(A, B)), C)"),
        ("A ⊕ B ↔ C", "(A <~> B) <=> C", "A xor B iff C", "Iff(Xor(A, B), C)"),
        ("∃y (R(y, a) ∧ y ≠ b)", "exists y (R(y, a) & y != b)", "?[y]: (R(y, a) & y != b)"),
        ("ForAll([p:people], f(p) <= 1)", "∀p:people. f(p) ≤ 1"),
        ("a < b < c", "a < b & b < c"),
        ("x ∉ [a, b]", "not x in [a, b]", "Not(x in [a, b])"),
    ],
)  # fmt: skip
def test_spellings_give_one_tree(spellings: tuple[str, ...]) -> None:
    trees = [read(text) for text in spellings]
    assert all(tree == trees[0] for tree in trees)


def test_connectives_bind_as_in_textbooks() -> None:
    assert read("A | B & C -> D <-> E") == read("((A | (B & C)) -> D) <-> E")
    assert read("A -> B -> C") == read("A -> (B -> C)")
    assert read("~A & B") == read("(~A) & B")


def test_a_quantifier_reaches_over_the_next_unit_unless_its_variable_is_used_later() -> None:
    assert read("∀x P(x) → Q(a)") == read("(∀x P(x)) → Q(a)")
    mends: list[Mend] = []
    assert read("∀x (P(x)) → Q(x)", mends) == read("∀x (P(x) → Q(x))")
    assert [mend.name for mend in mends] == ["wide-scope"]


@pytest.mark.parametrize(
    ("slip", "meant", "mend"),
    [
        ("P(a) & (Q(b) | R(c)", "P(a) & (Q(b) | R(c))", "close-parenthesis"),
        ("P(a) & Q(b))", "P(a) & Q(b)", "extra-parenthesis"),
        ("Likes(bald eagle, cat)", "Likes(bald_eagle, cat)", "joined-words"),
        ("If P(a) -> Q(a)", "P(a) -> Q(a)", "prose"),
        ("P(a), Q(b)", "P(a) & Q(b)", "conjoined-arguments"),
        ("P(a) ^ Q(b)", "P(a) & Q(b)", "caret"),
    ],
)
def test_slips_are_mended_by_name_and_refused_otherwise(slip: str, meant: str, mend: str) -> None:
    mends: list[Mend] = []
    assert read(slip, mends) == read(meant)
    assert [m.name for m in mends] == [mend]
    with pytest.raises(SyntaxProblem):
        read(slip)


@pytest.mark.parametrize("text", ["", "∀", "P(", "P(a) ∧", "∧ P(a)", "P(a) Q(b)", "(((", "P(a) §"])
def test_what_is_no_formula_is_a_numbered_error(text: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read(text)
    assert caught.value.number == 101
    assert caught.value.span is not None


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    for text in ("(" * 5000 + "P(a)", "¬" * 5000 + "P(a)", "P(a) → " * 5000 + "P(a)", "∀x " * 5000):
        with pytest.raises(SyntaxProblem) as caught:
            read(text, [])
        assert caught.value.number in (101, 106)


names = st.sampled_from(["a", "b", "Cat", "likes_2", "x", "y"])
variables = st.sampled_from(["x", "y", "z1"])
terms = st.recursive(
    names.map(Apply) | st.integers(0, 99).map(Number),
    lambda inner: st.builds(lambda f, args: Apply(f, tuple(args)), st.sampled_from(["f", "g"]),
                            st.lists(inner, min_size=1, max_size=2)),
    max_leaves=4,
)  # fmt: skip
atoms = st.one_of(
    st.builds(lambda p, args: Apply(p, tuple(args)), st.sampled_from(["P", "Q", "R"]),
              st.lists(terms, min_size=1, max_size=2)),
    st.builds(lambda op, a, b: Operation(op, (a, b)), st.sampled_from(["=", "!=", "<", ">="]),
              terms, terms),
    st.booleans().map(Truth),
)  # fmt: skip


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        inner.map(lambda a: Operation("not", (a,))),
        st.builds(lambda op, a, b: Operation(op, (a, b)),
                  st.sampled_from(["and", "or", "xor", "implies", "iff"]), inner, inner),
        st.builds(lambda k, v, a: Binder(k, (Bound(v),), a),
                  st.sampled_from(["forall", "exists", "unique"]), variables, inner),
    )  # fmt: skip


formulas = st.recursive(atoms, grown, max_leaves=8)


@given(formulas)
def test_what_is_printed_reads_back(tree: Expression) -> None:
    assert read(show(tree)) == tree
    assert read(show(tree, ascii=True)) == tree
