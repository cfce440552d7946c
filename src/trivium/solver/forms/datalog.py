"""Soufflé programs as models write them, mended step by step until they are programs.

    Has_age("Ann", 7)                 Has_age("Ann", 7).          missing-dot
    .decl Has_age(who:symbol ...      (declared above already)    declared-twice
    Grown(x) :- x >= 18.              .decl Grown(x:float) inline inline-rule

Each error of the program names its place; the mend for that error is made there, noted, and the
program is read again. What no mend is known for stays the program's own error.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trivium.analyse.near import near
from trivium.errors import SyntaxProblem, TriviumError
from trivium.program import Program
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.sections import check_length
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.souffle import parse

# More mends than this, and it is another program.
MOST = 60
_FENCED = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.S)
_STARTS = re.compile(r"\s*(?:\.[a-z]+\b|//|/\*|[A-Za-z_]\w*\s*\(|[A-Za-z_]\w*\s*:-|!)")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "″": '"'})
_GROUPS = re.compile(r"(?<![\w.\"])\d{1,3}(?:[,_]\d{3})+(?![\w\"])")
_TYPES = {"bool": "symbol", "boolean": "symbol", "string": "symbol", "str": "symbol"}
_TYPES |= {"text": "symbol", "int": "number", "integer": "number", "double": "float"}
_TYPES |= {"real": "float", "Float": "float", "Symbol": "symbol", "Number": "number"}

_RESERVED = re.compile(
    r"(?<=[(,\s])(count|sum|min|max|mean|range|band|bor|bxor|land|lor|lxor|cat|ord)(?=\s*[,)<>=+*/-])"
)

_EXPONENT = re.compile(r"(?<![\w.])\d+(?:\.\d+)?[eE][+-]?\d+")

# What a mend gives: the new text, its name and what it did; None where it is not for this error.
Made = tuple[str, str, str] | None


def read_datalog(source: Source, mends: list[Mend]) -> tuple[Program, str]:
    """The program, mended where need be, and the relation that is its answer.

    Raises the error for which there is no mend, and E112 where no relation is the answer.
    """
    check_length(source)
    text = _without_prose(source.text, mends)
    for _ in range(MOST):
        try:
            program = Program(text, name=source.name)
            goal = _goal(parse(Source(source.name, text)), mends)
            mends += _reserved(text)
            mends += _undeclared(program)  # E201 while a relation waits for data that never comes
            return program, goal
        except TriviumError as error:
            made = _mended(text, error)
            if made is None or made[0] == text:
                raise
            text, name, detail = made
            line = error.span.place[1] if error.span is not None else 0
            mends.append(Mend(name, detail, line))
    raise SyntaxProblem(101, f"the program needs more than {MOST} mends", Span(source, 0, 1))


def _undeclared(program: Program) -> list[Mend]:
    """The relations whose columns were found out from their facts and rules."""
    declared = set(re.findall(r"\.decl\s+(\w+)", program.source.text))
    names = [n for n in program.ir.relations if n not in declared and not n.startswith("@")]
    return [Mend("missing-declaration", f"declared `{name}`") for name in names]


def _reserved(text: str) -> list[Mend]:
    """What Soufflé refuses and is plain here: names that it keeps for itself, `2.7e+12`."""
    plain = re.sub(r'"[^"\n]*"', '""', text)
    words = dict.fromkeys(_RESERVED.findall(plain))
    numbers = dict.fromkeys(_EXPONENT.findall(plain))
    return [
        *(Mend("reserved-name", f"`{word}` is a name like others here") for word in words),
        *(Mend("exponent", f"`{number}` is a number here") for number in numbers),
    ]


def _without_prose(text: str, mends: list[Mend]) -> str:
    fenced = [block for block in _FENCED.findall(text) if block.strip()]
    if fenced:
        mends.append(Mend("fence", "took the program out of its code fence"))
        text = max(fenced, key=len)
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _STARTS.match(line)]
    ends = [i for i, line in enumerate(lines) if line.rstrip().endswith((".", ")", '"', "}"))]
    ends += [i for i, line in enumerate(lines) if re.match(r"\s*\.\w", line)]
    if starts and ends and (starts[0] > 0 and any(line.strip() for line in lines[: starts[0]])):
        mends.append(Mend("fence", "left out what stands before the program"))
        lines = lines[starts[0] :]
    text = "\n".join(lines)
    if text.translate(_QUOTES) != text:
        mends.append(Mend("quotes", 'put `"` in place of curved quotes'))
        text = text.translate(_QUOTES)
    return text


def _goal(tree: ast.Program, mends: list[Mend]) -> str:
    """The relation that is the answer: that of `.output`, or else `Answer`, or the last head."""
    outputs = [
        i.relation for i in tree.items if isinstance(i, ast.Directive) and i.kind == "output"
    ]
    clauses = [i for i in tree.items if isinstance(i, ast.Clause)]
    heads = [head.relation for clause in clauses for head in clause.heads]
    if outputs:
        return outputs[-1]
    rules = [head.relation for clause in clauses if clause.body for head in clause.heads]
    goal = next((name for name in reversed(heads) if name.lower() == "answer"), None)
    if goal is None and rules and "Answer" not in tree.source.text:
        goal = rules[-1]
    if goal is None:
        message = "no rule derives the answer"
        raise SyntaxProblem(112, message, Span(tree.source, 0, 1), hint="write `Answer() :- ...`")
    mends.append(Mend("missing-output", f"`{goal}` is the answer"))
    return goal


def _mended(text: str, error: TriviumError) -> Made:
    span = error.span
    if span is None:
        return None
    for number, mend in _MENDS:
        if number == error.number and (made := mend(text, span, error)) is not None:
            return made
    return None


# --- syntax --------------------------------------------------------------------------------------


def _unfinished(text: str, span: Span, error: TriviumError) -> Made:
    """The end of a reply that was cut off."""
    rest = text[span.start :]
    unclosed = error.number == 102
    if rest.strip() and not unclosed:
        return None
    if unclosed and rest.count("\n") > 1:
        return None
    before = text[: span.start]
    stops = [
        found.end() for found in re.finditer(r"[)\"\w]\s*\.(?=\s|$)|^\s*\.\w[^\n]*\n", before, re.M)
    ]
    if not stops or not before[stops[-1] :].strip() + rest.strip():
        return None
    left_out = text[stops[-1] :].strip()
    return text[: stops[-1]] + "\n", "dropped-line", f"left out the unfinished `{left_out[:40]}`"


def _missing_dot(text: str, span: Span, error: TriviumError) -> Made:
    """A fact or rule that ends at its line's end, without a full stop."""
    wanted = "`.`" in error.message.partition("expected")[2] or "`:-`" in error.message
    before = text[: span.start].rstrip()
    gap = text[len(before) : span.start]
    at_end = not text[span.start :].strip()
    if not wanted or not ("\n" in gap or at_end) or before.endswith((".", ",", ":-")):
        return None
    return before + "." + text[len(before) :], "missing-dot", "added the full stop"


