"""A language model asked for programs over some tables, without a machine.

proposal = propose("which city held the games in 1964?", [table], ChatClient("qwen2.5-coder"))
proposal.candidates[0].value        ("Tokyo",)
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ask.languages import SQL, Language
from trivium.ask.programmers.model import Model
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.tables import Tables
from trivium.engine.limits import Limits
from trivium.ground.table import Table
from trivium.models.protocol import ChatModel, Sampling


def propose(
    question: str,
    tables: Sequence[Table],
    model: ChatModel,
    *,
    language: Language = SQL,
    samples: int = 1,
    grammar: bool = True,
    budget: int = 4000,
    limits: Limits | None = None,
    sampling: Sampling | None = None,
) -> Proposal:
    """Ask `model` for programs that answer `question` over `tables`, the likeliest table first.

    The arguments are those of `Model`; `limits` are on all of it. Raises nothing of its own:
    whatever fails is in the proposal.
    """
    asks = Model(model, language, samples, grammar, budget, sampling or Sampling())
    return asks.propose(question, Tables.over(tables, limits))
