"""Whether a `.plan` fits its rule; it is checked and then left, since plans change no answer.

    path(x, z) :- path(x, y), edge(y, z).  .plan 0:(2, 1)     version 0, edge before path

A recursive rule has one version for each atom that its relation depends on, and the plan of a
version names each positive atom once. Raises ProgramError 241.
"""

from __future__ import annotations

from collections.abc import Collection

from trivium.analyse.flat import FlatAtom, FlatRule
from trivium.errors import ProgramError


def check_plans(rule: FlatRule, recursive: Collection[str]) -> None:
    """`recursive` are the relations that depend on the rule's head."""
    atoms = [a.relation for a in rule.body if isinstance(a, FlatAtom) and not a.negated]
    versions = sum(name in recursive for name in atoms)
    for plan in rule.plans:
        if not versions:
            message, hint = "the plan is of a rule that is not recursive", "take the `.plan` out"
        elif not 0 <= plan.version < versions:
            message = f"the plan is of version {plan.version}"
            hint = f"the rule's versions are 0 to {versions - 1}"
        elif sorted(plan.order) != list(range(1, len(atoms) + 1)):
            message = "the plan does not name each atom once"
            hint = f"the atoms are 1 to {len(atoms)}"
        else:
            continue
        raise ProgramError(241, message, plan.span, hint=hint)
