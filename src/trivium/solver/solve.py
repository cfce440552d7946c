"""The front for problems of logic: read in any form, solved by what fits, never guessed.

solve(premises=["∀x (Human(x) → Mortal(x))", "Human(socrates)"], statement="Mortal(socrates)")
solve(text)                  a program in one of the forms, as a model may have written it
solve([text, text])          several programs for one problem: their agreement gives confidence
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from trivium.errors import ProgramError, SyntaxProblem, TriviumError
from trivium.program import Limits
from trivium.solver.agree import agree
from trivium.solver.choose import choose
from trivium.solver.deduce import deduce
from trivium.solver.derive import derive
from trivium.solver.forms import FORMS
from trivium.solver.forms.constraints import read_constraints
from trivium.solver.forms.declarations import read_declarations
from trivium.solver.forms.deduction import Deduction, read_deduction, read_given
from trivium.solver.forms.facts_rules import read_rules
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.sections import check_length
from trivium.solver.forms.tptp import is_tptp, read_tptp
from trivium.solver.forward import follow
from trivium.solver.theorem import prove
from trivium.solver.verdict import Premise, Status, Verdict
from trivium.source import Source, Span

SECONDS = 10.0


def solve(
    program: str | Sequence[str] | None = None,
    *,
    premises: Sequence[str] = (),
    statement: str | None = None,
    form: str | None = None,
    strict: bool = False,
    limits: Limits | None = None,
    name: str = "<program>",
    folders: Sequence[Path] = (),
) -> Verdict:
    """Solve a problem of logic.

    Args:
        program: a program in one of the forms; or several that were written for one problem, whose
            agreement then gives the verdict its confidence.
        premises, statement: first-order formulas, instead of a program.
        form: the form; by default it is found out.
        strict: refuse what would have to be mended, with E101, instead of mending it.
        limits: `seconds` (10 by default) bounds the search; the others those of the engine.
        name: what errors call the program.
        folders: where files that a TPTP problem includes are looked for.

    Raises SyntaxProblem (1xx) and ProgramError (2xx) for a program that cannot be read or has no
    meaning, LimitError (3xx) for one that grows too large, BackendError E401 where Z3 is needed and
    missing. With several programs, those that fail are left out.
    """
    limits = limits or Limits(seconds=SECONDS)
    seconds = SECONDS if limits.seconds is None else limits.seconds
    start = perf_counter()
    if program is None:
        statements = [] if statement is None else [statement]
        if not statements:
            hint = "give `statement=`, or a program"
            raise SyntaxProblem(112, "there is nothing to prove", hint=hint)
        verdict = _deduced(read_given(premises, statements), seconds)
    elif isinstance(program, str):
        verdict = _solved(Source(name, program), form, strict, limits, folders)
    else:
        verdict = agree(_each(program, form, strict, limits), form or _form_of_any(program))
    return replace(verdict, seconds=perf_counter() - start)


def form_of(text: str, name: str = "<program>") -> str:
    """The form that a program is written in; E225 where nothing tells."""
    if is_tptp(text):
        return "fol"
    for form, sign in FORMS.items():
        if sign.search(text):
            return form
    span = Span(Source(name, text), 0, 1)
    raise ProgramError(225, "the program is in none of the known forms", span)


def _form_of_any(programs: Sequence[str]) -> str:
    """The form of the first program that has one; the empty text where none has."""
    for text in programs:
        try:
            return form_of(text)
        except TriviumError:
            continue
    return ""


def _each(
    programs: Sequence[str], form: str | None, strict: bool, limits: Limits
) -> list[Verdict | TriviumError]:
    found: list[Verdict | TriviumError] = []
    for number, text in enumerate(programs, 1):
        try:
            found.append(_solved(Source(f"<program {number}>", text), form, strict, limits))
        except TriviumError as error:
            found.append(error)
    return found


def _solved(
    source: Source,
    form: str | None,
    strict: bool,
    limits: Limits,
    folders: Sequence[Path] = (),
) -> Verdict:
    form = form or form_of(source.text, source.name)
    if form not in FORMS:
        raise ProgramError(225, f"`{form}` is no form of program")
    mends: list[Mend] = []
    seconds = SECONDS if limits.seconds is None else limits.seconds
    if form == "fol" and is_tptp(source.text):
        check_length(source)
        return prove(read_tptp(source, folders), seconds)
    solvers: dict[str, Callable[[], Verdict]] = {
        "fol": lambda: _deduced(read_deduction(source, None if strict else mends), seconds),
        "rules": lambda: follow(read_rules(source, mends), limits),
        "constraints": lambda: choose(read_constraints(source, mends), seconds, mends),
        "declarations": lambda: choose(read_declarations(source, mends), seconds, mends),
        "datalog": lambda: derive(source, limits, mends),
    }
    verdict = solvers[form]()
    if strict and mends:
        mend = mends[0]
        at = _line(source, mend.line) if mend.line else None
        raise SyntaxProblem(101, f"this would have to be mended: {mend.detail}", at)
    return replace(verdict, mends=tuple(mends))


def _line(source: Source, number: int) -> Span:
    lines = source.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: number - 1])
    return Span(source, start, start + len(lines[number - 1]))


def _deduced(problem: Deduction, seconds: float) -> Verdict:
    """The verdict on the statement; of several, on all of them together."""
    premises = [
        Premise(n, f"{f.text}   {f.said}" if f.said else f.text, f.tree, f.span, f.said)
        for n, f in enumerate(problem.premises, 1)
    ]
    verdicts = [deduce(premises, statement.tree, seconds) for statement in problem.statements]
    return next((v for v in verdicts if v.status is not Status.PROVED), verdicts[0])
