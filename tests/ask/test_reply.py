"""Replies of models: the program is found in any wrapping, and only a fair one is let through."""

from __future__ import annotations

import pytest

from trivium.ask.fair import judge, tables_read
from trivium.ask.reply import program_text
from trivium.errors import TriviumError

RULE = "answer(x) :- t(a: x)."


@pytest.mark.parametrize(
    "reply",
    [
        RULE,
        f"```datalog\n{RULE}\n```",
        f"```\n{RULE}",
        f"Sure! Here it is:\n\n```prolog\n{RULE}\n```\nThis gives the value (of a).",
        f"First ```text\nan idea\n``` and then\n```datalog\n{RULE}\n```",
        f"Here it is:\n{RULE}\nIt reads the table",
        f"<think>maybe answer(y) :- u(y). ```x```</think>\n{RULE}",
        f"```datalog\n.decl t(a: symbol,\n  b: number)\n.input t\n{RULE}\n.output answer\n```",
        f"```datalog\n% the rule\n{RULE}\n?- answer(X).\n```",
    ],
)
def test_the_program_is_found(reply):
    text = program_text(reply, ["t"])
    judge(text, ["t"])
    assert text.strip() == RULE


@pytest.mark.parametrize("reply", ["I do not know.", "", "```datalog\n```", "42"])
def test_no_program(reply):
    with pytest.raises(TriviumError) as caught:
        program_text(reply, ["t"])
    assert caught.value.number == 510


@pytest.mark.parametrize(
    ("program", "number"),
    [
        ("answer(x) :- t(a: x)", 101),
        ("other(x) :- t(a: x).", 510),
        ("answer(x, y) :- t(a: x, b: y).", 510),
        ('answer("Rome").', 511),
        ("answer(x) :- x = 3.", 511),
        ("answer(x) :- u(x). u(1).", 511),
        (f"{RULE} answer(7).", 511),
        (f'{RULE} t("made up", 1).', 511),
        (f"{RULE} t(x, 1) :- t(b: x).", 511),
        (f'{RULE} .input u(filename="/etc/passwd")', 511),
        (f'{RULE} .output answer(filename="x.csv")', 511),
    ],
)
def test_a_program_that_may_not_run(program, number):
    with pytest.raises(TriviumError) as caught:
        judge(program, ["t"])
    assert caught.value.number == number


@pytest.mark.parametrize(
    "program",
    [
        "answer(n) :- n = count : { t(a: 1) }.",
        'answer("yes") :- !t(a: 1).',
        "u(x) :- t(a: x). v(x) :- u(x), v(x). answer(x) :- v(x) ; u(x).",
    ],
)
def test_a_table_may_be_read_through_rules_and_aggregates(program):
    assert tables_read(judge(program, ["s", "t"]), ["s", "t"]) == ("t",)