def _lone_not(text: str, span: Span, error: TriviumError) -> Made:
    """`..., !.`: a denial of nothing."""
    found = re.compile(r"\s*,\s*!\s*(?=[.,])").search(text, max(0, span.start - 6))
    if found is None or not found.start() <= span.start <= found.end() + 1:
        return None
    return text[: found.start()] + text[found.end() :], "dropped-line", "left out a lone `!`"


def _denied_fact(text: str, span: Span, error: TriviumError) -> Made:
    """`!Edible("kidney").`: what no fact says is false anyhow."""
    found = re.compile(r"!\s*\w+\s*\([^\n]*\)\s*\.").match(text, span.start)
    if found is None:
        return None
    detail = f"left out `{found[0][:40]}`: what is not stated is false"
    return text[: span.start] + text[found.end() :], "denied-fact", detail


def _words(text: str, span: Span, error: TriviumError) -> Made:
    """`and`, `or`, `not`, `==`, `<>`, `&&`, `||` where Soufflé has other marks."""
    marks = {"==": "=", "<>": "!=", "&&": ",", "||": ";", "and": ",", "AND": ",", "or": ";",
             "&": ",", "OR": ";", "not": "!", "≠": "!=", "≥": ">=", "≤": "<=",
             "~": "!"}  # fmt: skip
    word = span.text
    if word in marks:
        new = text[: span.start] + marks[word] + text[span.end :]
        return new, "operator", f"`{word}` is written `{marks[word]}`"
    swapped = re.compile(r"=!|=>(?=\s*[\d\w\"])|=<").match(text, max(0, span.start - 1))
    if swapped:
        mark = {"=!": "!=", "=>": ">=", "=<": "<="}[swapped[0]]
        new = text[: swapped.start()] + mark + text[swapped.end() :]
        return new, "operator", f"`{swapped[0]}` is written `{mark}`"
    line = _line_at(text, span.start)
    infix = re.search(r'(\w+)\s+(contains|match)\s+("[^"\n]*"|\w+)', line)
    if word in ("contains", "match") and infix:
        new = text.replace(infix[0], f"{infix[2]}({infix[3]}, {infix[1]})", 1)
        return new, "operator", f"`{infix[2]}` stands before its arguments"
    before = re.search(r"\b(not)\s*$", text[: span.start])
    if before:
        new = text[: before.start()] + "!" + text[span.start :]
        return new, "operator", "`not` is written `!`"
    return None


