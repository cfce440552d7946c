"""Macros: from a name, or a name with arguments, to the text that it stands for.

    #define SQUARE(x) ((x) * (x))          SQUARE(a + 1)   ->  ((a + 1) * (a + 1))
    #define FACT(r, x) r(#x).              FACT(town, ulm) ->  town("ulm").
    #define REL(n) rel_ ## n               REL(3)          ->  rel_3

As in C: arguments are written out first, but not where `#` makes a text of them or `##` joins them;
the result is looked through again, where the macro's own name stays as it is. A name that the
result ends with takes its arguments from what follows:

    #define SUM ADD
    #define ADD(a, b) a + b                SUM(x, 1)       ->  x + 1
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trivium.errors import SyntaxProblem
from trivium.ir.text import quoted
from trivium.source import Span

_PART = re.compile(
    r"""
    (?P<plain>//[^\n]*|/\*[\s\S]*?\*/|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[0-9]\w*)
    |(?P<name>[^\W\d]\w*)
    |(?P<rest>[\s\S])
    """,
    re.VERBOSE,
)
_BODY = re.compile(
    r"""
    (?P<join>\s*\#\#\s*)
    |\#\s*(?P<text>[^\W\d]\w*)
    |(?P<name>[^\W\d]\w*)
    |(?P<other>"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[0-9]\w*|[\s\S])
    """,
    re.VERBOSE,
)
_HEAD = re.compile(r"([^\W\d]\w*)(?:\(([^()]*)\))?(?:\s+([\s\S]*))?|([^\W\d]\w*)([\s\S]*)")
_LAST = re.compile(r"(?<!\w)([^\W\d]\w*)\s*\Z")
_BLANK = re.compile(r"(?:\s|//[^\n]*|/\*[\s\S]*?\*/)*")
_GAP = re.compile(r'(?P<kept>"[^"\\\n]*(?:\\.[^"\\\n]*)*")|\s+')
_REST = "__VA_ARGS__"
# A macro that makes more text than this is taken for a mistake.
MAX_TEXT = 1 << 20
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Macro:
    """`parameters` is None for a macro without parentheses; the last may be `__VA_ARGS__`."""

    name: str
    parameters: tuple[str, ...] | None
    body: str


Macros = Mapping[str, Macro]
# The macros, or arguments, that a text stands inside of.
Inside = tuple[str, ...]


def define(text: str, span: Span) -> Macro:
    """The macro that stands after `#define`; E109 if it is none."""
    found = _HEAD.fullmatch(text)
    if found is None:
        hint = "write `#define NAME text` or `#define NAME(a, b) text`"
        raise SyntaxProblem(109, "`#define` without the name of a macro", span, hint=hint)
    if found[4]:
        return Macro(found[4], None, found[5].strip())
    parameters = None
    if found[2] is not None:
        names = [name.strip() for name in found[2].split(",")] if found[2].strip() else []
        parameters = tuple(_REST if name == "..." else name for name in names)
        if not all(name.isidentifier() for name in parameters):
            raise SyntaxProblem(109, f"the parameters of `{found[1]}` are not names", span)
    return Macro(found[1], parameters, (found[3] or "").strip())


def expand_use(
    text: str, start: int, end: int, macros: Macros, span: Span, inside: Inside = ()
) -> tuple[str, int] | None:
    """What the macro named by `text[start:end]` stands for, and where its use ends.

    None for a macro with parameters where no arguments follow. Errors are shown at `span`.
    """
    macro = macros[text[start:end]]
    if len(inside) > MAX_DEPTH:
        message = f"the macros here stand inside each other, deeper than {MAX_DEPTH} levels"
        raise SyntaxProblem(111, message, span)
    if macro.parameters is None:
        made = _applied(macro, [], macros, span, inside)
    else:
        found = _arguments(text, end)
        if found is None:
            return None
        values, end = found
        made = _applied(macro, values, macros, span, inside)
    while last := _LAST.search(made):
        waiting = None if last[1] in (*inside, macro.name) else macros.get(last[1])
        if waiting is None or waiting.parameters is None:
            break
        found = _arguments(text, end)
        if found is None:
            break
        values, end = found
        made = made[: last.start()] + _applied(waiting, values, macros, span, inside)
    return made, end


def _applied(macro: Macro, values: list[str], macros: Macros, span: Span, inside: Inside) -> str:
    """What a macro makes of its arguments, with every macro in it written out."""
    raw = {} if macro.parameters is None else _bound(macro, values, span)
    # An argument is one level deeper, but hides nothing.
    written = {name: expand(value, macros, span, (*inside, "")) for name, value in raw.items()}
    return expand(_joined(macro, raw, written), macros, span, (*inside, macro.name))


def expand(text: str, macros: Macros, span: Span, inside: Inside = ()) -> str:
    """The text with every macro in it, less those that it stands inside of, written out."""
    made: list[str] = []
    at = size = 0
    while found := _PART.match(text, at):
        part, at = found[0], found.end()
        if found.lastgroup == "name" and part in macros and part not in inside:
            use = expand_use(text, found.start(), at, macros, span, inside)
            if use is not None:
                part, at = use
        made.append(part)
        size += len(part)
        if size > MAX_TEXT:
            message = f"the macros here make more than {MAX_TEXT:,} characters"
            raise SyntaxProblem(111, message, span)
    return "".join(made)


def _bound(macro: Macro, values: list[str], span: Span) -> dict[str, str]:
    """The argument of each parameter; E111 if there are too few or too many."""
    parameters = macro.parameters or ()
    if parameters[-1:] == (_REST,) and len(values) >= len(parameters) - 1:
        fixed = len(parameters) - 1
        values = [*values[:fixed], ", ".join(values[fixed:])]
    if not parameters and values == [""]:
        values = []
    if len(values) != len(parameters):
        wanted = "1 argument" if len(parameters) == 1 else f"{len(parameters) or 'no'} arguments"
        message = f"the macro `{macro.name}` takes {wanted}, not {len(values)}"
        hint = f"it is `{macro.name}({', '.join(parameters)})`"
        raise SyntaxProblem(111, message, span, hint=hint)
    return dict(zip(parameters, values, strict=True))


def _joined(macro: Macro, raw: Mapping[str, str], written: Mapping[str, str]) -> str:
    """The macro's body with its arguments in place, `#` and `##` done."""
    parts = list(_BODY.finditer(macro.body))
    made: list[str] = []
    for place, part in enumerate(parts):
        beside = [p.lastgroup for p in (*parts[place - 1 : place], *parts[place + 1 : place + 2])]
        if part.lastgroup == "join":
            continue
        if part.lastgroup == "text" and part["text"] in raw:
            made.append(_spelt(raw[part["text"]]))
        elif part.lastgroup == "name" and part[0] in raw:
            made.append((raw if "join" in beside else written)[part[0]])
        else:
            made.append(part[0])
    return "".join(made)


def _arguments(text: str, at: int) -> tuple[list[str], int] | None:
    """The arguments between parentheses after a place, and where they end."""
    blank = _BLANK.match(text, at)
    at = blank.end() if blank else at
    if text[at : at + 1] != "(":
        return None
    values, level = [""], 0
    for part, end in _parts(text, at):
        if part == "(":
            level += 1
        elif part == ")":
            level -= 1
        if level == 0:
            return [value.strip() for value in values], end
        if part == "," and level == 1:
            values.append("")
        elif (level, part) != (1, "(") or values != [""]:
            values[-1] += part
    return None


def _parts(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The parts of the text from a place on, and where each ends."""
    while found := _PART.match(text, at):
        at = found.end()
        yield found[0], at


def _spelt(text: str) -> str:
    """Program text as a text; white space in it is one space, but within a text as it is."""
    return quoted(_GAP.sub(lambda found: found["kept"] or " ", text.strip()))
