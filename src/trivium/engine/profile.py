"""Where the time and the rows of a run went: rule by rule, round by round, step by step.

    result = program.run(profile=True, edge=rows)
    print(result.profile)                 the rules, the dearest first
    print(result.profile.explain())       their plans, with expected and real rows

A recorder hears of each thing as it ends; the time since the last thing it heard of is that one's.
A run without a recorder pays for one test of `None` a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from trivium.ir.nodes import Rule
from trivium.plan.steps import Fold, Group, Ranked, RulePlan, Step, show_step

# How many rounds the text of a profile shows, and how much of a rule.
SHOWN_ROUNDS = 12
RULE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class StepProfile:
    """A step of a plan: the rows expected of it and those it made, over all its runs."""

    text: str
    expected: float | None
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PlanProfile:
    """One plan of a rule: how often it ran, and its steps; writing its rows is not among them."""

    runs: int
    seconds: float
    steps: tuple[StepProfile, ...]


@dataclass(frozen=True, slots=True)
class RoundProfile:
    """What a rule, or all rules, did in a round: the rows found, and those that were new."""

    number: int
    seconds: float
    found: int
    new: int


@dataclass(frozen=True, slots=True)
class RuleProfile:
    """A rule of the program: its text, its rounds and its plans."""

    relation: str
    text: str
    line: int | None
    rounds: tuple[RoundProfile, ...]
    plans: tuple[PlanProfile, ...]

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.rounds)

    @property
    def found(self) -> int:
        return sum(part.found for part in self.rounds)

    @property
    def new(self) -> int:
        return sum(part.new for part in self.rounds)


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of a run. `seconds` are all, `load_seconds` those before the first rule."""

    seconds: float
    load_seconds: float
    rules: tuple[RuleProfile, ...]

    @property
    def rounds(self) -> tuple[RoundProfile, ...]:
        """Each round, all its rules together."""
        totals: dict[int, RoundProfile] = {}
        for rule in self.rules:
            for part in rule.rounds:
                before = totals.get(part.number, RoundProfile(part.number, 0.0, 0, 0))
                totals[part.number] = RoundProfile(
                    part.number,
                    before.seconds + part.seconds,
                    before.found + part.found,
                    before.new + part.new,
                )
        return tuple(totals[number] for number in sorted(totals))

    @property
    def dearest(self) -> tuple[RuleProfile, ...]:
        """The rules, those that took longest first."""
        return tuple(sorted(self.rules, key=lambda rule: -rule.seconds))

    def __str__(self) -> str:
        rules = [
            [seconds(r.seconds), share(r.seconds, self.seconds), str(len(r.rounds)),
             f"{r.found:,}", f"{r.new:,}", shortened(r.text)]
            for r in self.dearest
        ]  # fmt: skip
        rounds = [
            [str(r.number), seconds(r.seconds), f"{r.found:,}", f"{r.new:,}"] for r in self.rounds
        ]
        lines = [
            f"{seconds(self.seconds)} in all, {seconds(self.load_seconds)} of them for loading",
            "",
            *_table(["time", "share", "rounds", "found", "new", "rule"], rules),
            "",
            *_table(["round", "time", "found", "new"], rounds[:SHOWN_ROUNDS]),
        ]
        if len(rounds) > SHOWN_ROUNDS:
            lines.append(f"and {len(rounds) - SHOWN_ROUNDS:,} more rounds")
        return "\n".join(lines)

    def explain(self) -> str:
        """The plans that ran, with the rows expected of each step, and those it made, over all
        runs of the plan. A rule has several where the sizes of its relations changed."""
        lines: list[str] = []
        for rule in self.rules:
            lines += [rule.text, *(() if rule.plans else ("  did not run",))]
            for plan in rule.plans:
                times = "once" if plan.runs == 1 else f"{plan.runs:,} times"
                lines.append(f"  ran {times}")
                cells = [[_expected(s.expected), f"{s.rows:,}", s.text] for s in plan.steps]
                lines += [f"  {line}" for line in _table(["expected", "rows", "step"], cells)]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The profile as nested dicts and lists, ready for JSON."""
        from dataclasses import asdict

        return asdict(self)

    def _repr_html_(self) -> str:
        import html  # only notebooks need it

        return f"<pre>{html.escape(str(self))}</pre>"


def seconds(amount: float) -> str:
    return f"{amount:.2f} s" if amount >= 1 else f"{1000 * amount:.1f} ms"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def shortened(text: str) -> str:
    return text if len(text) <= RULE_WIDTH else text[: RULE_WIDTH - 1] + "…"


def _expected(rows: float | None) -> str:
    return "" if rows is None else f"{round(rows):,}"


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of columns, all but the last to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for cells in (heads, *rows):
        padded = [c.rjust(w) for c, w in zip(cells[:-1], widths, strict=False)]
        last = cells[-1] if heads[-1] in ("rule", "step") else cells[-1].rjust(widths[-1])
        lines.append("  ".join([*padded, last]))
    return lines


# --- recording -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _PlanRuns:
    plan: RulePlan
    runs: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Round:
    seconds: float = 0.0
    found: int = 0
    new: int = 0


@dataclass(slots=True)
class Recorder:
    """Hears what a run does. `step` and `wrote` belong to the plan that began last."""

    start: float = field(default_factory=perf_counter)
    heard: float = 0.0
    loaded: float = 0.0
    plans: dict[int, _PlanRuns] = field(default_factory=dict)
    steps: dict[int, list[float]] = field(default_factory=dict)  # id of a step: rows, seconds
    rounds: dict[tuple[int, int], _Round] = field(default_factory=dict)  # rule, round
    plan: _PlanRuns | None = None
    round: _Round | None = None

    def load(self) -> None:
        """The data is there; the rules begin."""
        self.heard = perf_counter()
        self.loaded = self.heard - self.start

    def begin(self, plan: RulePlan, stamp: int) -> None:
        """A plan starts, in the round `stamp`."""
        self.plan = self.plans.setdefault(id(plan), _PlanRuns(plan))
        self.plan.runs += 1
        self.round = self.rounds.setdefault((plan.rule.index, stamp), _Round())
        self.heard = perf_counter()

    def step(self, step: Step, rows: int) -> None:
        """A step has made so many rows."""
        entry = self.steps.setdefault(id(step), [0, 0.0])
        elapsed = self._elapsed()
        entry[0] += rows
        entry[1] += elapsed
        if self.plan is not None:
            self.plan.seconds += elapsed

    def wrote(self, found: int, new: int) -> None:
        """The plan gave its relation so many rows, of which some were new."""
        self._elapsed()
        if self.round is not None:
            self.round.found += found
            self.round.new += new

    def chose(self, rule: Rule, stamp: int, new: int) -> None:
        """So many of the rows that a rule found in the round `stamp` were chosen."""
        self.rounds[rule.index, stamp].new += new

    def end(self) -> None:
        """The plan that began last is done."""
        self._elapsed()
        self.plan = self.round = None

    def _elapsed(self) -> float:
        now = perf_counter()
        elapsed, self.heard = now - self.heard, now
        if self.round is not None:
            self.round.seconds += elapsed
        return elapsed

    def profile(self, rules: tuple[Rule, ...], texts: dict[int, str], whole: float) -> Profile:
        """What was heard, for the rules in the order of the program."""
        return Profile(whole, self.loaded, tuple(self._rule(r, texts[r.index]) for r in rules))

    def _rule(self, rule: Rule, text: str) -> RuleProfile:
        rounds = tuple(
            RoundProfile(stamp, part.seconds, part.found, part.new)
            for (index, stamp), part in self.rounds.items()
            if index == rule.index
        )
        plans = _merged(
            self._plan(part) for part in self.plans.values() if part.plan.rule.index == rule.index
        )
        line = rule.span.place[1] if rule.span else None
        return RuleProfile(rule.head.relation, text, line, rounds, plans)

    def _plan(self, part: _PlanRuns) -> PlanProfile:
        steps = []
        for at, step in enumerate(part.plan.steps):
            rows, _ = self.steps.get(id(step), (0, 0.0))
            expected = part.plan.expected[at] * part.runs if part.plan.expected else None
            steps.append(StepProfile(show_step(step), expected, int(rows), self._spent(step)))
        return PlanProfile(part.runs, part.seconds, tuple(steps))

    def _spent(self, step: Step) -> float:
        """The seconds of a step, those of the steps of an aggregate's body among them."""
        inner: tuple[Step, ...] = ()
        if isinstance(step, Fold | Group | Ranked):
            inner = step.body
        if isinstance(step, Fold):
            inner += step.condition
        if isinstance(step, Ranked):
            inner += (step.fold,)
        return self.steps.get(id(step), [0, 0.0])[1] + sum(map(self._spent, inner))


def _merged(plans: Iterable[PlanProfile]) -> tuple[PlanProfile, ...]:
    """The plans, where those of the same steps are one: they were only expected to cost another."""
    found: dict[tuple[str, ...], PlanProfile] = {}
    for plan in plans:
        key = tuple(step.text for step in plan.steps)
        before = found.get(key)
        found[key] = plan if before is None else _together(before, plan)
    return tuple(found.values())


def _together(one: PlanProfile, other: PlanProfile) -> PlanProfile:
    steps = tuple(
        StepProfile(
            a.text,
            None if a.expected is None or b.expected is None else a.expected + b.expected,
            a.rows + b.rows,
            a.seconds + b.seconds,
        )
        for a, b in zip(one.steps, other.steps, strict=True)
    )
    return PlanProfile(one.runs + other.runs, one.seconds + other.seconds, steps)
