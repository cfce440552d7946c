"""The programmer that asks a language model: a question and tables in, a candidate program out.

    model = Model(ChatClient("qwen2.5-coder"))
    proposal = model.propose("which city held the games in 1964?", tables)
    proposal.candidates[0].program        SELECT city FROM games WHERE year = 1964
    proposal.candidates[0].value          ("Tokyo",)

The reply is a program, never an answer: it runs under limits, over the tables and nothing else.
Where the endpoint knows grammars, the model can only write programs that parse and type-check.
Several samples are candidates by their votes. If none gives a value, the first goes back once with
its numbered error; if that fails too there is no candidate, and the proposal says why. A failed
program is dropped, never replaced by a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from trivium.ask.candidate import Candidate
from trivium.ask.fair import judge
from trivium.ask.languages import DATALOG, JSON, SQL, Language
from trivium.ask.programmers.protocol import Attempt, Proposal
from trivium.ask.prompt import Prompt, write_prompt, write_repair
from trivium.ask.reply import json_text, language_of, program_text, query_text
from trivium.ask.tables import Tables
from trivium.ask.twice import MEND, write_out_twice
from trivium.errors import ModelError, TriviumError
from trivium.models.many import complete_all
from trivium.models.protocol import ChatModel, Reply, Sampling, Usage
from trivium.syntax.printer import print_program

# How often a program written at the first go is right, by its language: small models write SQL
# better (of Datalog programs with a value, 16 of 58 were right on training questions, 19 of 69 on
# others). A mended one is so half as often.
TRUST = {SQL.name: 0.5, DATALOG.name: 0.25}
REPAIRED = 0.5
# Asked again at temperature 0, small models repeat themselves.
_WARM = 0.5


@dataclass(frozen=True)
class Model:
    """Asks a language model for programs.

    Args:
        model: the model.
        language: the language that it is asked to write.
        samples: how many programs are asked for: the first is the model's surest, the others are
            drawn more freely, and values that several give are believed more.
        grammar: whether the model may write only what parses and type-checks.
        budget: characters of the prompt that may describe the tables.
        sampling: how its replies are drawn.
    """

    model: ChatModel
    language: Language = SQL
    samples: int = 1
    grammar: bool = True
    budget: int = 4000
    sampling: Sampling = field(default_factory=Sampling)
    name: str = "llm"

    def propose(self, question: str, tables: Tables) -> Proposal:
        """Ask for programs that answer `question`. Whatever fails is in the proposal; nothing is
        raised but E301, where the time is over before anything is paid for."""
        tables.allowance.check()
        shown = list(tables)
        prompt = write_prompt(
            question, shown, self.budget, self.language, tables.names, tables.frame
        )
        sampling = self.sampling
        if self.grammar and any(table.columns for table in shown):
            sampling = self.language.hold(sampling, question, shown, tables.names)
        warmer = max(sampling.temperature, _WARM)
        more = (replace(sampling, temperature=warmer, seed=i) for i in range(1, self.samples))
        each = [sampling, *more]
        asked = complete_all(self.model, [prompt.messages] * len(each), each)
        replies = [reply for reply in asked if isinstance(reply, Reply)]
        bill = _Bill(prompt)
        tried = [self._try(reply, tables) for reply in replies]
        bill.add(replies)
        failed = next((reply for reply in asked if isinstance(reply, TriviumError)), None)
        found = _voted([candidate for _, candidate in tried if candidate is not None], len(each))
        attempts = tuple(attempt for attempt, _ in tried)
        if found or not attempts:
            return bill.proposal(found, attempts, None if found else failed)
        back = write_repair(
            prompt, attempts[0].program or attempts[0].reply, str(attempts[0].error)
        )
        try:
            tables.allowance.check()
            reply = self.model.complete(back, replace(sampling, temperature=warmer))
        except TriviumError as error:
            return bill.proposal((), attempts, error)
        bill.add([reply])
        attempt, candidate = self._try(reply, tables, attempts[0])
        mended = (
            () if candidate is None else (replace(candidate, score=candidate.score * REPAIRED),)
        )
        return bill.proposal(mended, (*attempts, attempt), attempt.error)

    def _try(
        self, reply: Reply, tables: Tables, before: Attempt | None = None
    ) -> tuple[Attempt, Candidate | None]:
        """Run the program in a reply, unless it is the one that failed before."""
        text = ""
        try:
            language = language_of(reply.text)
            if language == SQL.name:
                text = query_text(reply.text)
            elif language == JSON.name:
                text, language = json_text(reply.text, tables.names), DATALOG.name
            else:
                text = program_text(reply.text, tables.names)
            if reply.cut:
                raise ModelError(506, "the reply was cut off", hint="write a shorter program")
            if before is not None and before.error is not None and text == before.program != "":
                return Attempt(reply.text, text, before.error), None
            program, mends = _mended(text, language, tables.names)
            score, name = TRUST[language], self.name
            candidate = Candidate(
                program, score=score, programmer=name, mends=mends, language=language
            )
            return Attempt(reply.text, text), tables.run(candidate)
        except TriviumError as error:
            return Attempt(reply.text, text, error), None


def _mended(text: str, language: str, tables: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """A program without columns that are named twice, and what was mended."""
    if language != DATALOG.name:
        return text, ()
    tree, twice = write_out_twice(judge(text, tables))
    return (print_program(tree), (MEND,)) if twice else (text, ())


class _Bill:
    """The bill of a proposal."""

    def __init__(self, prompt: Prompt) -> None:
        self.left_out = prompt.left_out
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
    ) -> Proposal:
        reason = _reason(attempts, error) if error is not None and not candidates else ""
        warnings = [reason] if reason else []
        if self.left_out:
            warnings.append(f"the prompt has no room for {', '.join(self.left_out)}")
        return Proposal(
            candidates, reason, self.usage, self.virtual, attempts, error,
            self.left_out, tuple(warnings),
        )  # fmt: skip


def _reason(attempts: Sequence[Attempt], error: TriviumError) -> str:
    """Why there is no candidate, in one line."""
    told = f"E{error.number} {error.message}"
    if attempts and error is attempts[-1].error:
        return f"the language model's program failed: {told}"  # its hint was for the model
    hint = f"; {error.hint}" if error.hint else ""
    return f"the language model failed: {told}{hint}"


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
