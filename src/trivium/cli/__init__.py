"""The command line: `trivium ask`, `read`, `run`, `sql`, `solve`, `decide`, `learn`, `explain`.

Each command is a file with `add(commands)`, which declares its arguments, and `execute(arguments)`,
which does the work and returns the exit code. Whatever is slow to import is imported inside
`execute`, so that `trivium --help` answers at once.

Exit codes: 0 done (also when the answer is `unknown`), 1 a failure of Trivium's own, 2 a mistake in
what it was given, 3 a limit stopped the run, 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from trivium import __version__
from trivium.cli import ask, decide, explain, learn, read, run, solve, sql
from trivium.cli.layout import Layout
from trivium.errors import BoundsWarning, DataWarning, LimitError, TriviumError

COMMANDS = (ask, read, run, sql, solve, decide, learn, explain)

OWN_FAILURE, MISTAKE, LIMIT, INTERRUPTED, CLOSED_PIPE = 1, 2, 3, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (by default, that of the process) and return its exit code."""
    with contextlib.suppress(AttributeError):
        # A terminal that cannot show a character gets `?` in its place, not a failure.
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        with plain_warnings():
            arguments = build_parser().parse_args(argv)
            code: int = arguments.execute(arguments)
            sys.stdout.flush()
            return code
    except SystemExit as stop:  # argparse has printed the help, the version or the mistake
        return int(stop.code or 0)
    except TriviumError as error:
        print(error, file=sys.stderr)
        return LIMIT if isinstance(error, LimitError) else MISTAKE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except MemoryError:
        print("E303 the memory of this machine is exhausted", file=sys.stderr)
        print(" hint: set --limit-memory, and split the data or the question", file=sys.stderr)
        return LIMIT
    except BrokenPipeError:  # `trivium ... | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except Exception as error:
        if os.environ.get("TRIVIUM_DEBUG"):
            import traceback

            traceback.print_exc()
        else:
            print(f"trivium failed: {type(error).__name__}: {error}", file=sys.stderr)
            print(" hint: set TRIVIUM_DEBUG=1 to see where", file=sys.stderr)
        return OWN_FAILURE


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trivium",
        description="Models read, logic decides, every answer shows its work.",
        epilog="`trivium COMMAND --help` tells more of each.",
        formatter_class=Layout,
    )
    parser.add_argument("--version", action="version", version=f"trivium {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


@contextlib.contextmanager
def plain_warnings() -> Iterator[None]:
    """Show warnings as one line each on stderr, without the code that they came from."""

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if not sys.warnoptions else "default")
        warnings.simplefilter("always", DataWarning)
        warnings.simplefilter("always", BoundsWarning)
        warnings.showwarning = show
        yield
