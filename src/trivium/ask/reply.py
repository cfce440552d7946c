"""The program in a model's reply, taken out tolerantly.

    Sure! Here it is:                         answer(c) :- games(year: 1964, city: c).
    ```datalog
    .output answer                     ->
    answer(c) :- games(year: 1964, city: c).
    ```

What a model adds out of habit (prose, fences, declarations of the given tables, `.output`) is
dropped. Whether what is left may be run, `fair.py` says.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from trivium.ask.grammar.json_form import datalog_of
from trivium.errors import ModelError

# The longest reply that is looked at: more is a model that runs on, and no program.
LONGEST = 50_000
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)
_FENCED = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.S)
_RULE_STARTS = re.compile(r"\s*(?:\.[a-z]+\b|//|[a-z]\w*\s*\()", re.I)
_DIRECTIVE = re.compile(r"^[ \t]*\.(?:input|output|printsize)\s+\w+[ \t]*(?:\([^)\n]*\))?", re.M)
_QUERY = re.compile(r"^[ \t]*(?:SELECT|WITH)\b(?:(?!\n[ \t]*\n|```).)*", re.I | re.M | re.S)
_CHANGE = re.compile(
    r"\b(?:(DROP|CREATE|ALTER|TRUNCATE)\s+(?:TABLE|VIEW|DATABASE|INDEX)|(DELETE)\s+FROM"
    r"|(INSERT)\s+INTO|(UPDATE)\s+\w+\s+SET)\b",
    re.I,
)
_JSON = re.compile(r'\{\s*"query"\s*:.*\}', re.S)
_HABITS = re.compile(r"^[ \t]*(?:%|\?-)[^\n]*", re.M)


def language_of(reply: str) -> str:
    """The language that a reply is written in, whichever was asked for; E506 for one too long."""
    if len(reply) > LONGEST:
        message = f"the reply has {len(reply):,} characters, which is no program"
        raise ModelError(506, message, hint="write a shorter program")
    reply = _THOUGHTS.sub("", reply)
    if _JSON.search(reply):
        return "json"
    return (
        "sql"
        if (_QUERY.search(reply) or _CHANGE.search(reply)) and ":-" not in reply
        else "datalog"
    )


def program_text(reply: str, tables: Collection[str]) -> str:
    """The program in a reply: that of the fence that speaks of `answer`, or else the lines from
    the first to the last that looks like a rule. Raises E510 where there is none."""
    reply = _THOUGHTS.sub("", reply)
    fenced = [block for block in _FENCED.findall(reply) if block.strip()]
    if fenced:
        text = next((block for block in fenced if "answer" in block), fenced[-1])
    else:
        lines = reply.split("\n")
        starts = [i for i, line in enumerate(lines) if _RULE_STARTS.match(line)]
        ends = [i for i, line in enumerate(lines) if line.rstrip().endswith((".", ")"))]
        text = "\n".join(lines[starts[0] : ends[-1] + 1]) if starts and ends else ""
    text = _HABITS.sub("", _DIRECTIVE.sub("", text))
    if tables:
        names = "|".join(re.escape(name) for name in tables)
        text = re.sub(rf"^[ \t]*\.decl\s+(?:{names})\s*\([^)]*\)", "", text, flags=re.M)
    if not text.strip():
        raise ModelError(
            510,
            "the reply holds no program",
            hint="write rules such as `answer(x) :- t(a: x).` between ```datalog and ```",
        )
    return text.strip() + "\n"


def json_text(reply: str, tables: Collection[str]) -> str:
    """The query in JSON in a reply, written as Datalog. Raises E510 where there is none."""
    found = _JSON.search(_THOUGHTS.sub("", reply))
    return datalog_of(found[0] if found else "", tables)


def query_text(reply: str) -> str:
    """The query in a reply: in a fence, or from `SELECT` or `WITH` to the end of its paragraph.
    Raises E510 where there is none, and E511 where it would change data instead."""
    reply = _THOUGHTS.sub("", reply)
    fenced = [block for block in _FENCED.findall(reply) if _QUERY.search(block)]
    found = _QUERY.search(fenced[-1] if fenced else reply)
    if found is None:
        hint = "write one SELECT between ```sql and ```"
        if (change := _CHANGE.search(reply)) is not None:
            word = next(filter(None, change.groups())).upper()
            raise ModelError(511, f"`{word}` changes data, and a program only reads", hint=hint)
        raise ModelError(510, "the reply holds no program", hint=hint)
    return found[0].strip().rstrip(";").strip() + "\n"
