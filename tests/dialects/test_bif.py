"""Bayesian networks: read from BIF, observed, and held to a sum over all their states."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program
from trivium.dialects.bif import grounds
from trivium.errors import DataError, ProgramError, TriviumError

LAWN = """
network lawn { property author = someone { not read } ; }
// the season is not known
variable season { type discrete [ 3 ] { dry, wet, "in between" }; property place = (1, 2); }
variable rain { type discrete [ 2 ] { yes, no }; }
variable sprinkler { type discrete [ 2 ] { on, off }; }
variable grass/lawn { type discrete [ 2 ] { w<2, w>=2 }; }
probability ( season ) { table 0.3, 0.5, 0.2; }
probability ( rain | season ) { (dry) 0.1, 0.9; (wet) 0.7, 0.3; default 0.4, 0.6; }
probability ( sprinkler | season ) { (wet) 0, 1; (dry) 0.6, 0.4; ("in between") 0.2, 0.8; }
probability ( grass/lawn | sprinkler, rain ) {
  (on, yes) 1.0, 0.0; (on, no) 0.9, 0.1; /* a comment */
  (off, yes) 0.8, 0.2; (off, no) 0.0, 1e0;
}
""".replace(" { not read }", "")


def lawn(**observed):
    return Program(LAWN, "bif").run(observed)


def test_each_state_has_its_probability():
    result = lawn()
    assert result["season"].rows() == [("dry",), ("in between",), ("wet",)]
    assert result.probability("rain", ("yes",)) == pytest.approx(0.03 + 0.35 + 0.08)
    assert result.probability("sprinkler", ("on",)) == pytest.approx(0.18 + 0.04)
    assert result.method == "exact"
    assert result.answers['season("in between")'] == pytest.approx(0.2)


@pytest.mark.parametrize(
    "observed",
    [
        {"rain": "yes"},
        {"rain": ["yes"]},
        {"rain": [("yes",)]},
        {"patient": {"rain": ["yes"], "sprinkler": [None]}},
    ],
)
def test_what_was_observed_is_data(observed):
    result = Program(LAWN, "bif").run(observed)
    assert result.probability("season", ("wet",)) == pytest.approx(0.35 / 0.46)
    assert result.probability("rain", ("yes",)) == 1.0


def test_what_cannot_be_is_an_error():
    with pytest.raises(ProgramError) as caught:
        lawn(season="wet", sprinkler="on").probability("rain", ("yes",))
    assert caught.value.number == 285
    assert 'sprinkler("on")' in caught.value.message


@pytest.mark.parametrize(
    "observed",
    [
        {"rian": "yes"},
        {"rain": "maybe"},
        {"rain": ["yes", "no"]},
        {"a": {"rain": ["yes"]}, "b": {"rain": ["no"]}},
    ],
)
def test_what_is_observed_names_one_state_of_a_variable(observed):
    with pytest.raises(DataError) as caught:
        Program(LAWN, "bif").run(observed)
    assert caught.value.number == 642


def test_a_state_has_proofs_and_the_network_a_most_probable_world():
    result = lawn(rain="yes")
    assert "depends most on" in str(result.why("season", ("wet",)))
    world = result.most_probable()
    assert 'season("wet")' in world.rows
    assert world.probability == pytest.approx(0.5 * 0.7 * 1.0 * 0.8)


@pytest.mark.parametrize("method", ["exact", "bounds", "sample", "top-k"])
def test_every_way_to_infer_is_there(method):
    result = Program(LAWN, "bif").run(rain="yes", inference=method)
    low, high = result.bounds("season", ("wet",))
    assert low - 0.02 <= 0.35 / 0.46 <= high + 0.02


def test_networks_whose_tables_are_too_large_are_answered_otherwise(monkeypatch):
    monkeypatch.setattr(grounds, "CELLS", 1)
    assert lawn().probability("rain", ("yes",)) == pytest.approx(0.46)


OLD = """
network "dog-problem" { }
variable "out" { type discrete[2] { "true" "false" }; }
variable "light" { type discrete[2] { "true" "false" }; }
probability ( "light" "out" ) { table 0.6 0.05 0.4 0.95 ; }
probability ( "out" ) { table 0.15 0.85 ; }
"""


def test_the_older_form_has_no_commas_and_the_first_variable_changes_slowest():
    result = Program(OLD, "bif").run()
    assert result.probability("light", ("true",)) == pytest.approx(0.6 * 0.15 + 0.05 * 0.85)


HEAD = "variable a { type discrete [ 2 ] { t, f }; } variable b { type discrete [ 2 ] { t, f }; }"
ROOT = "probability ( a ) { table 0.5, 0.5; }"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (640, ""),
        (640, "hello"),
        (640, "variable a { type discrete [ 2 ] { t, f };"),
        (640, "variable a { type continuous; }"),
        (640, "variable a { type discrete [ 3 ] { t, f }; }"),
        (640, f"{HEAD} {HEAD}"),
        (640, f"{HEAD} {ROOT} probability ( b ) {{ table x, 0.5; }}"),
        (640, f"{HEAD} {ROOT} probability ( b ) {{ table 0.5, 0.5 }}"),
        (641, HEAD),
        (641, f"{HEAD} {ROOT} {ROOT}"),
        (641, f"{HEAD} {ROOT} probability ( c ) {{ table 0.5, 0.5; }}"),
        (641, f"{HEAD} {ROOT} probability ( b ) {{ table 0.5, 0.3; }}"),
        (641, f"{HEAD} {ROOT} probability ( b ) {{ table 1.5, -0.5; }}"),
        (641, f"{HEAD} {ROOT} probability ( b ) {{ table 0.5, 0.5, 0.0; }}"),
        (641, f"{HEAD} {ROOT} probability ( b | a ) {{ (t) 0.5, 0.5; }}"),
        (641, f"{HEAD} {ROOT} probability ( b | a ) {{ (t) 0.5, 0.5; (x) 0.5, 0.5; }}"),
        (641, f"{HEAD} {ROOT} probability ( b | a ) {{ (t, t) 0.5, 0.5; (f) 0.5, 0.5; }}"),
        (641, f"{HEAD} {ROOT} probability ( b | a ) {{ (t) 0.5; (f) 0.5, 0.5; }}"),
        (
            641,
            f"{HEAD} probability ( a | b ) {{ default 0.5, 0.5; }}"
            "probability ( b | a ) { default 0.5, 0.5; }",
        ),
    ],
)
def test_what_is_no_network_is_refused_with_its_place(number, text):
    with pytest.raises(TriviumError) as caught:
        Program(text, "bif")
    assert caught.value.number == number
    assert caught.value.span is not None


def test_a_file_tells_its_dialect(tmp_path: Path):
    path = tmp_path / "lawn.bif"
    path.write_text(LAWN, encoding="utf-8")
    program = Program.read(path)
    assert program.dialect == "bif"
    assert program.run().probability("rain", ("yes",)) == pytest.approx(0.46)


# --- all networks --------------------------------------------------------------------------------


@st.composite
def networks(draw):
    """A text, and of each variable its parents and its table."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    lines, tables = [], []
    for one, size in enumerate(sizes):
        states = ", ".join(f"s{n}" for n in range(size))
        lines.append(f"variable x{one} {{ type discrete [ {size} ] {{ {states} }}; }}")
        parents = draw(st.lists(st.integers(0, one - 1), max_size=2, unique=True)) if one else []
        table, rows = {}, []
        for key in itertools.product(*[range(sizes[p]) for p in parents]):
            parts = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
            parts = parts if sum(parts) else [1] * size
            table[key] = np.array(parts) / sum(parts)
            numbers = ", ".join(repr(float(x)) for x in table[key])
            name = ", ".join(f"s{n}" for n in key)
            rows.append(f"({name}) {numbers};" if parents else f"table {numbers};")
        head = f"x{one}" + (" | " + ", ".join(f"x{p}" for p in parents) if parents else "")
        lines.append(f"probability ( {head} ) {{ {' '.join(rows)} }}")
        tables.append((parents, table))
    return "\n".join(lines), sizes, tables


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_states_are_as_probable_as_a_sum_over_all_states_says(network, data):
    text, sizes, tables = network
    observed = {}
    for one, size in enumerate(sizes):
        if data.draw(st.integers(0, 3)) == 0:
            observed[one] = data.draw(st.integers(0, size - 1))
    sums, total = [np.zeros(size) for size in sizes], 0.0
    largest = 0.0
    for states in itertools.product(*map(range, sizes)):
        chance = 1.0
        for one, (parents, table) in enumerate(tables):
            chance *= table[tuple(states[p] for p in parents)][states[one]]
        if all(states[one] == state for one, state in observed.items()):
            total, largest = total + chance, max(largest, chance)
            for one, state in enumerate(states):
                sums[one][state] += chance
    program = Program(text, "bif")
    data = {f"x{one}": f"s{state}" for one, state in observed.items()}
    if total == 0.0:
        with pytest.raises(ProgramError, match="probability 0"):
            _ = program.run(data).answers
        return
    answers = program.run(data).answers
    for one, size in enumerate(sizes):
        for state in range(size):
            expected = pytest.approx(sums[one][state] / total, abs=1e-12)
            assert answers[f'x{one}("s{state}")'] == expected
    # The most probable states are those of the largest term.
    world = program.run(data).most_probable()
    assert world.probability == pytest.approx(largest)
    # The same network as choices and rules gives the same.
    grounded = program.run(data, inference="bounds")
    for one in range(len(sizes)):
        low, high = grounded.bounds(f"x{one}", ("s0",))
        assert low - 1e-9 <= sums[one][0] / total <= high + 1e-9
