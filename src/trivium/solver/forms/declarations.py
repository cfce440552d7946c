"""Declarations of sorts and functions with constraints over them, as models write them for Z3.

    # Declarations
    people = EnumSort([Ann, Bob])               Problem(sorts={"people": ("Ann", "Bob"), ...},
    meals = EnumSort([lunch, dinner])                   functions={"eats": Function(
    eats = Function([people, meals] -> [bool])   →          ("people", "meals"), "bool")},
    # Constraints                                       constraints=(...),
    ForAll([p:people], eats(p, lunch))                  options=(Choice("A", "sat", eats(...)),))
    # Options
    Question ::: Who could eat dinner?
    is_sat(eats(Ann, dinner)) ::: (A)

`is_valid(...)` must be true, `is_sat(...)` could be, `is_unsat(...)` cannot be, `is_exception(t)`
fails the test t; `is_max(e, 3)` and `is_min(e, 3)` say what is the most and the least,
`is_equivalent(f)` what stands in for a constraint that the question quotes, and several
tests may be joined by `and`. A line that cannot be read is refused, not left out.
"""

from __future__ import annotations

import re
from dataclasses import replace

from trivium.errors import SyntaxProblem
from trivium.solver.forms.constraints import members
from trivium.solver.forms.deduction import Formula
from trivium.solver.forms.fol import read_formula
from trivium.solver.forms.logic import Apply, Expression, Listing, Operation
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Choice, Function, Problem
from trivium.solver.forms.sections import Line, check_length
from trivium.source import Source, Span

_HEADING = re.compile(r"#+\s*(declarations?|constraints?|options?)\s*:?\s*$", re.I)
_SORT = re.compile(r"(\w+)\s*[=:]\s*(?:EnumSort|IntSort|Set|DeclareSort|Enum)\s*\((.*)\)\s*", re.S)
_FUNCTION = re.compile(r"(\w+)\s*[=:]\s*Function\s*\((.*)\)\s*", re.S)
_PLACE = re.compile(r"\b\w+\[\d+\]")
_LISTING = re.compile(r"(\w+)\s*=\s*([\[{].*[\]}])\s*")
_VALUE = re.compile(r"(\w+)\s*=\s*(?:Int|Bool)\s*\(.*\)\s*")
_LABEL = re.compile(r"\(?([A-Ha-h])[).]|^([A-H])$")
_CLOCK = re.compile(r"(?<![\w.])(\d{1,2}(?::\d\d)?[\s_]*[AaPp]\.?[Mm]\b\.?|\d{1,2}:\d\d)")
_INLINE = re.compile(r"\b(?:EnumSort|Set|Enum)\s*\(\s*([\[{][^\[\]{}()]*[\]}])\s*\)")
_TESTS = {
    "is_valid": ("valid", False), "is_true": ("valid", False), "is_sat": ("sat", False),
    "is_unsat": ("unsat", False), "is_false": ("unsat", False),
    "is_accurate_list": ("list", False), "must_be": ("valid", False), "could_be": ("sat", False),
    "cannot_be": ("unsat", False), "is_equivalent": ("same", False),
}  # fmt: skip
# What an extreme is not exceeded by.
_BEYOND = {"is_max": ">", "is_min": "<"}
_ASKED = (
    (re.compile(r"\b(cannot|can ?not|can't|except|must be false)\b", re.I), ("sat", True)),
    (re.compile(r"\b(could be false)\b", re.I), ("valid", True)),
    (re.compile(r"\b(could|can|possible|may|acceptable|might)\b", re.I), ("sat", False)),
)


def read_declarations(source: Source, mends: list[Mend]) -> Problem:
    """The problem; E101 for a line that is none, E112 where it has no declarations."""
    check_length(source)
    found = {name: _whole(lines, mends) for name, lines in _sections(source).items()}
    if "declarations" not in found:
        hint = "write `# Declarations` above sorts such as `people = EnumSort([Ann, Bob])`"
        raise SyntaxProblem(112, "nothing is declared", Span(source, 0, 1), hint=hint)
    found = _placed(found, mends)
    sorts: dict[str, tuple[str | int, ...]] = {}
    functions: dict[str, Function] = {}
    constraints: list[Formula] = []
    for line in found["declarations"]:
        text = line.text if _SORT.fullmatch(line.text) else _written(line, mends)
        if sort := _SORT.fullmatch(text) or _LISTING.fullmatch(text):
            sorts[sort[1]] = members(_clock(sort[2]))
        elif function := _FUNCTION.fullmatch(text):
            functions[function[1]] = _signature(function[2], line)
        elif value := _VALUE.fullmatch(text):
            functions[value[1]] = Function((), "int" if "Int" in text else "bool")
        else:
            constraints.append(_constraint(line, mends))
    constraints += [_constraint(line, mends) for line in found.get("constraints", ())]
    question = ""
    options: list[Choice] = []
    for line in found.get("options", ()):
        if line.text.lower().startswith("question"):
            question = line.said
        elif not (question or options) and line.text.endswith("?"):
            question = line.text
            mends.append(Mend("question-line", "the first line asks the question", line.number))
        else:
            options.append(_choice(line, len(options), question, mends))
    return Problem(sorts, functions, tuple(constraints), tuple(options), question)


