"""The options that several commands share: each stands here once, with what it comes to.

    add_limits(parser)       --limit-seconds S, --limit-rows N, --limit-memory SIZE
    limits_of(arguments)     Limits(seconds=S, rows=N, memory_bytes=SIZE)

A command picks those that it has a use for; what only one command has stands with that command.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from math import inf, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trivium.engine.limits import Limits
    from trivium.models.budget import Budget
    from trivium.models.protocol import ChatModel
    from trivium.probability.inference.chance import Inference
    from trivium.program import Program

FORMATS = ("table", "csv", "json")  # of relations
TEXT_FORMATS = ("text", "json")  # of anything else
_LIMITS = {
    "limit_seconds": "seconds",
    "limit_rows": "rows",
    "limit_memory": "memory_bytes",
    "jobs": "threads",
}


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Tables and fact files for a program."""
    parser.add_argument("sources", metavar="SOURCE", nargs="*", default=[],
                        help="tables for the program")  # fmt: skip
    parser.add_argument(
        "-F", "--facts", "--fact-dir", metavar="DIR",
        help="where `.input` files are (.)",
    )  # fmt: skip
    parser.add_argument(
        "--on-error", choices=("stop", "skip"), default="stop",
        help="stop at a malformed line of an `.input` file, or skip such lines and count them",
    )  # fmt: skip


def add_text(parser: argparse.ArgumentParser) -> None:
    """What belongs to a program's text: included files, macros, functions."""
    text = parser.add_argument_group("the program's text")
    text.add_argument(
        "-I", "--include", "--include-dir", metavar="DIR", action="append", default=[],
        help="where included files are, after the folder of FILE; may be repeated",
    )  # fmt: skip
    text.add_argument(
        "-M", "--macro", metavar="NAME=TEXT", action="extend", type=macros, default=[],
        help="define macros for the preprocessor, as `SMALL DEPTH=3`; may be repeated",
    )  # fmt: skip
    text.add_argument(
        "--functions", metavar="FILE.py", action="append", default=[],
        help="run this file, and use its functions as functors; may be repeated",
    )  # fmt: skip


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str], what: str) -> None:
    """How results look on stdout; the first of the formats is the usual one."""
    usual = formats[0]
    parser.add_argument("--format", choices=formats, default=usual, help=f"how {what} ({usual})")


def add_inference(parser: argparse.ArgumentParser) -> None:
    """How probabilities are found."""
    group = parser.add_argument_group("probabilities", "of a program that is uncertain")
    group.add_argument(
        "--inference", choices=("auto", "exact", "bounds", "top-k", "sample"), default="auto",
        help="how they are found (auto: exactly where that stays small, else within bounds)",
    )  # fmt: skip
    group.add_argument("--proofs", metavar="K", type=int, default=10,
                       help="how many proofs `top-k` takes (10)")  # fmt: skip
    group.add_argument("--samples", metavar="N", type=int, default=10_000,
                       help="how many worlds `sample` counts (10000)")  # fmt: skip
    group.add_argument("--seed", metavar="N", type=int, default=0,
                       help="which worlds `sample` draws (0)")  # fmt: skip
    group.add_argument("--width", metavar="W", type=float, default=0.0,
                       help="stop once bounds or intervals are at most so wide")  # fmt: skip


def inference_of(arguments: argparse.Namespace) -> Inference | None:
    """How the command line wants probabilities found; None for the usual way. E297."""
    from trivium.probability.inference.chance import Inference

    found = Inference(
        arguments.inference, arguments.proofs, arguments.samples, arguments.width, arguments.seed
    )
    return None if found == Inference() else found


def add_limits(parser: argparse.ArgumentParser) -> None:
    """What a run may use."""
    limits = parser.add_argument_group("limits", "the run stops with exit code 3 at the first")
    limits.add_argument("--limit-seconds", metavar="S", type=seconds, help="time")
    limits.add_argument("--limit-rows", metavar="N", type=rows, help="rows in all relations")
    add_memory(limits)


def add_solver_limits(parser: argparse.ArgumentParser, usual: float) -> None:
    """What the search for a verdict may use; `usual` are the seconds where nothing is said."""
    limits = parser.add_argument_group("limits", "where one is reached, the verdict is unknown")
    limits.add_argument(
        "--limit-seconds", metavar="S", type=seconds, default=usual, help=f"time ({usual:g})"
    )
    add_memory(limits)


