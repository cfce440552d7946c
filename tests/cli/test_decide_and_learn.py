"""`trivium decide`, `trivium learn`, and how `trivium run` infers."""

import json

import pytest

CHOICES = {
    "a.dl": "?::umbrella. 0.3::rain. wet :- rain, !umbrella. .utility wet = -20 "
    ".utility umbrella = -2",
    "a.pl": "?::umbrella. 0.3::rain. wet :- rain, \\+umbrella. utility(wet, -20). "
    "utility(umbrella, -2).",
}
COINS = {
    "a.dl": ("t(0.4)::heads. .output heads", ".evidence heads", ".evidence !heads"),
    "a.pl": ("t(0.4)::heads. query(heads).", "evidence(heads).", "evidence(heads, false)."),
}


@pytest.mark.parametrize("name", CHOICES)
def test_decide(trivium, tmp_path, name):
    path = tmp_path / name
    path.write_text(CHOICES[name], "utf-8")
    ran = trivium("decide", path)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "expected utility -2, the greatest there is"
    assert "yes" in ran.out
    shown = json.loads(trivium("decide", path, "--format", "json").out)
    assert (shown["utility"], list(shown["choices"].values())) == (-2.0, [True])


@pytest.mark.parametrize("name", COINS)
def test_learn(trivium, tmp_path, name):
    program, yes, no = COINS[name]
    path, examples = tmp_path / name, tmp_path / f"examples_{name}"
    path.write_text(program, "utf-8")
    examples.write_text("\n---\n".join([yes, no, yes, yes]) + "\n---\n", "utf-8")
    ran = trivium("learn", path, examples)
    assert (ran.code, ran.err) == (0, "")
    assert "learned 1 probability" in ran.out
    assert ran.out.splitlines()[1].split()[-1] == "0.75"
    shown = json.loads(trivium("learn", path, examples, "--format", "json").out)
    assert list(shown["weights"].values()) == pytest.approx([0.75])


def test_a_decision_without_a_utility_is_a_mistake(trivium, tmp_path):
    path = tmp_path / "a.dl"
    path.write_text("?::umbrella.", "utf-8")
    ran = trivium("decide", path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("E299")


def test_an_example_that_is_none_is_named(trivium, tmp_path):
    path, examples = tmp_path / "a.dl", tmp_path / "b.dl"
    path.write_text("t(0.5)::a.", "utf-8")
    examples.write_text(".evidence a\n---\nrain.", "utf-8")
    ran = trivium("learn", path, examples)
    assert ran.code == 2
    assert "E262" in ran.err
    assert "<example 2>" in ran.err


@pytest.mark.parametrize("name", ["a.dl", "a.pl"])
def test_how_a_run_infers(trivium, tmp_path, name):
    text = "0.5::a. 0.5::b. c :- a. c :- b. " + (".output c" if name == "a.dl" else "query(c).")
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert "0.75" in trivium("run", path, "--inference", "exact").out
    assert "0.5" in trivium("run", path, "--inference", "top-k", "--proofs", 1).out
    drawn = trivium("run", path, "--inference", "sample", "--samples", 2000, "--seed", 3)
    assert "0.7" in drawn.out
    assert (
        drawn.out
        == trivium("run", path, "--inference", "sample", "--samples", 2000, "--seed", 3).out
    )
    assert "most probable world has probability 0.25" in trivium("run", path, "--most-probable").out
    wrong = trivium("run", path, "--inference", "sample", "--samples", 0)
    assert (wrong.code, wrong.err[:4]) == (2, "E297")