def _sections(source: Source) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    offset = 0
    for number, whole in enumerate(source.text.split("\n"), 1):
        start, offset = offset, offset + len(whole) + 1
        text = whole.strip()
        if heading := _HEADING.match(text):
            name = heading[1].lower().rstrip("s") + "s"
            current = found.setdefault(name, [])
        elif text and current is not None and not text.startswith(("#", "```")):
            text, _, said = text.partition(":::")
            text = text.strip()
            span = Span(source, start + whole.find(text), start + whole.find(text) + len(text))
            current.append(Line(text, said.strip(" :"), number, span))
    return found


def _whole(lines: list[Line], mends: list[Mend]) -> list[Line]:
    """The lines, each with those that go on with it: whose parentheses it left open."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is None or last.said or not _is_open(last.text):
            found.append(line)
            continue
        span = Span(line.span.source, last.span.start, line.span.end)
        found[-1] = Line(f"{last.text} {line.text}", line.said, last.number, span)
        mends.append(Mend("broken-line", "the formula goes on in the next line", last.number))
    return found


def _placed(found: dict[str, list[Line]], mends: list[Mend]) -> dict[str, list[Line]]:
    """The lines with a member in the place of `sort[2]`. The places of a sort count from 1 where
    the greatest is its size and from 0 where 0 is among them; else nothing tells."""
    lines = [line for section in found.values() for line in section]
    members_at: dict[str, str] = {}
    for sort in filter(None, (_SORT.fullmatch(line.text) for line in lines)):
        listed = members(_clock(sort[2]))
        place = re.compile(rf"\b{sort[1]}\[(\d+)\]")
        places = {int(number) for line in lines for number in place.findall(line.text)}
        first = 0 if 0 in places else 1
        if places and (max(places) == len(listed) if first else max(places) < len(listed)):
            members_at |= {f"{sort[1]}[{n}]": str(listed[n - first]) for n in places}
            detail = f"`{sort[1]}[{first}]` is the first member of `{sort[1]}`"
            mends.append(Mend("listed-place", detail))
    if not members_at:
        return found

    def replaced(line: Line) -> Line:
        text = _PLACE.sub(lambda f: members_at.get(f[0], f[0]), line.text)
        span = Span(Source(line.span.source.name, text), 0, len(text))
        return line if text == line.text else replace(line, text=text, span=span)

    return {name: [replaced(line) for line in section] for name, section in found.items()}


def _is_open(text: str) -> bool:
    return sum(text.count(x) for x in "([{") > sum(text.count(x) for x in ")]}")


def _written(line: Line, mends: list[Mend]) -> str:
    """The line with times of day as names, and sorts that stand in it as lists."""
    text, count = _INLINE.subn(r"\1", line.text)
    if count:
        detail = "a sort stands where it is used, as the list of its members"
        mends.append(Mend("inline-sort", detail, line.number))
    return _clock(text)


def _clock(text: str) -> str:
    """Times of day as names: `9:00 AM` is `9_00AM`."""
    return _CLOCK.sub(lambda f: re.sub(r"[\s._]", "", f[1]).replace(":", "_"), text)


def _signature(text: str, line: Line) -> Function:
    """`[a, b] -> [c]`, `a, b -> c` or, as z3 has it, `a, b, c`."""
    args, arrow, result = text.partition("->")
    if not arrow:
        args, _, result = text.rpartition(",")
    sorts = [part.strip().strip("[]() ") for part in re.split(r",(?![^\[]*\][^\]]*\])", args)]
    result = result.strip().strip("[]() ")
    if not result:
        hint = "write `f = Function([sort] -> [sort])`"
        raise SyntaxProblem(101, "the function has no result", line.span, hint=hint)
    return Function(tuple(sort for sort in sorts if sort), result)


def _constraint(line: Line, mends: list[Mend]) -> Formula:
    tree = read_formula(line.standing(_written(line, mends)), mends, line.number)
    return Formula(line.text, tree, line.said, line.span)


def _choice(line: Line, number: int, question: str, mends: list[Mend]) -> Choice:
    tree = read_formula(line.standing(_written(line, mends)), mends, line.number)
    labelled = _LABEL.search(line.said)
    label = (labelled[1] or labelled[2]).upper() if labelled else chr(ord("A") + number)
    said = _LABEL.sub("", line.said, count=1).strip() or line.text
    negated = False
    while isinstance(tree, Apply | Operation):
        if isinstance(tree, Apply) and tree.symbol in ("is_exception", "Not") and tree.args:
            negated = not negated
            tree = _joined(tree.args)
        elif isinstance(tree, Operation) and tree.op == "not" and _is_test(tree.args[0]):
            negated = not negated
            tree = tree.args[0]
        else:
            break
    if isinstance(tree, Apply) and tree.symbol in _TESTS and tree.args:
        test, inverse = _TESTS[tree.symbol]
        formulas = tree.args
        if test == "same" and len(formulas) > 2:
            message = "`is_equivalent` takes a formula, and perhaps the one that it is to equal"
            raise SyntaxProblem(101, message, line.span)
        if test == "list" and len(formulas) == 1 and isinstance(formulas[0], Listing):
            formulas = formulas[0].items
        return Choice(label, test, negated != inverse, formulas, said, line.span)
    if (both := _joined_tests(tree)) is not None:
        return Choice(label, both[0], negated, both[1], said, line.span)
    tree = _extreme(tree)
    if isinstance(tree, Apply) and tree.symbol in _BEYOND and len(tree.args) == 2:
        # `is_max(e, 3)`: e may be 3, and not more.
        formulas = tuple(
            [Operation(op, tree.args, tree.span) for op in ("=", _BEYOND[tree.symbol])]
        )
        return Choice(label, "optimum", negated, formulas, said, line.span)
    if isinstance(tree, Apply) and tree.symbol.startswith("is_"):
        message = f"`{tree.symbol}` is not a test of an option"
        hint = (
            "the tests are `is_valid`, `is_sat`, `is_unsat`, `is_exception`, `is_equivalent`, "
            "`is_max(e, 3)` and `is_min(e, 3)`"
        )
        raise SyntaxProblem(101, message, line.span, hint=hint)
    test, inverse = next((t for asks, t in _ASKED if asks.search(question)), ("valid", False))
    if negated:
        # An exception among options that could be true, or that must.
        test, inverse = ("valid", True) if re.search(r"\bmust\b", question) else ("sat", True)
    detail = f"option {label} is tested as the question asks"
    mends.append(Mend("option-sense", detail, line.number))
    return Choice(label, test, inverse, (tree,), said, line.span)


def _joined_tests(tree: Expression) -> tuple[str, tuple[Expression, ...]] | None:
    """`is_sat(a) and is_sat(b)`, each of which must pass: the test and the formulas."""
    if not isinstance(tree, Operation) or tree.op != "and":
        return None
    names = {part.symbol if isinstance(part, Apply) else "" for part in tree.args}
    each = {"is_sat": "each", "is_valid": "valid"}.get(min(names)) if len(names) == 1 else None
    formulas = [part.args for part in tree.args if isinstance(part, Apply)]
    return None if each is None else (each, tuple(_joined(args) for args in formulas))


def _extreme(tree: Expression) -> Expression:
    """`is_max(is_sat(e == 3))` as `is_max(e, 3)`."""
    if isinstance(tree, Apply) and tree.symbol in _BEYOND and len(tree.args) == 1:
        inner = tree.args[0]
        if isinstance(inner, Apply) and inner.symbol == "is_sat" and len(inner.args) == 1:
            inner = inner.args[0]
        if isinstance(inner, Operation) and inner.op == "=":
            return replace(tree, args=inner.args)
    return tree


def _is_test(node: Expression) -> bool:
    return isinstance(node, Apply) and node.symbol.startswith("is_")


def _joined(args: tuple[Expression, ...]) -> Expression:
    return args[0] if len(args) == 1 else Operation("and", args, args[0].span)