def add_memory(limits: argparse._ArgumentGroup) -> None:
    limits.add_argument("--limit-memory", metavar="SIZE", type=memory, help="like 500M or 2G")


def limits_of(arguments: argparse.Namespace) -> Limits:
    """The limits that the command line sets; those that it leaves open are the usual ones."""
    from trivium.engine.limits import Limits

    given = {name: getattr(arguments, option, None) for option, name in _LIMITS.items()}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def memory(text: str) -> int:
    """Bytes: `500M` and `2G` are powers of ten, as on a disk."""
    scales = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
    size = text.lower().removesuffix("b")
    found = _number(size.rstrip("kmgt")) * scales.get(size[-1:], 1)
    if not 0 <= found < inf:
        raise argparse.ArgumentTypeError(f"expected a size like 500M or 2G, found {text}")
    return int(found)


def seconds(text: str) -> float:
    found = _number(text)
    if not found > 0:
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, found {text}")
    return found


def _number(text: str) -> float:
    """The number, or none where the text is no number."""
    try:
        return float(text)
    except ValueError:
        return nan


def rows(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of rows, found {text}")
    return int(text)


def macros(text: str) -> list[tuple[str, str]]:
    """`SMALL DEPTH=3` are two macros, the first without a text."""
    found = [macro.partition("=") for macro in text.split()]
    if not all(re.fullmatch(r"[A-Za-z_]\w*", name) for name, _, _ in found):
        raise argparse.ArgumentTypeError(f"expected NAME=TEXT, found {text}")
    return [(name, stands_for) for name, _, stands_for in found]


def add_model(parser: argparse.ArgumentParser, what: str) -> argparse._ArgumentGroup:
    """A language model, its budget and its record; the group, for what a command adds."""
    text = f"optional; any OpenAI-compatible endpoint, {what}"
    model = parser.add_argument_group("language model", text)
    model.add_argument("--model", metavar="NAME", help="its name (TRIVIUM_MODEL)")
    model.add_argument("--base-url", metavar="URL", help="its address (OPENAI_BASE_URL)")
    model.add_argument("--max-calls", type=int, metavar="N", help="spend no more calls than this")
    model.add_argument("--max-tokens", type=int, metavar="N", help="nor more tokens")
    model.add_argument("--max-cost", type=float, metavar="SUM", help="nor more money")
    kept = model.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache", metavar="FILE",
        help="where replies are kept, so that none is paid twice (by default in your cache folder)",
    )  # fmt: skip
    kept.add_argument("--no-cache", action="store_true", help="keep no replies")
    exchanges = model.add_mutually_exclusive_group()
    exchanges.add_argument("--record", metavar="FILE", help="append every exchange to a file")
    exchanges.add_argument("--replay", metavar="FILE", help="take the replies from a record")
    return model


def model_of(
    arguments: argparse.Namespace, name: str | None = None, budget: Budget | None = None
) -> ChatModel | None:
    """The model that the arguments and the environment name, within its budget; `name` is asked
    for where they name none, and `budget` is shared with others."""
    name = arguments.model or name
    if arguments.replay:
        from trivium.models.recorded import Replay

        return Replay(arguments.replay, name)
    from trivium.models.llm import ChatClient, configured
    from trivium.models.traces import Traced

    budget = budget or budget_of(arguments)
    options = {"base_url": arguments.base_url, "budget": budget}
    if arguments.record:
        from trivium.models.recorded import Recorder

        return Recorder(Traced(ChatClient(name, **options)), arguments.record)
    client = configured(name, **options)
    if client is None:
        return None
    if arguments.no_cache:
        return Traced(client)
    from trivium.models.cache import Cache, Cached, default_path

    cache = Cache(arguments.cache or default_path())
    return Cached(Traced(client), cache, scope=client.base_url)


def budget_of(arguments: argparse.Namespace) -> Budget:
    from trivium.models.budget import Budget

    return Budget(arguments.max_calls, arguments.max_tokens, arguments.max_cost)


def answer_with_models(program: Program, arguments: argparse.Namespace) -> None:
    """Let the models that a program names, or the one that the arguments do, answer it."""
    from trivium.models.embedding import EMBEDDING

    asked = [relation for relation in program.questions.values() if not relation.top]
    if not asked:
        return
    named = {name for relation in asked for name in relation.using}
    names = named - {EMBEDDING, *program.questions}
    budget = budget_of(arguments)
    for name in names or {"model"}:
        model = model_of(arguments, name if names else None, budget)
        if model is not None:
            program.use({name: model})