def _line_at(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : len(text) if end < 0 else end]


def _exclaimed(text: str, span: Span, error: TriviumError) -> Made:
    """`Eats("vegan", "honey")!` denies a fact."""
    line = _line_at(text, span.start)
    denied = re.match(r"\s*\w+\s*\([^()]*\)\s*!\s*(?::-.*)?\.?\s*$", line)
    if span.text != "!" or denied is None:
        return None
    detail = f"left out `{line.strip()[:40]}`: what is not stated is false"
    return text.replace(line, "", 1), "denied-fact", detail


def _atom_as_value(text: str, span: Span, error: TriviumError) -> Made:
    """`n > Seats("plane", m)` speaks of the `m` with `Seats("plane", m)`; `not(p(x))` denies."""
    called = re.compile(r"\w+\s*\(([^()]*)\)").match(text, span.start)
    if called is None:
        return None
    denied = re.search(r"\bnot\s*\(\s*$", text[: span.start])
    if denied and text[called.end() :].lstrip().startswith(")"):
        rest = text[called.end() :].lstrip()[1:]
        return text[: denied.start()] + "!" + called[0] + rest, "operator", "`not` is written `!`"
    last = called[1].rpartition(",")[2].strip()
    start, _ = _clause_around(text, span.start)
    arrow = text.find(":-", start, span.start)
    if not re.fullmatch(r"[A-Za-z]\w*", last) or arrow < 0:
        return None
    before, after = text[arrow + 2 : span.start], text[called.end() :]
    new = f"{text[: arrow + 2]} {called[0]},{before}{last}{after}"
    return new, "atom-as-value", f"`{called[0][:40]}` stands for `{last}` in it"


def _single_quotes(text: str, span: Span, error: TriviumError) -> Made:
    found = re.compile(r"[‘'`]([^'’`\n\"]*)['’`](?=\s*[,)=<>!.])").match(text, span.start)
    if found is None:
        return None
    new = f'{text[: span.start]}"{found[1]}"{text[found.end() :]}'
    return new, "quotes", 'put `"` in place of other quotes'


def _digit_groups(text: str, span: Span, error: TriviumError) -> Made:
    """`7,957` and `70_000` are numbers."""
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = text.find("\n", span.start)
    line_end = len(text) if line_end < 0 else line_end
    line = text[line_start:line_end]
    plain = _GROUPS.sub(lambda found: re.sub("[,_]", "", found[0]), line)
    if plain == line:
        return None
    return text[:line_start] + plain + text[line_end:], "operator", "read digit groups as a number"


