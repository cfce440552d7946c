"""The programmer that asks a language model: a question and tables in, a candidate program out.

    proposal = propose("which city held the games in 1964?", [table], ChatClient("qwen2.5-coder"))
    proposal.candidates[0].program        SELECT city FROM games WHERE year = 1964
    proposal.candidates[0].value          ("Tokyo",)

The reply is a program, never an answer: it runs under limits, over the tables and nothing else.
Where the endpoint knows grammars, the model can only write programs that parse and type-check.
Several samples are candidates by their votes. If none gives a value, the first goes back once with
its numbered error; if that fails too there is no candidate, and the proposal says why. A failed
program is dropped, never replaced by a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from trivium.ask.candidate import Candidate
from trivium.ask.languages import DATALOG, DIALECTS, JSON, SQL, Language
from trivium.ask.paraphrase import paraphrase
from trivium.ask.prompt import Prompt, write_prompt, write_repair
from trivium.ask.reply import (
    json_text,
    judge,
    language_of,
    program_text,
    query_text,
    tables_of_query,
    tables_read,
)  # fmt: skip
from trivium.ask.twice import MEND, write_out_twice
from trivium.errors import ModelError, TriviumError
from trivium.ground.table import Table
from trivium.models.many import complete_all
from trivium.models.protocol import ChatModel, Reply, Sampling, Usage
from trivium.program import Limits, Program
from trivium.syntax.printer import print_program

PROGRAMMER = "llm"
LIMITS = Limits(seconds=10.0, memory_bytes=2 << 30)
# How often a program written at the first go is right, by its language: small models write SQL
# better (of Datalog programs with a value, 16 of 58 were right on training questions, 19 of 69 on
# others). A mended one is so half as often.
TRUST = {SQL.name: 0.5, DATALOG.name: 0.25}
REPAIRED = 0.5
# Asked again at temperature 0, small models repeat themselves.
_WARM = 0.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply: the program taken from it ("" if none), and what was wrong with it, if anything.

    `error.number // 100` says how far it came: 5 not a program that may run, 1 it does not parse,
    2 it does not type-check, 3 a limit stopped it.
    """

    reply: str
    program: str
    error: TriviumError | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates, one for each value, and where there is none, why.

    `usage` is what was paid; `virtual` what it would have been without a cache. `error` is set
    where the model itself failed (5xx) or its last program did; `left_out` names the tables that
    the prompt had no room for.
    """

    candidates: tuple[Candidate, ...]
    usage: Usage
    attempts: tuple[Attempt, ...] = ()
    error: TriviumError | None = None
    left_out: tuple[str, ...] = ()
    virtual: Usage = field(default_factory=Usage)

    @property
    def reason(self) -> str:
        """Why there is no candidate, in one line."""
        if self.candidates or self.error is None:
            return ""
        told = f"E{self.error.number} {self.error.message}"
        if self.attempts and self.error is self.attempts[-1].error:
            return f"the language model's program failed: {told}"  # its hint was for the model
        hint = f"; {self.error.hint}" if self.error.hint else ""
        return f"the language model failed: {told}{hint}"


def propose(
    question: str,
    tables: Sequence[Table],
    model: ChatModel,
    *,
    language: Language = SQL,
    samples: int = 1,
    grammar: bool = True,
    budget: int = 4000,
    limits: Limits = LIMITS,
    sampling: Sampling | None = None,
) -> Proposal:
    """Ask `model` for programs that answer `question` over `tables`, the likeliest table first.

    Args:
        language: the language that the model is asked to write.
        samples: how many programs are asked for: the first is the model's surest, the others are
            drawn more freely, and values that several give are believed more.
        grammar: whether the model may write only what parses and type-checks.
        budget: characters of the prompt that may describe the tables.
        limits: what each program may use up.

    Raises nothing of its own: whatever fails is in the proposal.
    """
    prompt = write_prompt(question, tables, budget, language)
    sampling = sampling or Sampling()
    if grammar and any(table.columns for table in tables):
        sampling = language.hold(sampling, question, tables)
    warmer = max(sampling.temperature, _WARM)
    each = [sampling, *(replace(sampling, temperature=warmer, seed=i) for i in range(1, samples))]
    asked = complete_all(model, [prompt.messages] * len(each), each)
    replies = [reply for reply in asked if isinstance(reply, Reply)]
    paid = _Paid()
    tried = [_try(reply, tables, limits) for reply in replies]
    paid.add(replies)
    failed = next((reply for reply in asked if isinstance(reply, TriviumError)), None)
    found = _voted([candidate for _, candidate in tried if candidate is not None], len(each))
    attempts = tuple(attempt for attempt, _ in tried)
    if found or not attempts:
        return paid.proposal(found, attempts, None if found else failed, prompt)
    back = write_repair(prompt, attempts[0].program or attempts[0].reply, str(attempts[0].error))
    try:
        reply = model.complete(back, replace(sampling, temperature=warmer))
    except TriviumError as error:
        return paid.proposal((), attempts, error, prompt)
    paid.add([reply])
    attempt, candidate = _try(reply, tables, limits, attempts[0])
    mended = () if candidate is None else (replace(candidate, score=candidate.score * REPAIRED),)
    return paid.proposal(mended, (*attempts, attempt), attempt.error, prompt)


class _Paid:
    """The bill of a proposal."""

    def __init__(self) -> None:
        self.usage, self.virtual = Usage(), Usage()

    def add(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            self.usage += reply.usage
            self.virtual += reply.virtual

    def proposal(
        self,
        candidates: tuple[Candidate, ...],
        attempts: tuple[Attempt, ...],
        error: TriviumError | None,
        prompt: Prompt,
    ) -> Proposal:
        return Proposal(candidates, self.usage, attempts, error, prompt.left_out, self.virtual)


def _voted(candidates: Sequence[Candidate], samples: int) -> tuple[Candidate, ...]:
    """One candidate for each value, scored by its share of the samples; most votes first."""
    groups: dict[object, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.key, []).append(candidate)
    ordered = sorted(groups.values(), key=len, reverse=True)
    # One vote of one is the trust in its language, all of many come near to 1.
    return tuple(
        replace(same[0], score=len(same) / (samples + 1 / TRUST[same[0].language] - 1))
        for same in ordered
    )


def _try(
    reply: Reply, tables: Sequence[Table], limits: Limits, before: Attempt | None = None
) -> tuple[Attempt, Candidate | None]:
    """Run the program in a reply, unless it is the one that failed before."""
    text = ""
    try:
        language = language_of(reply.text)
        if language == SQL.name:
            text = query_text(reply.text)
        elif language == JSON.name:
            text, language = json_text(reply.text), DATALOG.name
        else:
            text = program_text(reply.text, [table.name for table in tables])
        if reply.cut:
            raise ModelError(506, "the reply was cut off", hint="write a shorter program")
        if before is not None and before.error is not None and text == before.program != "":
            return Attempt(reply.text, text, before.error), None
        candidate = run_candidate(text, tables, limits, language)
    except TriviumError as error:
        return Attempt(reply.text, text, error), None
    return Attempt(reply.text, text), candidate


def run_candidate(
    text: str, tables: Sequence[Table], limits: Limits = LIMITS, language: str = DATALOG.name
) -> Candidate:
    """A model's program as a candidate. Raises what is wrong with it: 1xx to 3xx, E510 to E512."""
    given = {table.name: table for table in tables}
    mends: tuple[str, ...] = ()
    words, read = "", tuple(given)
    if language == DATALOG.name:
        tree, twice = write_out_twice(judge(text, given))
        if twice:
            text, mends = print_program(tree), (MEND,)
        words, read = paraphrase(tree), tables_read(tree, given)
    result = Program.over(text, dialect=DIALECTS[language], **given).run(limits=limits)
    rows = result["answer"].rows()
    if rows and len(rows[0]) != 1:
        raise ModelError(
            510,
            f"the query gives {len(rows[0])} columns, expected one",
            hint="select the asked value alone",
        )
    value = tuple(dict.fromkeys(row[0] for row in rows if row[0] is not None))
    if not value:
        raise ModelError(
            512,
            "the program runs, but no row of the tables satisfies it",
            hint="check the spelling of texts, and whether the conditions can all hold",
        )
    if language == SQL.name:
        read = tables_of_query(text, given)
    score = TRUST[language]
    return Candidate(text, words, value, score, PROGRAMMER, "answer", read, mends, language)
