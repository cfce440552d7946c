"""How an answer looks: as text, and in a notebook.

Gemini 7
confidence 0.93 · proved · 0.05 s
how: the flight of the row with the greatest duration
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from trivium.ask.value import value_text

if TYPE_CHECKING:
    from trivium.ask.answer import Answer

SHOWN_PLACES = 10


def headline(answer: Answer) -> str:
    """The value with its unit; `unknown` or `ambiguous` when there is none."""
    if answer.status == "ambiguous":
        return str(answer.status)
    text = value_text(answer.value)
    return f"{text} {answer.unit}" if answer.unit and answer.value is not None else text


def standing(answer: Answer) -> str:
    """Confidence, status, time, calls and cost, in one line."""
    parts = [f"confidence {answer.confidence:.2f}", str(answer.status), f"{answer.seconds:.2f} s"]
    if answer.usage.calls:
        tokens = answer.usage.prompt_tokens + answer.usage.completion_tokens
        parts.append(f"{_calls(answer.usage.calls)}, {tokens:,} tokens")
    if (kept := answer.virtual.calls - answer.usage.calls) > 0:
        parts.append(f"{_calls(kept)} kept")
    if answer.cost:
        parts.append(f"cost {answer.cost:.4g}")
    return " · ".join(parts)


def _calls(count: int) -> str:
    return f"{count} model call{'' if count == 1 else 's'}"


def answer_text(answer: Answer) -> str:
    """The answer in a few lines, without its proof."""
    lines = [headline(answer), standing(answer)]
    if answer.words:
        lines.append(f"how: {answer.words}")
    lines += readings(answer)
    lines += [f"mended: {mend}" for mend in answer.mends]
    if answer.reason:
        lines.append(f"why not: {answer.reason}" if answer.value is None else answer.reason)
    return "\n".join(lines)


def readings(answer: Answer) -> list[str]:
    """The two readings of an ambiguous question, each with the value that it gives."""
    if answer.status != "ambiguous":
        return []
    pairs = zip(("either", "or"), answer.alternatives, strict=False)
    return [f"{said}: {other.words}: {value_text(other.plain)}" for said, other in pairs]


def answer_html(answer: Answer) -> str:
    """The answer as HTML that looks the same in light and dark notebooks; all text is escaped."""
    parts = [
        f'<div style="font-size:1.4em;font-weight:600">{escape(headline(answer))}</div>',
        f'<div style="opacity:.7">{escape(standing(answer))}</div>',
    ]
    parts += [
        f"<p>{escape(text)}</p>"
        for text in (answer.words, *readings(answer), answer.reason)
        if text
    ]
    if answer.program:
        parts.append(_details("program", f"<pre>{escape(answer.program)}</pre>"))
    if answer.proof is not None:
        parts.append(_details("proof", answer.proof._repr_html_()))
    if answer.evidence:
        items = "".join(f"<li>{escape(str(p))}</li>" for p in answer.evidence[:SHOWN_PLACES])
        more = len(answer.evidence) - SHOWN_PLACES
        rest = f"<li>and {more:,} more</li>" if more > 0 else ""
        parts.append(_details("evidence", f"<ul>{items}{rest}</ul>"))
    return f'<div style="max-width:50em">{"".join(parts)}</div>'


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>{body}</details>"
