"""The types of a program by name: what each `.type` stands for.

    before:  .type Id <: number     .type List = [head: Id, tail: List]
    after:   Id and List, where Id is kept as a `number`, and the shape of List's terms is
             Shape(List, [head: number, tail: List])

A record or algebraic data type may contain itself; a name that stands for another type may not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError
from trivium.ir.functors import FunctorSignature, Overload
from trivium.ir.types import PRIMITIVES, Branch, Field, Shape, Type
from trivium.source import Span
from trivium.syntax import ast

_OTHER_LANGUAGES = {
    **dict.fromkeys(("string", "str", "text", "varchar", "char"), "symbol"),
    **dict.fromkeys(("int", "integer", "long", "bigint", "bool", "boolean"), "number"),
    **dict.fromkeys(("double", "real", "decimal"), "float"),
    **dict.fromkeys(("uint", "nat"), "unsigned"),
    **dict.fromkeys(("datetime", "time", "timestamp"), "date"),
}


@dataclass(frozen=True, slots=True)
class Types:
    """What names of types and of branches mean.

    `names` give the type that columns of a named type are kept as. `declared` are the declarations
    of subtypes and unions, which `kinship.py` compares; `parts` are the names of the types of the
    fields of each branch, and of each record as `[Record]`.
    """

    names: Mapping[str, Type]
    shapes: Mapping[Type, Shape]
    branches: Mapping[str, tuple[Shape, Branch]]
    declared: Mapping[str, ast.TypeDeclaration]
    parts: Mapping[str, tuple[str, ...]]

    def type(self, name: str, span: Span) -> Type:
        """The type that a name at the end of a span means; raises ProgramError 214."""
        if name not in self.names:
            raise _unknown_type(name, replace(span, start=span.end - len(name)), self.names)
        return self.names[name]

    def record(self, type_: object) -> Branch | None:
        """What records of a type are made of, if it is a type of records."""
        shape = self.shapes.get(type_) if isinstance(type_, Type) else None
        return shape.branches[0] if shape is not None and shape.record else None


def collect_types(items: Iterable[ast.Item]) -> Types:
    """All types of a program, in any order.

    Raises ProgramError 205 (a field named twice), 207 (a union of different kinds of values), 211
    (a type or branch declared twice) and 214 (an unknown type, or one that stands for itself).
    """
    names: dict[str, Type] = {t.value: t for t in PRIMITIVES}
    synonyms: dict[str, ast.TypeDeclaration] = {}
    structured: list[ast.RecordDeclaration | ast.SumDeclaration] = []
    for item in items:
        if not isinstance(item, ast.AnyType):
            continue
        if item.name in names or item.name in synonyms:
            message = f"the type `{item.name}` is declared again"
            raise ProgramError(211, message, item.span, hint="keep one of the two")
        if isinstance(item, ast.TypeDeclaration):
            synonyms[item.name] = item
        else:
            names[item.name] = Type(item.name)
            structured.append(item)
    records = {Type(item.name) for item in structured if isinstance(item, ast.RecordDeclaration)}
    _resolve(names, synonyms, records)
    types = Types(names, {}, {}, synonyms, {})
    shapes = {Type(item.name): _shape(item, types) for item in structured}
    return Types(names, shapes, _branches(structured, shapes), synonyms, _parts(structured))


def collect_functors(
    items: Iterable[ast.Item], types: Types, built_in: Container[str]
) -> dict[str, FunctorSignature]:
    """The functors that `.functor` declares; Python functions compute them.

    Raises ProgramError 211 (declared twice, or built in) and 214 (an unknown type).
    """
    found: dict[str, FunctorSignature] = {}
    for item in items:
        if not isinstance(item, ast.FunctorDeclaration):
            continue
        if item.name in found or item.name in built_in:
            message = f"the functor `{item.name}` is declared again"
            hint = "keep one of the two"
            if item.name in built_in:
                message, hint = f"the functor `{item.name}` is built in", "give it another name"
            raise ProgramError(211, message, item.span, hint=hint)
        args = tuple(types.type(f.type, f.span) for f in item.fields)
        overload = Overload(args, types.type(item.result.text, item.result.span))
        found[item.name] = FunctorSignature(item.name, (overload,), "a Python function")
    return found


def _resolve(
    names: dict[str, Type],
    synonyms: Mapping[str, ast.TypeDeclaration],
    records: Container[Type],
) -> None:
    """Find what subtypes, unions and synonyms are kept as."""
    waiting = dict(synonyms)
    while waiting:
        ready = [d for d in waiting.values() if all(b.text in names for b in d.bases)]
        for item in ready:
            names[item.name] = _joined(item, names, records)
            del waiting[item.name]
        if not ready:
            item = next(iter(waiting.values()))
            base = next(b for b in item.bases if b.text not in names)
            if base.text in synonyms:
                message = f"the type `{item.name}` stands for itself, through `{base.text}`"
                raise ProgramError(214, message, base.span)
            raise _unknown_type(base.text, base.span, names)


def _joined(item: ast.TypeDeclaration, names: Mapping[str, Type], records: Container[Type]) -> Type:
    bases = {names[base.text] for base in item.bases}
    if len(bases) > 1:
        message = f"the type `{item.name}` joins {listed(sorted(bases))}"
        hint = "a union joins types that hold the same kind of value"
        raise ProgramError(207, message, item.span, hint=hint)
    kind = bases.pop()
    if kind in records and item.subtype:
        message = f"`{item.name}` is a subtype of `{item.bases[0].text}`, a type of records"
        hint = f"give it another name: `.type {item.name} = {item.bases[0].text}`"
        raise ProgramError(207, message, item.bases[0].span, hint=hint)
    if kind.structured and len(item.bases) > 1:
        message = f"the union `{item.name}` contains `{item.bases[0].text}`, a type of terms"
        hint = "make one type of them: `.type T = A {...} | B {...}`"
        raise ProgramError(207, message, item.bases[0].span, hint=hint)
    return kind


def _shape(item: ast.RecordDeclaration | ast.SumDeclaration, types: Types) -> Shape:
    if isinstance(item, ast.RecordDeclaration):
        branches: tuple[Branch, ...] = (_branch("", item.name, item.fields, types),)
    else:
        branches = tuple(_branch(b.name, b.name, b.fields, types) for b in item.branches)
    return Shape(Type(item.name), branches, isinstance(item, ast.RecordDeclaration))


def _branch(name: str, owner: str, fields: Sequence[ast.Attribute], types: Types) -> Branch:
    seen: set[str] = set()
    for field in fields:
        if field.name in seen:
            message = f"`{owner}` has two fields named `{field.name}`"
            raise ProgramError(205, message, field.span, hint="rename one of them")
        seen.add(field.name)
    return Branch(name, tuple(Field(f.name, types.type(f.type, f.span)) for f in fields))


def _branches(
    items: Sequence[ast.RecordDeclaration | ast.SumDeclaration], shapes: Mapping[Type, Shape]
) -> dict[str, tuple[Shape, Branch]]:
    """The branches of all algebraic data types; their names are one name space."""
    found: dict[str, tuple[Shape, Branch]] = {}
    for item in items:
        if isinstance(item, ast.RecordDeclaration):
            continue
        shape = shapes[Type(item.name)]
        for declared, branch in zip(item.branches, shape.branches, strict=True):
            if branch.name in found:
                message = f"the branch `{branch.name}` is declared again"
                note = f"`{branch.name}` is a branch of `{found[branch.name][0].type}` already"
                hint = "give one of them another name"
                raise ProgramError(211, message, declared.span, note, hint)
            found[branch.name] = (shape, branch)
    return found


def _parts(
    items: Sequence[ast.RecordDeclaration | ast.SumDeclaration],
) -> dict[str, tuple[str, ...]]:
    found = {}
    for item in items:
        if isinstance(item, ast.RecordDeclaration):
            found[f"[{item.name}]"] = tuple(field.type for field in item.fields)
        else:
            found |= {b.name: tuple(field.type for field in b.fields) for b in item.branches}
    return found


def _unknown_type(name: str, span: Span, types: Mapping[str, object]) -> ProgramError:
    other = _OTHER_LANGUAGES.get(name.casefold())
    hint = f"write `{other}`" if other else did_you_mean(name, types)
    return ProgramError(214, f"`{name}` is not a type", span, hint=hint)
