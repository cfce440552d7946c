"""The proof of an answer: of its one value, or of several under one root."""

from __future__ import annotations

from trivium.errors import ProgramError
from trivium.program import Result
from trivium.proofs.proof import Proof

# Rows that DuckDB computed, and rules do not explain.
UNEXPLAINED = (331, 332)
# Of an answer with many values, so many are proved.
PROVED = 20


def prove(result: Result, relation: str = "answer") -> Proof | None:
    """The proof of a relation's row, or of its rows together; None if it has none, or one that
    the rules of a query cannot explain."""
    rows = result[relation].rows()
    try:
        proofs = tuple(result.why(relation, row) for row in rows[:PROVED])
    except ProgramError as problem:
        if problem.number not in UNEXPLAINED:
            raise
        return None
    if len(proofs) <= 1:
        return proofs[0] if proofs else None
    text = f"{relation}: {len(rows):,} values"
    return Proof("fact", relation, (), text, expand=lambda: proofs)
