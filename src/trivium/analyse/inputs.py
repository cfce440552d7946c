"""The inputs of relations that are answered from outside: each has a value, or that is E318."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trivium.analyse.flat import FlatAtom, variables
from trivium.analyse.names import Schema
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast


def input_variables(atom: FlatAtom) -> Iterator[ast.Variable]:
    """The variables that must have values before a provider is asked."""
    for place in () if atom.access is None else atom.access.inputs:
        yield from variables(atom.args[place])


def check_inputs(atom: ast.Atom, args: Sequence[ast.Term | None], schema: Schema) -> None:
    """E318 for an input that is left free."""
    for place in () if schema.access is None else schema.access.inputs:
        if args[place] is None:
            message = f"the input `{schema.columns[place]}` of `{atom.relation}` has no value here"
            hint = "name it with a variable, and bind that in another literal"
            raise ProgramError(318, message, atom.span, hint=hint)


def unbound_input(
    relation: str, variable: str, span: Span, hint: str | None = None
) -> ProgramError:
    message = f"variable `{variable}` is an input of `{relation}`, and nothing else here binds it"
    return ProgramError(318, message, span, hint=hint or f"add an atom that binds `{variable}`")
