"""Write out the instances of components: after this, there are none of either.

    before:  .comp Graph<N> { .decl edge(a: N, b: N)  edge(y, x) :- edge(x, y). }
             .init roads = Graph<symbol>
    after:   .decl roads.edge(a: symbol, b: symbol)   roads.edge(y, x) :- roads.edge(x, y).

A component's content is that of its bases, then its own; the contents of its instances have their
name in front. A name that the content declares is the instance's; every other name belongs to
whatever stands around. What a component overrides, its bases do not derive.

Raises ProgramError 230 (unknown component), 231 (number of parameters), 232 (components in a
circle), 233 (an override of what is not there to override) and 234 (a name taken twice).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trivium.analyse.near import did_you_mean
from trivium.analyse.substitute import Names, renamed
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast

# Instances inside instances: more than this is taken for a circle.
MAX_DEPTH = 100
_HEADED = ast.Clause | ast.Subsumption


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names of components are looked up: a component's inside, or the whole program."""

    items: tuple[ast.Item, ...]
    component: ast.Component | None = None
    outer: Scope | None = None

    def inside(self, component: ast.Component) -> Scope:
        return Scope(component.items, component, self)

    def components(self) -> Iterator[ast.Component]:
        return (item for item in self.items if isinstance(item, ast.Component))

    def instances(self) -> Iterator[ast.Instance]:
        return (item for item in self.items if isinstance(item, ast.Instance))

    def find(self, name: str, binding: Mapping[str, str]) -> Found | None:
        """The component of this name: of this scope, its bases, or a scope around it."""
        return self._find(binding.get(name, name), binding, ())

    def _find(self, name: str, binding: Mapping[str, str], seen: tuple[str, ...]) -> Found | None:
        for component in self.components():
            if component.name == name:
                return Found(component, self)
        if self.component is not None and self.outer is not None:
            for use in self.component.bases:
                base_name = binding.get(use.name, use.name)
                if base_name in seen:
                    continue
                base = self.outer._find(base_name, binding, (*seen, base_name))
                if base is not None and base.component is not self.component:
                    found = base.inside()._find(name, binding, (*seen, base_name))
                    if found is not None:
                        return found
            return self.outer._find(name, binding, seen)
        return None

    def visible(self) -> list[str]:
        own = [component.name for component in self.components()]
        return own + (self.outer.visible() if self.outer else [])


@dataclass(frozen=True, slots=True)
class Found:
    """A component and the scope that it stands in."""

    component: ast.Component
    scope: Scope

    def inside(self) -> Scope:
        return self.scope.inside(self.component)


def write_out(program: ast.Program) -> ast.Program:
    """The program without components and instances."""
    world = Scope(program.items)
    if not any(isinstance(item, ast.Component | ast.Instance) for item in program.items):
        return program
    _check_names(program.items)
    _check(world, {})
    items: list[ast.Item] = []
    for item in program.items:
        if isinstance(item, ast.Instance):
            items += _instance(item, world, {}, 1)
        elif not isinstance(item, ast.Component):
            items.append(item)
    return replace(program, items=tuple(items))


# --- writing out ---------------------------------------------------------------------------------


def _instance(
    instance: ast.Instance, scope: Scope, binding: Mapping[str, str], depth: int
) -> list[ast.Item]:
    """The items of an instance, with its name in front of what they declare."""
    found = _found(instance.use, scope, binding)
    if depth > MAX_DEPTH:
        message = f"the component `{found.component.name}` has an instance of itself inside"
        raise ProgramError(232, message, instance.span, hint="take the instance out")
    items = _content(found, _bound(instance.use, found, binding), frozenset(), depth)
    return renamed(items, _prefixed(items, instance.name))


def _content(
    found: Found, binding: Mapping[str, str], overridden: frozenset[str], depth: int
) -> list[ast.Item]:
    """What a component holds: its bases' content, then its own, with its parameters replaced."""
    component = found.component
    items: list[ast.Item] = []
    below = overridden | {name.text for name in component.overrides}
    for use in component.bases:
        base = _found(use, found.scope, binding)
        items += _content(base, _bound(use, base, binding), below, depth)
    inside = found.inside()
    own: list[ast.Item] = []
    for item in component.items:
        if isinstance(item, ast.Instance):
            own += _instance(item, inside, binding, depth + 1)
        elif isinstance(item, _HEADED):
            own += _kept(item, overridden)
        elif not isinstance(item, ast.Component):
            own.append(item)
    return items + renamed(own, Names(types=binding))


def _kept(item: _HEADED, overridden: frozenset[str]) -> list[ast.Item]:
    """The clause with only those heads that are not overridden."""
    if isinstance(item, ast.Subsumption):
        return [] if item.worse.relation in overridden else [item]
    kept = [n for n, head in enumerate(item.heads) if head.relation not in overridden]
    heads = tuple(item.heads[n] for n in kept)
    weights: list[ast.Term | None] = []
    for n in kept if item.weights else ():
        first = max(m for m in range(n + 1) if item.weights[m] is not None)
        said = any(first <= m < n for m in kept)  # by a head that it holds together with
        weights.append(None if said else item.weights[first])
    return [replace(item, heads=heads, weights=tuple(weights))] if heads else []


