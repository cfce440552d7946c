"""Premises and a statement in first-order logic: proved, refuted, contradictory or unknown.

The premises that are Horn clauses go to our engine first, which gives a proof to read; what it does
not decide goes to Z3, whose unsatisfiable core names the premises used.

    the premises and ¬statement have no model   →  proved
    the premises and the statement have none    →  refuted
    neither has                                 →  the premises contradict each other
    both have                                   →  unknown: the statement is independent
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from trivium.analyse.near import near
from trivium.program import Limits
from trivium.solver.clausal_form import Clause, Clausifier, NotClausal, is_horn
from trivium.solver.first_order import FirstOrder
from trivium.solver.forms.logic import Apply, Expression, free_names, walk
from trivium.solver.horn import CONTRADICTION, STATEMENT, Derivation, Horn
from trivium.solver.verdict import Premise, Status, Verdict
from trivium.solver.z3_bridge import Search

CONTRADICTORY = "the premises contradict each other, so everything would follow"


@dataclass
class HornPart:
    """The Horn part of a problem, and whether that is all of it."""

    premises: list[tuple[int, list[Clause]]] = field(default_factory=list)
    whole: bool = True
    denied: list[Clause] | None = None
    stated: list[Clause] | None = None


def deduce(premises: Sequence[Premise], statement: Expression, seconds: float) -> Verdict:
    """How the statement stands to the premises. Raises E220, LimitError, E401 without Z3."""
    start = perf_counter()
    horn = horn_part(premises, statement)
    decided = by_engine(horn, premises, statement, seconds)
    if decided is not None and horn.whole and None not in (horn.denied, horn.stated):
        return decided
    proved = decided if decided is not None and decided.status is not Status.UNKNOWN else None
    if proved is not None and proved.status is Status.CONTRADICTORY:
        return proved
    return _by_z3(premises, statement, seconds - (perf_counter() - start), proved)


# --- our engine ----------------------------------------------------------------------------------


def horn_part(premises: Sequence[Premise], statement: Expression) -> HornPart:
    found = HornPart()
    names = {n for p in premises for n in free_names(p.formula)} | set(free_names(statement))
    clausifier = Clausifier()
    for premise in premises:
        clauses = _clauses(clausifier, premise.formula, True)
        if clauses is None:
            found.whole = False
        else:
            found.premises.append((premise.number, clauses))
    found.denied = _clauses(clausifier, statement, False)
    found.stated = _clauses(clausifier, statement, True)
    if any(name.startswith("some") for name in names):
        return HornPart(whole=False)  # a name of the caller's might be one that we make up
    return found


def _clauses(clausifier: Clausifier, formula: Expression, positive: bool) -> list[Clause] | None:
    try:
        clauses = clausifier.clauses(formula, positive)
    except NotClausal:
        return None
    return clauses if is_horn(clauses) else None


def by_engine(
    horn: HornPart, premises: Sequence[Premise], statement: Expression, seconds: float
) -> Verdict | None:
    """What the engine decides from the Horn part; None where the statement is not for it."""
    known = {premise.number: premise for premise in premises}

    def used(*derivations: Derivation) -> tuple[Premise, ...]:
        return tuple(known[n] for n in sorted({n for d in derivations for n in d.premises}))

    limits = Limits(seconds=seconds)
    for clauses, status in ((horn.denied, Status.PROVED), (horn.stated, Status.REFUTED)):
        if clauses is None:
            continue
        run = Horn(horn.premises, [(STATEMENT, clause) for clause in clauses], limits)
        goal = next((g for g in (CONTRADICTION, STATEMENT) if run.derives(g)), None)
        if goal is None:
            continue
        alone = run if goal == STATEMENT else Horn(horn.premises, (), limits)
        if alone.derives(CONTRADICTION):
            clash = alone.derivation(CONTRADICTION)
            reason = CONTRADICTORY
            return Verdict(
                Status.CONTRADICTORY, None, used(clash), clash.proof, reason=reason, by="engine"
            )
        found = run.derivation(goal)
        proof = found.proof.children[0] if len(found.proof.children) == 1 else found.proof
        return Verdict(status, status is Status.PROVED, used(found), proof, by="engine")
    if horn.denied is None and horn.stated is None:
        return None
    if horn.whole and Horn(horn.premises, (), limits).derives(CONTRADICTION):
        clash = Horn(horn.premises, (), limits).derivation(CONTRADICTION)
        return Verdict(
            Status.CONTRADICTORY, None, used(clash), clash.proof, reason=CONTRADICTORY, by="engine"
        )
    return _independent(premises, statement, "engine")


# --- Z3 ------------------------------------------------------------------------------------------


def _by_z3(
    premises: Sequence[Premise], statement: Expression, seconds: float, proved: Verdict | None
) -> Verdict:
    """What Z3 decides; `proved` is what the Horn part alone has proved already."""
    search = Search(seconds)
    logic = FirstOrder(search)
    known = {premise.number: premise for premise in premises}
    for premise in premises:
        search.premise(premise.number, logic.formula(premise.formula))
    goal = logic.formula(statement)
    for law in logic.laws():
        search.law(law)
    z3 = search.z3
    yes, no = (z3.Bool(name, search.context) for name in ("statement!", "denial!"))
    search.law(z3.Implies(yes, goal))
    search.law(z3.Implies(no, z3.Not(goal)))
    outcomes = {}
    for name, marker in (("denied", no), ("stated", yes)):
        outcome = search.check(marker)
        outcomes[name] = outcome, tuple(known[n] for n in search.core), search.reason
    denied, stated = outcomes["denied"], outcomes["stated"]
    if denied[0] == stated[0] == "unsat":
        search.check()
        core = tuple(known[n] for n in search.core) or denied[1]
        return Verdict(Status.CONTRADICTORY, None, core, reason=CONTRADICTORY, by="z3")
    if proved is not None:
        note = "" if "sat" in (denied[0], stated[0]) else "; whether they agree was not settled"
        reason = f"the Horn part of the premises is enough{note}"
        return Verdict(
            proved.status, proved.value, proved.used, proved.proof, reason=reason, by="engine, z3"
        )
    for found, other, status in (
        (denied, stated, Status.PROVED), (stated, denied, Status.REFUTED)
    ):  # fmt: skip
        if found[0] == "unsat":
            late = other[0] == "unknown"
            reason = f"whether the premises agree was not settled: {other[2]}" if late else ""
            value = status is Status.PROVED
            return Verdict(status, value, found[1], reason=reason, by="z3")
    if "unknown" in (denied[0], stated[0]):
        reason = next(late[2] for late in (denied, stated) if late[0] == "unknown")
        return Verdict(Status.UNKNOWN, reason=reason, by="z3")
    return _independent(premises, statement, "z3")


def _independent(premises: Sequence[Premise], statement: Expression, by: str) -> Verdict:
    """Unknown, since neither follows.

    Where the premises say nothing of a predicate at all, that may tell of a name misspelt or of a
    sentence left out, and not of the world: it is shown only where the sentences beside the
    premises are silent too.
    """
    said = {key for premise in premises for key in _predicates(premise.formula)}
    unsaid = [name for name, arity in _predicates(statement) if (name, arity) not in said]
    reason = "neither the statement nor its denial follows from the premises"
    if unsaid:
        listed = " or ".join(f"`{name}`" for name in dict.fromkeys(unsaid))
        reason = f"the premises say nothing of {listed}"
        sentences = " ".join(premise.said for premise in premises)
        names = {name for name, _ in said}
        if any(_spoken_of(name, sentences, names) for name in unsaid):
            return Verdict(Status.UNKNOWN, reason=reason, by=by)
        reason += ", nor do the sentences beside them"
    return Verdict(Status.UNKNOWN, reason=reason, by=by, independent=True)


def _spoken_of(name: str, sentences: str, names: set[str]) -> bool:
    """Whether the sentences, or a name like this one, may mean the predicate; so too where there
    is nothing to tell it by."""
    words = [w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name) if len(w) > 2]
    if not words or not sentences or near(name, sorted(names)):
        return True
    heard = re.findall(r"[a-z]+", sentences.lower())
    return all(any(h.startswith(word.removesuffix("s")) for h in heard) for word in words)


def _predicates(formula: Expression) -> list[tuple[str, int]]:
    return [(n.symbol, len(n.args)) for n in walk(formula) if isinstance(n, Apply) and n.args]
