"""What is left of a ground program once some groups have chosen: the states of exact inference.

    rules   r2 ← e12      r3 ← r2, e23      r3 ← e13      r2 ← r3, e23       group by group
    e12 chosen, e23 chosen:     r2 and r3 hold
    e12 not, e23 chosen:        r3 ← r2, r2 ← r3 remain: what e13 says decides both

Choices that leave the same residual program need not be told apart: it decides, with the choices
still open, everything else. A state is a residual program in a normal form:

- `known`, the literals that are decided and still matter;
- `rules`, pairs of a body and heads, over rows that other groups may still decide. Rows that no
  open group can support any more have been resolved away; implications between single literals
  are closed under transitivity, so that a cycle becomes what it implies; rows of a cycle that
  nothing outside it can support are false.

Everything is a set of literals, as bits of an integer: row i holds is bit 2i, does not hold 2i + 1.
Resolution on a row whose rules are all there keeps the least model of the rest, and so does the
removal of a rule whose head stands in its own body.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from trivium.probability.derivations import Derivations
from trivium.probability.inference.horn import Rules, bits, insert, normal
from trivium.probability.inference.shape import Shape, rule_levels

State = tuple[int, tuple[tuple[int, int], ...]]
# A leaf, the state it leads to, and the literals that become known.
Step = tuple[int, State, int]
# What a state is for: all queries that are still open; one query that shall hold, or shall not; the
# evidence alone.
MAIN, HOLDS, FAILS, EVIDENCE = range(4)


@dataclass(slots=True)
class Level:
    """One group, and what happens once it has chosen.

    `rules` are (choices that allow it, body without this group, head); `given` of each choice the
    literals that later levels ask for; `watch` rules of later levels that ask for them.
    """

    leaves: tuple[int, ...]
    rules: list[tuple[int, int, int]] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    watch: list[tuple[int, int]] = field(default_factory=list)
    rows: int = 0  # rows that may be spoken of now
    closed: int = 0  # rows whose rules are all there
    used: int = 0  # rows that later rules ask for, or that are observed
    kept: int = 0  # literals of them
    asked: int = 0  # rows of queries that have rules up to here
    closing: int = 0  # rows of queries with their last rule here
    awaited: int = 0  # observed rows that have rules here or later
    cycles: list[tuple[int, bool]] = field(default_factory=list)  # rows, whether more may begin it
    settles: bool = False  # whether states change here even if the group does not matter


class Steps:
    """The states of a program along an order of its groups.

    Level n stands before the n-th group of `order` chooses; the last, after all have.
    """

    def __init__(
        self,
        shape: Shape,
        order: Sequence[int],
        queries: Sequence[int],
        evidence: Sequence[int],
        complete: Iterable[int],
    ) -> None:
        graph = shape.graph
        self.order = order
        self.count = len(graph.weights)
        place = {group: level for level, group in enumerate(order)}
        at = rule_levels(shape, place)
        self.lives = _lives(graph, at, place, [*queries, *evidence])
        self.bits, rows = _slots(self.lives)
        self.rows = rows + 2
        # Two more rows: a query that is still to be decided, which shall hold or shall not.
        self.hopes = (1 << 2 * rows, 4 << 2 * rows)
        self.even = int("01" * (rows + 2), 2)
        self.queries = self.observed = 0
        for literal in queries:
            self.queries |= self.bits[literal if literal >= 0 else ~literal]
        for literal in evidence:
            self.observed |= self.bits[literal if literal >= 0 else ~literal]
        # What is observed is followed to its decision on the main ways.
        self.queries &= ~self.observed
        full = set(complete)
        self.levels = []
        for group in order:
            none = () if group in full else (self.count + group,)
            self.levels.append(Level((*graph.groups[group], *none)))
        self._place_rules(graph, place, at)
        self._place_rows(graph, at, place)
        self._place_cycles(shape, at)
        self.start: State = (0, ())

    def literal(self, literal: int) -> int:
        """The bit of a literal."""
        return self.bits[literal] if literal >= 0 else self.bits[~literal] << 1

    def opposite(self, literals: int) -> int:
        even = self.even
        return ((literals & even) << 1) | ((literals >> 1) & even)

    # --- preparation -----------------------------------------------------------------------------

    def _place_rules(self, graph: Derivations, place: dict[int, int], at: Sequence[int]) -> None:
        group_of = {node: g for g, group in enumerate(graph.groups) for node in group}
        last: dict[int, int] = {}
        for (_, body), level in zip(graph.rules, at, strict=True):
            for literal in body:
                node = literal if literal >= 0 else ~literal
                if node < self.count:
                    last[node] = max(last.get(node, 0), level)
        for (head, body), level in zip(graph.rules, at, strict=True):
            mask, own = 0, []
            early = set()
            for literal in body:
                node = literal if literal >= 0 else ~literal
                if node < self.count and place[group_of[node]] == level:
                    own.append(literal)
                    continue
                mask |= self.literal(literal)
                if node < self.count:
                    early.add(place[group_of[node]])
            leaves = self.levels[level].leaves if self.levels else ()
            allowed = (1 << len(leaves)) - 1
            for literal in own:
                where = leaves.index(literal if literal >= 0 else ~literal)
                allowed &= 1 << where if literal >= 0 else ~(1 << where)
            if allowed and not mask & self.opposite(mask):
                self.levels[level].rules.append((allowed, mask, self.bits[head]))
                for before in early:
                    self.levels[before].watch.append(self._seen(head, body, before))
        asked = self.queries | self.observed
        for level, data in enumerate(self.levels):
            own = [leaf for leaf in data.leaves if leaf < self.count]
            stay = [x for x in own if last.get(x, -1) > level or self.bits.get(x, 0) & asked]
            for leaf in data.leaves:
                given = 0
                for other in stay:
                    given |= self.bits[other] << (other != leaf)
                data.given.append(given)

    def _seen(self, head: int, body: Sequence[int], level: int) -> tuple[int, int]:
        """A rule of a later level without what nothing is known of before a group chooses."""
        known = 0
        for literal in body:
            node = literal if literal >= 0 else ~literal
            since = self.lives[node][0] if node in self.lives else level
            # An alternative is known from the level after its group's.
            if since < level or (since == level and node >= self.count):
                known |= self.literal(literal)
        return known, self.bits[head] if self.lives[head][0] <= level else 0

    def _place_rows(self, graph: Derivations, at: Sequence[int], place: dict[int, int]) -> None:
        first: dict[int, int] = {}
        headed: dict[int, int] = {}
        needed: dict[int, int] = {}
        for group in place:
            for node in graph.groups[group]:
                if node in self.bits:
                    first[node] = headed[node] = place[group]
        for (head, body), level in zip(graph.rules, at, strict=True):
            headed[head] = max(headed.get(head, -1), level)
            first[head] = min(first.get(head, level), level)
            for literal in body:
                node = literal if literal >= 0 else ~literal
                if node in self.bits:
                    needed[node] = max(needed.get(node, -1), level)
                    first[node] = min(first.get(node, level), level)
        for node, bit in self.bits.items():
            # A row without rules is false from the start.
            none = 0 if node >= self.count else -1
            head, use = headed.get(node, none), needed.get(node, -1)
            begin = min(first.get(node, 0), head) if node >= self.count else first.get(node, 0)
            last = max(head, use)
            observed, asked = bit & self.observed, bit & self.queries
            born, dies = self.lives[node]
            for level in range(born, min(dies + 1, len(self.levels))):
                data = self.levels[level]
                if begin <= level <= last and node >= self.count:
                    data.rows |= bit
                if head <= level:
                    data.closed |= bit
                if level < use or observed:
                    data.used |= bit
                if level < use or (observed and level < head):
                    data.kept |= bit | bit << 1
                if level < head and asked:
                    data.asked |= bit
                if level <= head and observed:
                    data.awaited |= bit
            if asked and head < len(self.levels):
                self.levels[head].closing |= bit
            for level in {head, use} - {-1}:
                if level < len(self.levels):
                    self.levels[level].settles = True

    def _place_cycles(self, shape: Shape, at: Sequence[int]) -> None:
        members: dict[int, list[int]] = {}
        for node, number in shape.component.items():
            if node in self.bits:
                members.setdefault(number, []).append(node)
        graph = shape.graph
        for nodes in members.values():
            if len(nodes) == 1:
                continue
            own = set(nodes)
            levels, begun = [], [-1]
            for (head, body), level in zip(graph.rules, at, strict=True):
                if head in own:
                    levels.append(level)
                    if not own.intersection(body):
                        begun.append(level)
            alive = dict.fromkeys(range(min(levels), max(levels) + 1), 0)
            for node in nodes:
                born, dies = self.lives[node]
                for level in range(max(born, min(levels)), min(dies, max(levels)) + 1):
                    alive[level] |= self.bits[node]
            for level, mask in alive.items():
                self.levels[level].cycles.append((mask, level < max(begun)))
                self.levels[level].settles = True

    # --- states ----------------------------------------------------------------------------------

    def decided(self, state: State, number: int, kind: int) -> bool:
        """Whether nothing is left to decide."""
        known, rules = state
        level = self.levels[number]
        awaited = level.awaited | (level.asked | level.closing if kind == MAIN else 0)
        if awaited and awaited & ~known & ~self.opposite(known):
            return False
        watched = self.observed | self.hopes[0] | self.hopes[1]
        return not any(heads & watched for _, heads in rules)

    def steps(self, state: State, number: int, kind: int) -> tuple[list[Step], bool]:
        """What the choices of a level lead to, and whether the group matters: if not, one step
        stands for all."""
        known, rules = state
        level = self.levels[number]
        false = self.opposite(known)
        active = [rule for rule in level.rules if not rule[1] & false and not rule[2] & known]
        if not active and not any(
            not body & false and not head & known for body, head in level.watch
        ):
            asked = self.observed | (self.queries if kind == MAIN else 0)
            if not level.given[-1] & (asked | asked << 1):
                if not level.settles:
                    return [(-1, state, 0)], False
                new, news = self.settled(known, dict(rules), (), level, kind)
                return [(-1, new, news)], False
        found = []
        made: dict[tuple[int, tuple[tuple[int, int], ...]], tuple[State, int]] = {}
        for choice, leaf in enumerate(level.leaves):
            adds = tuple([(body, head) for allowed, body, head in active if allowed >> choice & 1])
            key = (level.given[choice], adds)
            if key not in made:
                made[key] = self.settled(known, dict(rules), adds, level, kind, level.given[choice])
            new, news = made[key]
            found.append((leaf, new, news))
        return found, True

    def split(self, state: State, number: int) -> tuple[State, list[tuple[int, State, State]]]:
        """The state without the queries whose last rule came now, but which are not decided; and
        for each of them, by its row: the states in which it, renamed, shall hold, or shall not."""
        known, rules = state
        level = self.levels[number]
        closing = bodies = 0
        for body, heads in rules:
            closing |= heads
            bodies |= body
        closing &= level.closing
        if not closing:
            return state, []
        used = level.used | bodies | self.opposite(bodies)
        asked = level.asked & ~used
        dropped = closing & ~used
        found = []
        for row in bits(closing):
            hoped: list[State] = []
            for hope in self.hopes:
                own = []
                for body, heads in rules:
                    heads = (heads & ~dropped & ~asked) | (hope if heads & row else 0)
                    if heads:
                        own.append((body, heads))
                hoped.append((known & level.kept, tuple(own)))
            found.append((row, hoped[0], hoped[1]))
        main = tuple([(b, h & ~dropped) for b, h in rules if h & ~dropped])
        return (known, main), found

    def settled(
        self,
        known: int,
        rules: Rules,
        adds: Iterable[tuple[int, int]],
        level: Level,
        kind: int,
        given: int = 0,
    ) -> tuple[State, int]:
        """The normal form of a residual program with more rules and literals."""
        before = known
        known |= given
        fresh = []
        for body, head in adds:
            body &= ~known
            if body:
                fresh.append((body, head))
            else:
                known |= head
        undecided = level.rows
        for _, heads in rules.items():
            undecided |= heads
        even, closed = self.even, level.closed | self.hopes[0] | self.hopes[1]
        undecided &= even
        changed = known != before
        while True:
            if changed:
                known, rules, loose = self._propagated(known, rules, fresh)
                fresh = loose
            for body, head in fresh:
                insert(rules, body, head)
            fresh = []
            # Rows that nothing can support any more are false.
            heads = 0
            for value in rules.values():
                heads |= value
            false = self.opposite(known)
            failed = undecided & closed & ~heads & ~known & ~false
            for members, more in level.cycles:
                if more or members & known or not members & ~false & (undecided | ~closed):
                    continue
                if any(h & members and not b & members for b, h in rules.items()):
                    continue
                # What was decided before may be forgotten, but does not change.
                failed |= members & ~false & (undecided | ~closed)
            if failed:
                known |= failed << 1
                changed = True
                continue
            # Rows whose rules are all there give way to their rules.
            bodies = 0
            for body in rules:
                bodies |= body
            out = bodies & (closed | closed << 1)
            if not out:
                break
            rules, fresh = self._without(rules, out & -out)
            changed = False
        news = known & ~before
        stay = level.kept
        used = level.used | bodies | self.opposite(bodies) | self.hopes[0] | self.hopes[1]
        if kind == MAIN:
            used |= level.asked | level.closing
            stay |= level.asked | level.asked << 1
        kept = {}
        mixed = False
        for body, heads in rules.items():
            heads &= used
            if heads:
                kept[body] = heads
                mixed = mixed or bool(body & (body - 1))
        if mixed:
            kept = normal(kept)
        return (known & stay, tuple(sorted(kept.items()))), news

    def _propagated(
        self, known: int, rules: Rules, fresh: Sequence[tuple[int, int]]
    ) -> tuple[int, Rules, list[tuple[int, int]]]:
        """Rules without what is known; and those that became shorter."""
        left, loose = rules, list(fresh)
        while True:
            false = self.opposite(known)
            grown = known
            kept: Rules = {}
            shorter = []
            old = len(left)
            for place, (body, heads) in enumerate([*left.items(), *loose]):
                if body & false:
                    continue
                rest, heads = body & ~grown, heads & ~grown
                if not heads:
                    continue
                if not rest:
                    grown |= heads
                elif rest == body and place < old:
                    kept[body] = heads
                else:
                    shorter.append((rest, heads))
            if grown == known:
                return known, kept, shorter
            known, left, loose = grown, kept, shorter

    def _without(self, rules: Rules, literal: int) -> tuple[Rules, list[tuple[int, int]]]:
        """The rules with a literal of their bodies replaced by what it stands for."""
        positive = bool(literal & self.even)
        row = literal if positive else literal >> 1
        terms = [body for body, heads in rules.items() if heads & row]
        if not positive:
            terms = self._negated(terms)
        kept = {body: heads for body, heads in rules.items() if not body & literal}
        fresh = []
        for body, heads in rules.items():
            if not body & literal:
                continue
            rest = body & ~literal
            for term in terms:
                whole = rest | term
                # Closed under transitivity: single literals are resolved already.
                if positive and not rest and not term & (term - 1):
                    continue
                if whole & self.opposite(whole):
                    continue
                left = heads & ~whole
                if left:
                    fresh.append((whole, left))
        return kept, fresh

    def _negated(self, terms: Sequence[int]) -> list[int]:
        """The bodies of the opposite of a row with these bodies."""
        found = [0]
        for term in terms:
            options = list(bits(self.opposite(term)))
            grown = {
                one | option
                for one in found
                for option in options
                if not (one | option) & self.opposite(one | option)
            }
            found = [x for x in grown if not any(y != x and y & x == y for y in grown)]
        return found


def _lives(
    graph: Derivations, at: Sequence[int], place: dict[int, int], asked: Iterable[int]
) -> dict[int, tuple[int, int]]:
    """Of derived rows, of alternatives that are remembered and of those asked: the first and the
    last level that speaks of them."""
    group_of = {node: g for g, group in enumerate(graph.groups) for node in group}
    found: dict[int, tuple[int, int]] = {}
    for (head, body), level in zip(graph.rules, at, strict=True):
        spoken = {head: level}
        for literal in body:
            node = literal if literal >= 0 else ~literal
            since = place[group_of[node]] if node in group_of else level
            if node not in group_of or since < level:
                spoken[node] = since
        for node, since in spoken.items():
            born, dies = found.get(node, (since, level))
            found[node] = min(born, since), max(dies, level)
    for literal in asked:
        found[literal if literal >= 0 else ~literal] = 0, len(place)
    return found


def _slots(lives: dict[int, tuple[int, int]]) -> tuple[dict[int, int], int]:
    """The bit of each row, and how many different ones: rows that are never spoken of at the same
    time may have the same. Those that come first have low numbers."""
    slots: dict[int, int] = {}
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    count = 0
    for node, (born, dies) in sorted(lives.items(), key=lambda item: item[1][0]):
        while busy and busy[0][0] < born:
            heappush(free, heappop(busy)[1])
        if free:
            slot = heappop(free)
        else:
            slot, count = count, count + 1
        slots[node] = 1 << 2 * slot
        heappush(busy, (dies, slot))
    return slots, count
