"""Whether a `.plan` fits its rule; it is checked and then left, since plans change no answer.

    path(x, z) :- path(x, y), edge(y, z).  .plan 0:(2, 1)     version 0, edge before path

A recursive rule has one version for each atom that its relation depends on, and the plan of a
version names each positive atom once. A rule that is not recursive has no versions, and its plan is
passed over. As in Soufflé, only rules that an output depends on count, if
there is an output: of a component, or of a rule with several heads, the rest may be unused. Raises
ProgramError 241.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trivium.analyse.flat import FlatAtom, FlatRule
from trivium.analyse.strata import Layer, dependencies
from trivium.errors import ProgramError


def check_plans(
    order: Sequence[Layer],
    rules: Sequence[FlatRule],
    removals: Sequence[FlatRule],
    outputs: Collection[str],
) -> None:
    """Check the plans of all rules, or of those that the outputs depend on."""
    wanted = set(outputs)
    for layer in reversed(order):
        if wanted and wanted.isdisjoint(layer.relations):
            continue
        for n in layer.rules:
            _check(rules[n], layer.relations if layer.recursive else ())
        for n in layer.removals:
            _check(removals[n], layer.relations)
        if wanted:
            own = [*(rules[n] for n in layer.rules), *(removals[n] for n in layer.removals)]
            wanted.update(d.relation for rule in own for d in dependencies(rule.body))


def _check(rule: FlatRule, recursive: Collection[str]) -> None:
    """`recursive` are the relations that depend on the rule's head."""
    atoms = [a.relation for a in rule.body if isinstance(a, FlatAtom) and not a.negated]
    versions = sum(name in recursive for name in atoms)
    for plan in rule.plans:
        if not versions:
            continue
        if not 0 <= plan.version < versions:
            message = f"the plan is of version {plan.version}"
            hint = f"the rule's versions are 0 to {versions - 1}"
        elif sorted(plan.order) != list(range(1, len(atoms) + 1)):
            message = "the plan does not name each atom once"
            hint = f"the atoms are 1 to {len(atoms)}"
        else:
            continue
        raise ProgramError(241, message, plan.span, hint=hint)