def _unreadable_line(text: str, span: Span, error: TriviumError) -> Made:
    """Prose after the program, or an unreadable fact: left out, if it is a line of its own."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    end = len(text) if end < 0 else end
    line = text[start:end]
    prose = not re.search(r":-|^\s*\.", line) and (
        re.match(r"\s*[A-Z#*-][\w' ]* \w", line) or not re.search(r"\w\s*\(", line)
    )
    output = re.match(r"\s*\.output\s+!?\s*(\w+)", line)
    if output:
        new = f"{text[:start]}.output {output[1]}{text[end:]}"
        return (new, "dropped-line", "left out what follows `.output`") if new != text else None
    if not prose or not line.strip():
        return None
    return text[:start] + text[end:], "dropped-line", f"left out `{line.strip()[:50]}`"


def _directive(text: str, span: Span, error: TriviumError) -> Made:
    """`.likes(a:symbol)` declares `likes`."""
    found = re.compile(r"\.(\w+)\s*\(\s*\w+\s*:").match(text, span.start)
    if found is None:
        return None
    new = f"{text[: span.start]}.decl {text[span.start + 1 :]}"
    return new, "missing-declaration", f"declared `{found[1]}`"


# --- declarations --------------------------------------------------------------------------------


def _declared_twice(text: str, span: Span, error: TriviumError) -> Made:
    start = text.rfind(".decl", 0, span.start)
    found = re.compile(r"\.decl\s+\w+\s*(?:\([^)]*\))?[ \t]*").match(text, max(start, 0))
    if start < 0 or found is None or not found.start() <= span.start < found.end():
        return None
    detail = f"`{span.text}` is declared above already"
    return text[:start] + text[found.end() :], "declared-twice", detail


def _same_columns(text: str, span: Span, error: TriviumError) -> Made:
    """`.decl Near(state:symbol, state:symbol)`: the second has a name of its own."""
    name = re.match(r"\w+", span.text)
    if name is None:
        return None
    new = f"{text[: span.start]}{name[0]}_2{text[span.start + len(name[0]) :]}"
    return new, "column-names", f"named the second `{name[0]}` apart"


def _column_type(text: str, span: Span, error: TriviumError) -> Made:
    meant = _TYPES.get(span.text)
    if meant is None:
        return None
    new = text[: span.start] + meant + text[span.end :]
    return new, "column-type", f"`{span.text}` is written `{meant}`"


def _missing_relation(text: str, span: Span, error: TriviumError) -> Made:
    """A relation that nothing defines: another one's name misspelt, or one without rows."""
    found = re.compile(r"(\w+)\s*\(").match(text, span.start)
    if found is None:
        return None
    name = found[1]
    level, end = 1, found.end()
    args = [""]
    quoted = False
    while end < len(text) and level:
        mark = text[end]
        quoted ^= mark == '"'
        level += 0 if quoted else (mark in "([") - (mark in ")]")
        if level == 1 and mark == "," and not quoted:
            args.append("")
        elif level:
            args[-1] += mark
        end += 1
    declared = dict(re.findall(r"\.decl\s+(\w+)\s*\(([^)]*)\)", text))
    arity = len(args) if args != [""] else 0
    same = [
        n for n, columns in declared.items() if len([c for c in columns.split(",") if c]) == arity
    ]
    meant = near(name, same)
    if meant is not None and _alike(meant, name):
        new = re.sub(rf"\b{re.escape(name)}(?=\s*\()", meant, text)
        return new, "misspelt-relation", f"`{name}` is `{meant}`"
    columns = ", ".join(f"a{i}: {_type_of(a.strip(), text)}" for i, a in enumerate(args[:arity]))
    detail = f"`{name}` is used and never stated, so it holds of nothing"
    return f"{text}\n.decl {name}({columns})\n", "missing-declaration", detail


def _alike(one: str, other: str) -> bool:
    one, other = one.lower().rstrip("s"), other.lower().rstrip("s")
    return one == other or sorted(one) == sorted(other)


def _type_of(argument: str, text: str) -> str:
    """The type of an argument: that of a literal, or of a column that the variable stands in."""
    if re.fullmatch(r"-?\d+(\.\d+)?", argument):
        return "float" if re.search(r":\s*float", text) else "number"
    if not re.fullmatch(r"\w+", argument):
        return "symbol"
    declared = {
        name: [c.partition(":")[2].strip() for c in columns.split(",")]
        for name, columns in re.findall(r"\.decl\s+(\w+)\s*\(([^)]*)\)", text)
    }
    for name, inner in re.findall(r"(\w+)\s*\(([^()]*)\)", text):
        for place, part in enumerate(inner.split(",")):
            if part.strip() == argument and place < len(declared.get(name, ())):
                return declared[name][place] or "symbol"
    return "symbol"


# --- safety --------------------------------------------------------------------------------------


def _bare_constant(text: str, span: Span, error: TriviumError) -> Made:
    """`Has_term("judge", life).`: a fact has no variables, so a name in it is a text."""
    if not re.fullmatch(r"\w+", span.text):
        return None
    new = f'{text[: span.start]}"{span.text}"{text[span.end :]}'
    return new, "bare-constant", f"`{span.text}` is the text of that name"


