"""What `ask` gives back: a value with its program, proof, evidence and confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trivium.ask.candidate import Candidate
from trivium.ask.denotation import Scalar
from trivium.ask.reader import Reading
from trivium.models.protocol import Usage
from trivium.proofs.proof import Proof
from trivium.source import Place

if TYPE_CHECKING:
    from trivium.ask.plot import Plot


class Status(StrEnum):
    """How an answer stands: `proved` where every word of the question was read by an exact link;
    `likely` where words were read by a synonym or as misspelt, or a program was found or written
    by a model; `supported` by facts that were read out of running text; `ambiguous` where two
    readings give other values; `unknown`."""

    PROVED = "proved"
    LIKELY = "likely"
    SUPPORTED = "supported"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    Attributes:
        value: a number or text, a list of them or of rows, or None when the answer is unknown.
        unit: what the number counts or is measured in; may be empty.
        confidence: the calibrated probability that the value is right, from 0 to 1.
        status: `proved`, `likely`, `supported`, `ambiguous` or `unknown`.
        program: the Datalog program that computed the value; its `answer` relation holds it.
        words: the program in plain words.
        proof: why each value holds, down to the cells; None when no value is given.
        evidence: the cells and passages that the proof uses.
        reason: why no value is given, or what was left out.
        alternatives: the other values that were considered, the likeliest first; of an ambiguous
            question the two readings come first.
        deciding: the words that would decide between the two readings of an ambiguous question.
        mends: the rules by which a language model's program was mended before it ran.
        usage: calls, tokens and money that language models took.
        virtual: what they would have taken without a cache of replies.
        seconds: the time that the answer took.
        reading: what each word of the question became, where the reader has read it all.
    """

    question: str
    value: Scalar | list[Scalar | tuple[Scalar, ...]] | None
    unit: str = ""
    confidence: float = 0.0
    status: Status = Status.UNKNOWN
    program: str = ""
    words: str = ""
    proof: Proof | None = None
    evidence: tuple[Place, ...] = ()
    reason: str = ""
    alternatives: tuple[Candidate, ...] = ()
    deciding: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    virtual: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    reading: Reading | None = None

    @property
    def cost(self) -> float:
        """What language models cost for this answer, in the currency of the prices given."""
        return self.usage.cost or 0.0

    def plot(self) -> Plot:
        """The answer as a chart: bars of groups, a line over time, points of two numbers. Notebooks
        show it; `print` draws bars of text; `spec` is Vega-Lite. E674 where it holds no such rows.
        """
        from trivium.ask.plot import plot

        return plot(self.value, self.columns, self.question)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns of the value are called, where the reader has read the question."""
        if self.reading is None:
            return ()
        from trivium.ask.reader.describe import column_names

        return column_names(self.reading.meaning, self.reading.language)

    def __str__(self) -> str:
        from trivium.ask.show import answer_text

        return answer_text(self)

    def _repr_html_(self) -> str:
        from trivium.ask.show import answer_html

        return answer_html(self)
