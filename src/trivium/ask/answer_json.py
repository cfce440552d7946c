"""An answer as JSON: all that it holds, with the text at each place that it cites.

answer_json(machine.ask("who won?"), machine.tables, machine.passages)
{"question": "who won?", "value": "Ann", "unit": "", "confidence": 0.91, "status": "proved", ...}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from typing import Any

from trivium.ask.answer import Answer
from trivium.ask.places import text_at
from trivium.ask.reader import Reading
from trivium.ground.passage import Passage
from trivium.ground.table import Table
from trivium.source import Place


def answer_json(
    answer: Answer, tables: Iterable[Table], passages: Iterable[Passage]
) -> dict[str, object]:
    """The answer as JSON has it; the keys are always the same."""
    known = list(tables), list(passages)
    return {
        "question": answer.question,
        "value": plain(answer.value),
        "unit": answer.unit,
        "confidence": round(float(answer.confidence), 4),
        "status": str(answer.status),
        "reason": answer.reason,
        "words": answer.words,
        "program": answer.program,
        "proof": None if answer.proof is None else str(answer.proof),
        "evidence": [_cited(place, *known) for place in answer.evidence],
        "alternatives": [
            {
                "value": plain(other.value),
                "score": round(float(other.score), 4),
                "words": other.words,
            }
            for other in answer.alternatives
        ],
        "reading": None if answer.reading is None else _reading(answer.reading),
        "columns": list(answer.columns),
        "deciding": list(answer.deciding),
        "mends": list(answer.mends),
        "usage": plain(answer.usage),
        "virtual": plain(answer.virtual),
        "cost": answer.cost,
        "seconds": round(answer.seconds, 4),
    }


def _reading(reading: Reading) -> dict[str, object]:
    """What the question was read as, and what each word of it became."""
    words = [{"text": text, "as": what, "by": kind} for text, what, kind in reading.words]
    return {"sentence": reading.sentence, "exact": reading.sure, "words": words}


def _cited(place: Place, tables: list[Table], passages: list[Passage]) -> dict[str, object]:
    return {"text": text_at(place, tables, passages), **place.known()}


def plain(value: Any) -> Any:
    """A value that JSON knows."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(item) for key, item in asdict(value).items()}
    return str(value)
