"""Proof trees: why a row holds, down to the cells it was read from.

    path(1, 3)   by path(x, z) :- path(x, y), edge(y, z).
    ├─ path(1, 2)   by path(x, y) :- edge(x, y).
    │  └─ edge(1, 2)   <edge>, row 1
    └─ edge(2, 3)   <edge>, row 2

A node's children are worked out when they are first asked for. A row that is used twice is one node
with two parents, so a tree is a compact graph; its text shows such a node once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from trivium.ir.nodes import Value
from trivium.source import Place, Span

# How many rows of an aggregate, and how many lines in all, the text of a proof shows.
SHOWN = 10
LINES = 400
# How many characters of a term.
TERM = 400


def _no_children() -> tuple[Proof, ...]:
    return ()


@dataclass(eq=False)
class Proof:
    """One step of a proof.

    Attributes:
        kind: `fact` (a given row), `rule` (a derived row), `absent` (a negated literal: no row
            matches), `aggregate` (its children are the rows that decide it), `removed` (rows
            that subsumption took away since) or `chance` (see `explain.py`).
        relation: the relation's name; of an aggregate, its kind (`sum`, `max`, ...).
        row: the row's values; of an aggregate, its result alone; empty for `absent`.
        text: the row or literal as a program writes it.
        rule_text: the rule that derived the row.
        rule_span: where the rule stands.
        bindings: the values of the rule's variables.
        used: the columns that the rule above reads; all, at the root.
        own_places: for a fact, where its used cells stand.
        total: of an aggregate, how many bindings it ranged over.
        deciding: of an aggregate, how many rows decide it; its children are the first of them.
    """

    kind: str
    relation: str
    row: tuple[Value | None, ...]
    text: str
    rule_text: str | None = None
    rule_span: Span | None = None
    bindings: dict[str, Value] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    own_places: tuple[Place, ...] = ()
    total: int = 0
    deciding: int = 0
    expand: Callable[[], tuple[Proof, ...]] = field(default=_no_children, repr=False)

    @cached_property
    def children(self) -> tuple[Proof, ...]:
        return self.expand()

    def walk(self) -> Iterator[Proof]:
        """Every node below and with this one, each once, parents first."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting.extend(reversed(node.children))

    def places(self, limit: int | None = None) -> tuple[Place, ...]:
        """Where every cell that the proof rests on stands, each once, or the first so many; of an
        aggregate over very many rows, the cells of its children."""
        found: dict[Place, None] = {}
        for node in self.walk():
            found |= dict.fromkeys(node.own_places)
            if limit is not None and len(found) >= limit:
                break
        return tuple(found)[:limit]

    def depth(self) -> int:
        """The number of steps from here to the farthest fact."""
        depths: dict[int, int] = {}
        for node in reversed(list(self._post_order())):
            below = max((depths[id(child)] for child in node.children), default=-1)
            depths[id(node)] = below + 1
        return depths[id(self)]

    def _post_order(self) -> Iterator[Proof]:
        """Every node once, after all its parents (reversed: after all its children)."""
        finished: list[Proof] = []
        state: dict[int, bool] = {}
        waiting = [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                finished.append(node)
            elif id(node) not in state:
                state[id(node)] = True
                waiting.append((node, True))
                waiting.extend((child, False) for child in node.children)
        return reversed(finished)

    def note(self) -> str:
        """What stands beside the node's text: the rule, or the place."""
        if self.kind == "rule":
            return f"by {self.rule_text}"
        if self.kind == "aggregate":
            bindings = f"{self.total:,} binding{'' if self.total == 1 else 's'}"
            return f"over {bindings}" + (
                f", decided by {self.deciding:,}" if self.deciding < self.total else ""
            )
        rows: dict[Place, list[str]] = {}
        for place in self.own_places:
            cells = rows.setdefault(replace(place, column=None, start=None, end=None), [])
            cells += [place.column] if place.column is not None else []
        listed = len(self.used) < len(self.row)  # where all columns count, their names say nothing
        return "; ".join(
            f"{place}: {', '.join(cells)}" if cells and listed else str(place)
            for place, cells in rows.items()
        )

    def lines(self) -> Iterator[tuple[str, Proof | None, str]]:
        """(branches, node, remark) of each line of the tree; a line may be a remark alone."""
        seen: set[int] = set()
        waiting: list[tuple[str, str, Proof | None, str]] = [("", "", self, "")]
        while waiting:
            branch, below, node, remark = waiting.pop()
            if node is None:
                yield branch, None, remark
                continue
            if id(node) in seen and node.children:
                yield branch, node, "shown above"
                continue
            seen.add(id(node))
            yield branch, node, node.note()
            children: list[tuple[Proof | None, str]] = [(child, "") for child in node.children]
            if node.kind == "aggregate" and len(children) > SHOWN:
                more = node.deciding - SHOWN
                children = [*children[:SHOWN], (None, f"and {more:,} more")]
            last = len(children) - 1
            for i in range(last, -1, -1):
                child, text = children[i]
                tick, bar = ("└─ ", "   ") if i == last else ("├─ ", "│  ")
                waiting.append((below + tick, below + bar, child, text))

    def __str__(self) -> str:
        shown: list[str] = []
        for branch, node, note in self.lines():
            if len(shown) == LINES:
                shown.append("... (the rest is in `children`)")
                break
            texts = (note,) if node is None else (node.text, note)
            shown.append(branch + "   ".join(filter(None, texts)))
        return "\n".join(shown)

    def _repr_html_(self) -> str:
        import html  # only notebooks need it

        return f"<pre>{html.escape(str(self))}</pre>"

    def to_dict(self) -> dict[str, Any]:
        """The proof as nested dicts and lists, ready for JSON; shared nodes are shared."""
        made: dict[int, dict[str, Any]] = {}
        for node in reversed(list(self._post_order())):
            entry: dict[str, Any] = {"kind": node.kind, "relation": node.relation}
            entry |= {"row": list(node.row), "text": node.text}
            if node.rule_text is not None:
                entry |= {"rule": node.rule_text, "bindings": dict(node.bindings)}
            if node.own_places:
                entry["places"] = [str(place) for place in node.own_places]
            if node.kind == "aggregate":
                entry |= {"total": node.total, "deciding": node.deciding}
            entry["children"] = [made[id(child)] for child in node.children]
            made[id(node)] = entry
        return made[id(self)]
