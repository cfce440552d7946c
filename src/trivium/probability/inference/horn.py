"""Horn rules over literals as bits, in the normal form of a residual program.

    {0b0001: 0b0100}     literal 0 implies literal 2

Implications between single literals are closed under transitivity; longer bodies have no literal
that others of them imply.
"""

from __future__ import annotations

from collections.abc import Iterator

# From bodies to heads.
Rules = dict[int, int]


def bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def insert(rules: Rules, body: int, heads: int) -> None:
    """Add a rule; rules with single literals as bodies stay closed under transitivity."""
    heads &= ~body
    if body & (body - 1):
        if heads:
            rules[body] = rules.get(body, 0) | heads
        return
    for other, more in rules.items():
        if other & heads and not other & (other - 1):
            heads |= more
    heads &= ~body
    if not heads:
        return
    for other, more in rules.items():
        if more & body and not other & (other - 1):
            rules[other] = (more | heads) & ~other
    rules[body] = rules.get(body, 0) | heads


def normal(rules: Rules) -> Rules:
    """Longer bodies without literals that others of them imply, and no implied heads."""
    single = {body: heads for body, heads in rules.items() if not body & (body - 1)}
    longer: Rules = {}
    for body, heads in rules.items():
        if not body & (body - 1):
            continue
        for bit, implied in single.items():
            if heads & bit:
                heads |= implied
        for bit in bits(body):
            implied = single.get(bit, 0)
            # Of rows that imply each other the lowest stands for all.
            for other in bits(implied):
                if other < bit and single.get(other, 0) & bit:
                    body = body & ~bit | other
                    break
        for bit in list(bits(body)):
            if body & bit:
                implied = single.get(bit, 0)
                body &= ~implied
                heads &= ~implied
        heads &= ~body
        if not heads:
            continue
        if body & (body - 1):
            longer[body] = longer.get(body, 0) | heads
        else:
            insert(single, body, heads)
    kept = dict(single)
    for body, heads in longer.items():
        for other, implied in longer.items():
            if other != body and other & body == other:
                heads &= ~implied
        if heads:
            kept[body] = heads
    return kept