def _prefixed(items: Sequence[ast.Item], name: str) -> Names:
    """The names that these items declare, with an instance's name in front."""
    relations = {d.name: f"{name}.{d.name}" for d in items if isinstance(d, ast.Declaration)}
    types = {t.name: f"{name}.{t.name}" for t in items if isinstance(t, ast.AnyType)}
    sums = (item for item in items if isinstance(item, ast.SumDeclaration))
    branches = {b.name: f"{name}.{b.name}" for item in sums for b in item.branches}
    return Names(relations, types, branches)


def _found(use: ast.ComponentUse, scope: Scope, binding: Mapping[str, str]) -> Found:
    """The component that is used, with as many arguments as it has parameters."""
    found = scope.find(use.name, binding)
    if found is None:
        name = binding.get(use.name, use.name)
        hint = did_you_mean(name, scope.visible())
        raise ProgramError(230, f"there is no component `{name}`", _name_span(use), hint=hint)
    wanted, given = len(found.component.parameters), len(use.args)
    if wanted != given:
        message = f"`{found.component.name}` has {_counted(wanted)}, and is used with {given}"
        shown = ", ".join(parameter.text for parameter in found.component.parameters)
        hint = f"write `{use.name}<{shown}>`" if wanted else f"write `{use.name}`"
        raise ProgramError(231, message, use.span, hint=hint)
    return found


def _bound(use: ast.ComponentUse, found: Found, binding: Mapping[str, str]) -> dict[str, str]:
    """What the parameters of a used component stand for."""
    args = (binding.get(arg.text, arg.text) for arg in use.args)
    return {p.text: arg for p, arg in zip(found.component.parameters, args, strict=True)}


def _counted(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count or 'no'} parameters"


def _name_span(use: ast.ComponentUse) -> Span:
    return Span(use.span.source, use.span.start, use.span.start + len(use.name))


# --- checking ------------------------------------------------------------------------------------


def _check_names(items: Sequence[ast.Item]) -> None:
    """Components and instances have names of their own, at the top of the program (E234)."""
    taken = {item.name for item in items if isinstance(item, ast.Declaration | ast.AnyType)}
    for item in items:
        if isinstance(item, ast.Component | ast.Instance):
            if item.name in taken:
                kind = "component" if isinstance(item, ast.Component) else "instance"
                message = f"the {kind} `{item.name}` has a name that is taken"
                raise ProgramError(234, message, item.span, hint="rename one of the two")
            taken.add(item.name)


def _check(scope: Scope, binding: Mapping[str, str]) -> None:
    """Look into all components, those without an instance too; parameters may be anything."""
    for component in scope.components():
        here = scope.inside(component)
        free = {**binding, **{p.text: "" for p in component.parameters}}
        for use in component.bases:
            if use.name not in free:
                _found(use, scope, {})
        _check_overrides(component, list(_ancestors(component, scope, free)))
        for instance in here.instances():
            if instance.use.name not in free:
                _found(instance.use, here, {})
        _check(here, free)


def _ancestors(
    component: ast.Component, scope: Scope, free: Mapping[str, str]
) -> Iterator[ast.Component]:
    """The components that this one inherits from, as far as parameters do not hide them."""
    waiting = [(use, scope) for use in component.bases]
    seen: list[ast.Component] = []
    while waiting:
        use, around = waiting.pop(0)
        base = None if use.name in free else around.find(use.name, {})
        if base is None or any(base.component is other for other in seen):
            continue
        if base.component is component:
            message = f"the component `{component.name}` inherits from itself"
            raise ProgramError(232, message, component.span, hint="take one of the bases out")
        seen.append(base.component)
        yield base.component
        waiting += [(inherited, base.scope) for inherited in base.component.bases]


def _check_overrides(component: ast.Component, ancestors: Sequence[ast.Component]) -> None:
    """What is overridden is inherited, and declared `overridable` (E233)."""
    own = {item.name for item in component.items if isinstance(item, ast.Declaration)}
    for name in component.overrides:
        inherited = [
            item
            for ancestor in ancestors
            for item in ancestor.items
            if isinstance(item, ast.Declaration) and item.name == name.text
        ]
        fixed = [d for d in inherited if "overridable" not in {q.text for q in d.qualifiers}]
        if name.text in own:
            message = f"`{component.name}` overrides `{name.text}`, which is its own"
            hint = "take the `.override` out"
        elif fixed:
            message = f"`{component.name}` overrides `{name.text}`, which is not overridable"
            hint = f"declare it `.decl {name.text}(...) overridable`"
        else:
            continue
        raise ProgramError(233, message, name.span, hint=hint)
