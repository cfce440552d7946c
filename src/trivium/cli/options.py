"""The options that several commands share: each stands here once, with what it comes to.

    add_limits(parser)       --limit-seconds S, --limit-rows N, --limit-memory SIZE
    limits_of(arguments)     Limits(seconds=S, rows=N, memory_bytes=SIZE)

A command picks those that it has a use for; what only one command has stands with that command.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trivium.engine.limits import Limits
    from trivium.probability.inference.chance import Inference

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
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="tables for the program")
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
        "-M", "--macro", metavar="NAME=TEXT", action="append", default=[],
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


def inference_of(arguments: argparse.Namespace) -> Inference:
    """How the command line wants probabilities found; E297."""
    from trivium.probability.inference.chance import Inference

    return Inference(
        arguments.inference, arguments.proofs, arguments.samples, arguments.width, arguments.seed
    )


def add_limits(parser: argparse.ArgumentParser) -> None:
    """What a run may use."""
    limits = parser.add_argument_group("limits", "the run stops with exit code 3 at the first")
    limits.add_argument("--limit-seconds", metavar="S", type=float, help="time")
    limits.add_argument("--limit-rows", metavar="N", type=int, help="rows in all relations")
    add_memory(limits)


def add_solver_limits(parser: argparse.ArgumentParser, seconds: float) -> None:
    """What the search for a verdict may use."""
    limits = parser.add_argument_group("limits", "where one is reached, the verdict is unknown")
    limits.add_argument(
        "--limit-seconds", metavar="S", type=float, default=seconds, help=f"time ({seconds:g})"
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
    scale = scales.get(size[-1:], 1)
    try:
        return int(float(size.rstrip("kmgt")) * scale)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a size like 500M or 2G, found {text}") from None
