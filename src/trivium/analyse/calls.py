"""Calls and branches: whether there is such a one, and whether it takes so many arguments.

    before:  p(strlenn(x)) :- q(x).
    after:   E212 there is no functor `strlenn`; did you mean `strlen`?

What types it takes is seen later, when types are known: `elaborate.py`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from trivium.analyse.declared import Types
from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError
from trivium.ir.functors import FunctorSignature, Overload
from trivium.ir.types import Branch, Type
from trivium.syntax import ast

# What other languages write as calls, and how it is written here.
_AS_AGGREGATES = {
    **dict.fromkeys(("count", "length", "len"), "count : { ... }"),
    **dict.fromkeys(("sum", "total"), "sum x : { ... }"),
    **dict.fromkeys(("avg", "mean", "average"), "mean x : { ... }"),
    **{kind: f"{kind} x : {{ ... }}" for kind in ("min", "max", "median", "string_join")},
    **{kind: f"{kind} x by y : {{ ... }}" for kind in ("argmin", "argmax")},
}


def check_call(
    call: ast.Call, functors: Mapping[str, FunctorSignature], relations: Container[str]
) -> None:
    """Raise ProgramError 212 (no such functor) or 213 (too few or too many arguments)."""
    signature = functors.get(call.functor)
    if signature is None:
        raise _unknown(call, functors, relations)
    if not any(overload.accepts(len(call.args)) for overload in signature.overloads):
        counts = sorted({_count(overload) for overload in signature.overloads})
        message = f"`{spelt(call.functor)}` takes {' or '.join(counts)}, not {len(call.args)}"
        hint = f"`{spelt(call.functor)}` gives {signature.words}" if signature.words else None
        if call.functor in _AS_AGGREGATES:
            hint = f"over the rows of a relation, it is written `{_AS_AGGREGATES[call.functor]}`"
        raise ProgramError(213, message, call.span, hint=hint)


def check_branch(term: ast.Structure, types: Types) -> None:
    """Raise ProgramError 250 (no such branch) or 251 (too few or too many parts)."""
    if term.branch is None:
        return
    if term.branch not in types.branches:
        message = f"no type has a branch `{term.branch}`"
        hint = did_you_mean(term.branch, types.branches, "declare it: `.type T = A {} | B {x: T}`")
        raise ProgramError(250, message, term.span, hint=hint)
    shape, branch = types.branches[term.branch]
    check_parts(term, branch, shape.type)


def check_parts(term: ast.Structure, branch: Branch, of: Type) -> None:
    """Raise ProgramError 251 unless a record or branch has a part for each field."""
    found, wanted = len(term.args), len(branch.fields)
    if found != wanted:
        parts = "1 part" if found == 1 else f"{found or 'no'} parts"
        shown = f"the branch `{branch.name}`" if branch.name else f"a record of `{of}`"
        message = f"found {parts}, but {shown} has {wanted or 'none'}"
        note = f"its fields are {listed(f.name for f in branch.fields)}" if wanted else None
        raise ProgramError(251, message, term.span, note)


def spelt(functor: str) -> str:
    """The functor as it is written in a program."""
    return "-" if functor == "neg" else functor


def _unknown(
    call: ast.Call, functors: Mapping[str, FunctorSignature], relations: Container[str]
) -> ProgramError:
    if call.functor in relations:
        message = f"`{call.functor}` is a relation, and has no value"
        hint = (
            f"write the atom `{call.functor}(...)` in the body, and use its variables; "
            "an aggregate's body stands in braces: `count : { ... }`"
        )
        return ProgramError(212, message, call.span, hint=hint)
    names = [name for name in functors if name.isidentifier()]
    if call.functor in _AS_AGGREGATES:
        hint = f"an aggregate is written `{_AS_AGGREGATES[call.functor]}`"
        return ProgramError(212, f"there is no functor `{call.functor}`", call.span, hint=hint)
    hint = did_you_mean(call.functor, names) or "docs/language.md lists the functors"
    return ProgramError(212, f"there is no functor `{call.functor}`", call.span, hint=hint)


def _count(overload: Overload) -> str:
    count = len(overload.args)
    if overload.variadic:
        return f"{count} or more arguments"
    return "1 argument" if count == 1 else f"{count} arguments"
