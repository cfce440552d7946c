"""The proof of an answer: of its one value, or of several under one root."""

from __future__ import annotations

from trivium.program import Result
from trivium.proofs.proof import Proof

# Of an answer with many values, so many are proved.
PROVED = 20


def prove(result: Result, relation: str = "answer") -> Proof | None:
    """The proof of a relation's row, or of its rows together; None if it has none."""
    rows = result[relation].rows()
    proofs = tuple(result.why(relation, row) for row in rows[:PROVED])
    if len(proofs) <= 1:
        return proofs[0] if proofs else None
    text = f"{relation}: {len(rows):,} values"
    return Proof("fact", relation, (), text, expand=lambda: proofs)