def _unbound(text: str, span: Span, error: TriviumError) -> Made:
    """A variable that only a denial has stands for any value; a rule that only tests its arguments
    is written out where it is used."""
    name = span.text
    if not re.fullmatch(r"\w+", name):
        return None
    start, end = _clause_around(text, span.start)
    clause = text[start:end]
    uses = len(re.findall(rf'(?<![\w"]){re.escape(name)}(?![\w"])', clause))
    if "negated" in error.message and uses == 1:
        new = f"{text[: span.start]}_{text[span.end :]}"
        return new, "unbound-in-denial", f"`{name}` stands for any value"
    head = re.match(r"\s*(\w+)\s*\(([^()]*)\)\s*:-", clause)
    if head is None or head[1].lower() == "answer":
        return None
    if written_out := _written_out(text, start, end, head):
        return written_out, "inline-rule", f"`{head[1]}` is written out where it is used"
    detail = f"left out a rule of `{head[1]}`: nothing binds `{name}`"
    return text[:start] + "\n" + text[end:], "unsafe-rule", detail


def _written_out(text: str, start: int, end: int, head: re.Match[str]) -> str | None:
    """The text with a relation's only rule in the place of its atoms, where the rule speaks of its
    arguments alone."""
    name, clause = head[1], text[start:end]
    names = [part.strip() for part in head[2].split(",")]
    body = clause[head.end() :].strip().rstrip(".").strip()
    words = set(re.findall(r"(?<![\w\"])[A-Za-z_]\w*(?![\w\"(])", re.sub(r'"[^"]*"', "", body)))
    if not words <= set(names) or len(set(names)) < len(names) or "\n" in body:
        return None
    rest = text[:start] + "\n" + text[end:]
    call = re.compile(rf"\b{re.escape(name)}\s*\(([^()]*)\)")
    declared = re.compile(rf"\.decl\s+{re.escape(name)}\s*\([^)]*\)[ \t]*\n?")
    rest = declared.sub("", rest)
    if re.search(rf"^\s*{re.escape(name)}\s*\(", rest, re.M):
        return None

    def replaced(found: re.Match[str]) -> str:
        given = dict(zip(names, (part.strip() for part in found[1].split(",")), strict=False))
        swap = re.compile(r'"[^"]*"|\b[A-Za-z_]\w*\b')
        return f"({swap.sub(lambda word: given.get(word[0], word[0]), body)})"

    return call.sub(replaced, rest)


def _clause_around(text: str, place: int) -> tuple[int, int]:
    """Where the clause around a place starts and ends."""
    start = 0
    for found in re.finditer(r"^[ \t]*\.[a-z][^\n]*\n|[)\w\"]\s*\.\s+", text, re.M):
        if found.end() > place:
            return start, found.end()
        start = found.end()
    return start, len(text)


def _number_for_text(text: str, span: Span, error: TriviumError) -> Made:
    """A literal of the other type: `"7"` where numbers stand, `7` where texts do."""
    literal = span.text
    if re.fullmatch(r'"-?\d+(\.\d+)?"', literal):
        new = text[: span.start] + literal.strip('"') + text[span.end :]
        return new, "number-as-text", f"{literal} is a number here"
    if re.fullmatch(r"-?\d+(\.\d+)?", literal):
        new = f'{text[: span.start]}"{literal}"{text[span.end :]}'
        return new, "number-as-text", f"`{literal}` is a text here"
    return None


_MENDS: tuple[tuple[int, Callable[[str, Span, TriviumError], Made]], ...] = (
    (101, _lone_not), (101, _denied_fact), (101, _exclaimed), (101, _words), (101, _single_quotes),
    (101, _missing_dot), (101, _unfinished), (101, _digit_groups), (101, _unreadable_line),
    (102, _unfinished), (104, _digit_groups), (203, _digit_groups), (107, _directive),
    (211, _declared_twice), (205, _same_columns), (214, _column_type), (201, _missing_relation),
    (202, _bare_constant), (208, _unbound), (212, _atom_as_value),
    (207, _number_for_text), (653, _number_for_text),
)  # fmt: skip
