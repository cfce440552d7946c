"""The programmer that asks a language model: a question and tables in, a candidate program out.

    proposal = propose("which city held the games in 1964?", [table], ChatClient("qwen2.5-coder"))
    proposal.candidates[0].datalog        answer(c) :- games(year: 1964, city: c).
    proposal.candidates[0].value          ("Tokyo",)

The reply is a program, never an answer: it runs under limits, over the tables and nothing else. One
that does not parse, type-check or run, or derives nothing, goes back once with its numbered error.
If the second fails too there is no candidate, and the proposal says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trivium.ask.candidate import Candidate
from trivium.ask.paraphrase import paraphrase
from trivium.ask.prompt import write_prompt, write_repair
from trivium.ask.reply import judge, program_text, tables_read
from trivium.errors import ModelError, TriviumError
from trivium.ground.table import Table
from trivium.models.protocol import ChatModel, Reply, Sampling, Usage
from trivium.program import Limits, Program

PROGRAMMER = "llm"
LIMITS = Limits(seconds=10.0, memory_bytes=2 << 30)
# A program written at the first go is right more often than a mended one.
FIRST_SCORE, REPAIRED_SCORE = 0.5, 0.25
# Asked again at temperature 0, small models repeat themselves.
_REPAIR_TEMPERATURE = 0.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply: the program taken from it ("" if none), and what was wrong with it, if anything.

    `error.number // 100` says how far it came: 5 not a program that may run, 1 it does not parse,
    2 it does not type-check, 3 a limit stopped it.
    """

    reply: str
    datalog: str
    error: TriviumError | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates (one or none), and where there is none, why.

    `error` is set where the model itself failed (5xx) or its last program did; `left_out` names
    the tables that the prompt had no room for.
    """

    candidates: tuple[Candidate, ...]
    usage: Usage
    attempts: tuple[Attempt, ...] = ()
    error: TriviumError | None = None
    left_out: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why there is no candidate, in one line."""
        if self.candidates or self.error is None:
            return ""
        what = "the language model's program" if self.attempts else "the language model"
        return f"{what} failed: E{self.error.number} {self.error.message}"


def propose(
    question: str,
    tables: Sequence[Table],
    model: ChatModel,
    *,
    budget: int = 4000,
    limits: Limits = LIMITS,
    sampling: Sampling | None = None,
) -> Proposal:
    """Ask `model` for a program that answers `question` over `tables`, the likeliest table first.

    Args:
        budget: characters of the prompt that may describe the tables.
        limits: what the program may use up.

    Raises nothing of its own: whatever fails is in the proposal.
    """
    prompt = write_prompt(question, tables, budget)
    messages = prompt.messages
    sampling = sampling or Sampling()
    usage = Usage()
    attempts: list[Attempt] = []
    for score in (FIRST_SCORE, REPAIRED_SCORE):
        try:
            reply = model.complete(messages, sampling)
        except TriviumError as error:
            return Proposal((), usage, tuple(attempts), error, prompt.left_out)
        usage += reply.usage
        attempt, candidate = _try(reply, tables, limits)
        attempts.append(attempt)
        if candidate is not None:
            found = replace(candidate, score=score)
            return Proposal((found,), usage, tuple(attempts), None, prompt.left_out)
        messages = write_repair(prompt, attempt.datalog or attempt.reply, str(attempt.error))
        warmer = max(sampling.temperature, _REPAIR_TEMPERATURE)
        sampling = replace(sampling, temperature=warmer)
    return Proposal((), usage, tuple(attempts), attempts[-1].error, prompt.left_out)


def _try(reply: Reply, tables: Sequence[Table], limits: Limits) -> tuple[Attempt, Candidate | None]:
    """Run the program in a reply."""
    given = {table.name: table for table in tables}
    text = ""
    try:
        text = program_text(reply.text, given)
        if reply.cut:
            raise ModelError(506, "the reply was cut off", hint="write a shorter program")
        tree = judge(text, given)
        result = Program.over(text, **given).run(limits=limits)
        value = tuple(row[0] for row in result["answer"].rows())
        if not value:
            raise ModelError(
                512,
                "the program runs, but no row of the tables satisfies it",
                hint="check the spelling of texts, and whether the conditions can all hold",
            )
    except TriviumError as error:
        return Attempt(reply.text, text, error), None
    candidate = Candidate(
        datalog=text,
        words=paraphrase(tree),
        value=value,
        score=FIRST_SCORE,
        programmer=PROGRAMMER,
        tables=tables_read(tree, given),
    )
    return Attempt(reply.text, text), candidate
