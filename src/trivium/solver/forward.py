"""Facts and rules with truth values: what follows forward, on our own engine.

    Quiet("Anne", "True").   Kind(x, "False") :- Quiet(x, "True").   Kind(Anne, False)?   proved

A denial is derived like an assertion, and nothing else makes an atom false: what follows in neither
way is unknown. Both at once is a contradiction, which here spoils only what rests on it.
"""

from __future__ import annotations

from dataclasses import replace

from trivium.program import Limits
from trivium.solver.clausal_form import Literal
from trivium.solver.forms.facts_rules import Labelled, Rules
from trivium.solver.forms.logic import Apply
from trivium.solver.horn import DENIAL, STATEMENT, Horn
from trivium.solver.verdict import Premise, Status, Verdict


def follow(program: Rules, limits: Limits | None = None) -> Verdict:
    """How the query stands: proved, refuted, contradictory or unknown. Raises LimitError."""
    numbered = []
    premises = {}
    for number, rule in enumerate(program.rules, 1):
        body = tuple(_literal(atom, False) for atom in rule.body)
        numbered.append((number, [(*body, _literal(head, True)) for head in rule.heads]))
        text = f"{rule.text}   {rule.said}" if rule.said else rule.text
        premises[number] = Premise(number, text, Apply(rule.text), rule.span)
    asked, query = program.query, (_literal(program.query, False),)
    opposite = (_literal(Labelled(asked.symbol, asked.args, not asked.truth), False),)
    horn = Horn(numbered, [(STATEMENT, query), (DENIAL, opposite)], limits)
    holds, fails = horn.derives(STATEMENT), horn.derives(DENIAL)
    if not holds and not fails:
        reason = f"neither {asked} nor its opposite follows"
        return Verdict(Status.UNKNOWN, reason=reason, by="engine", independent=not asked.open)
    if asked.open and holds != fails:
        # What the statement was is not written; only that it is about this atom.
        reason = f"the query does not say what it asks; {replace(asked, truth=holds)} follows"
        return Verdict(Status.UNKNOWN, reason=reason, by="engine")
    derivation = horn.derivation(STATEMENT if holds else DENIAL)
    used = tuple(premises[number] for number in derivation.premises)
    proof = derivation.proof.children[0]
    if holds and fails:
        reason = f"both {asked} and its opposite follow"
        more = horn.derivation(DENIAL).premises
        used = tuple(premises[n] for n in sorted({*derivation.premises, *more}))
        return Verdict(Status.CONTRADICTORY, used=used, proof=proof, reason=reason, by="engine")
    status = Status.PROVED if holds else Status.REFUTED
    return Verdict(status, holds, used, proof, by="engine")


def _literal(atom: Labelled, positive: bool) -> Literal:
    return Literal(positive, atom.symbol, (*atom.args, str(atom.truth)))
