"""The engine derives what a naive evaluator derives, and its proofs hold, on random programs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.program import Program, Result
from trivium.proofs.proof import Proof

Row = tuple[int, ...]
Facts = dict[str, set[Row]]

# Strata: a rule may negate only relations of lower strata.
ARITY = {"e": 2, "f": 1, "p": 2, "q": 1, "r": 2, "s": 1}
STRATA = [["e", "f"], ["p", "q"], ["r", "s"]]
VARIABLES = ["x", "y", "z"]


@dataclass(frozen=True)
class Atom:
    relation: str
    args: tuple[str | int, ...]  # a variable, a constant, or "_"
    negated: bool = False

    def __str__(self) -> str:
        return f"{'!' * self.negated}{self.relation}({', '.join(map(str, self.args))})"


@dataclass(frozen=True)
class Rule:
    head: Atom
    body: tuple[Atom, ...]
    tests: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        body = [*map(str, self.body), *(" ".join(test) for test in self.tests)]
        return f"{self.head} :- {', '.join(body)}."


def match(atom: Atom, row: Row, binding: dict[str, int]) -> dict[str, int] | None:
    found = dict(binding)
    for arg, value in zip(atom.args, row, strict=True):
        if arg == "_":
            continue
        wanted = found.setdefault(arg, value) if isinstance(arg, str) else arg
        if wanted != value:
            return None
    return found


def solutions(rule: Rule, facts: Facts) -> list[dict[str, int]]:
    bindings: list[dict[str, int]] = [{}]
    for atom in (a for a in rule.body if not a.negated):
        bindings = [
            found
            for binding in bindings
            for row in facts[atom.relation]
            if (found := match(atom, row, binding)) is not None
        ]
    return [binding for binding in bindings if holds(rule, binding, facts)]


def holds(rule: Rule, binding: dict[str, int], facts: Facts) -> bool:
    for left, op, right in rule.tests:
        a, b = binding[left], binding[right]
        if not {"<": a < b, "!=": a != b, "=": a == b}[op]:
            return False
    return not any(
        match(atom, row, binding) is not None
        for atom in rule.body
        if atom.negated
        for row in facts[atom.relation]
    )


def naive(rules: list[Rule], facts: Facts) -> Facts:
    facts = {name: set(facts.get(name, ())) for name in ARITY}
    for names in STRATA:
        grown = True
        while grown:
            grown = False
            for rule in (r for r in rules if r.head.relation in names):
                for binding in solutions(rule, facts):
                    row = tuple(binding[a] if isinstance(a, str) else a for a in rule.head.args)
                    if row not in facts[rule.head.relation]:
                        facts[rule.head.relation].add(row)
                        grown = True
    return facts


@st.composite
def programs(draw: st.DrawFn) -> list[Rule]:
    rules = []
    for level in (1, 2):
        readable = list(itertools.chain(*STRATA[: level + 1]))
        lower = list(itertools.chain(*STRATA[:level]))
        for name in STRATA[level]:
            for _ in range(draw(st.integers(1, 3))):
                rules.append(draw(rule(name, readable, lower)))
    return rules


@st.composite
def rule(draw: st.DrawFn, head: str, readable: list[str], lower: list[str]) -> Rule:
    argument = st.one_of(
        st.sampled_from(VARIABLES), st.sampled_from(VARIABLES), st.integers(0, 3), st.just("_")
    )

    def atom(names: list[str], allowed: st.SearchStrategy[str | int], negated: bool) -> Atom:
        name = draw(st.sampled_from(names))
        return Atom(name, tuple(draw(allowed) for _ in range(ARITY[name])), negated)

    body = [atom(readable, argument, False) for _ in range(draw(st.integers(1, 3)))]
    bound = sorted({a for b in body for a in b.args if isinstance(a, str) and a != "_"})
    known = st.sampled_from(bound) if bound else st.integers(0, 3)
    if draw(st.booleans()):
        body.append(atom(lower, st.one_of(known, st.just("_")), True))
    tests = []
    if bound and draw(st.booleans()):
        op = draw(st.sampled_from(["<", "!=", "="]))
        tests.append((draw(st.sampled_from(bound)), op, draw(st.sampled_from(bound))))
    args = tuple(draw(known) for _ in range(ARITY[head]))
    order = draw(st.permutations(body))
    return Rule(Atom(head, args), tuple(order), tuple(tests))


def run(rules: list[Rule], e: list[Row], f: list[Row]) -> Result:
    declared = [
        f".decl {name}({', '.join(f'c{i}: number' for i in range(arity))})"
        for name, arity in ARITY.items()
    ]
    return Program("\n".join([*declared, *map(str, rules)])).run(e=e, f=f)


numbers = st.integers(0, 3)
edges = st.lists(st.tuples(numbers, numbers), max_size=6)
nodes = st.lists(st.tuples(numbers), max_size=3)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(programs(), edges, nodes)
def test_same_rows_as_naive(rules: list[Rule], e: list[Row], f: list[Row]) -> None:
    expected = naive(rules, {"e": set(e), "f": set(f)})
    result = run(rules, e, f)
    for name in ARITY:
        assert set(result[name].rows()) == expected[name], "\n".join(map(str, rules))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs(), edges, nodes)
def test_every_proof_holds(rules: list[Rule], e: list[Row], f: list[Row]) -> None:
    facts = naive(rules, {"e": set(e), "f": set(f)})
    result = run(rules, e, f)
    by_text = {str(rule): rule for rule in rules}
    for name in ARITY:
        for row in sorted(facts[name]):
            check(result.why(name, row), by_text, facts, {"e": set(e), "f": set(f)})


def check(proof: Proof, rules: dict[str, Rule], facts: Facts, given: Facts) -> None:
    """Every step is an instance of its rule, and every leaf was given."""
    for node in proof.walk():
        if node.kind == "fact":
            assert node.row in given[node.relation]
        elif node.kind == "rule":
            assert node.rule_text is not None
            rule = rules[node.rule_text]
            binding = node.bindings
            head = tuple(binding[a] if isinstance(a, str) else a for a in rule.head.args)
            assert head == node.row
            assert holds(rule, binding, facts)  # type: ignore[arg-type]
            children = list(node.children)
            body = dict.fromkeys(rule.body)  # a literal that is written twice is proved once
            for atom, child in zip(body, children, strict=True):
                assert child.relation == atom.relation
                assert (child.kind == "absent") == atom.negated
                if not atom.negated:
                    assert match(atom, child.row, binding) == binding  # type: ignore[arg-type]
    assert proof.depth() < 100  # a circle would have no depth


@settings(max_examples=40, deadline=None, derandomize=True)
@given(programs(), edges, nodes, st.tuples(numbers, numbers))
def test_every_missing_row_has_a_reason(
    rules: list[Rule], e: list[Row], f: list[Row], row: Row
) -> None:
    result = run(rules, e, f)
    for name in ("p", "r"):
        if row not in result[name]:
            answer = result.why_not(name, row)
            assert len(answer.failures) == sum(r.head.relation == name for r in rules)
            assert all(failure.fails != "nothing" for failure in answer.failures), str(answer)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_aggregates_count_rows(rows: list[Row]) -> None:
    """Every binding counts once, and a free argument is a variable of its own."""
    text = """
    .decl t(k: number, v: number)
    n(c) :- c = count : { t(_, _) }.
    total(s) :- s = sum v : { t(_, v) }.
    by(k, c, s) :- t(k, _), c = count : { t(k, _) }, s = sum v : { t(k, v) }.
    low(k, m) :- t(k, _), m = min v : { t(k, v) }.
    high(k, m) :- t(k, _), m = max v : { t(k, v) }.
    mid(k, m) :- t(k, _), m = median v : { t(k, v) }.
    """
    import statistics

    result = Program(text).run(t=rows)
    t = set(rows)
    groups = {k: sorted(v for g, v in t if g == k) for k, _ in t}
    assert result["n"].rows() == [(len(t),)]
    assert result["total"].rows() == [(sum(v for _, v in t),)]
    assert set(result["by"].rows()) == {(k, len(v), sum(v)) for k, v in groups.items()}
    assert set(result["low"].rows()) == {(k, v[0]) for k, v in groups.items()}
    assert set(result["high"].rows()) == {(k, v[-1]) for k, v in groups.items()}
    assert set(result["mid"].rows()) == {(k, statistics.median(v)) for k, v in groups.items()}
