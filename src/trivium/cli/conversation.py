"""`trivium ask -i`: one question after another, each of which may go on from the one before.

    > how many orders came from Leeds?
    17
    > and in 2023?
    5

Beside questions it takes a few words: `help` lists them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trivium.cli.answered import show
from trivium.errors import TriviumError

if TYPE_CHECKING:
    from trivium.ask.answer import Answer
    from trivium.machine import Machine

HELP = """\
why                      the whole proof of the last answer
program                  the program that computed it
words                    what each word of the question became
plot                     the answer as bars
tables                   what can be asked about
define NAME = MEANING    what a word of your own stands for
quit                     the end (so does Ctrl-D)"""


def converse(machine: Machine, options: dict[str, Any], why: bool) -> int:
    """Answer the lines of standard input until they end."""
    asked = sys.stdin.isatty()
    if asked:
        import readline  # noqa: F401  lines can be edited, and come back

        print("Ask about: " + ", ".join(t.name for t in machine.tables) + ". `help` tells more.")
    last: Answer | None = None
    while True:
        try:
            line = input("> " if asked else "").strip()
        except (EOFError, KeyboardInterrupt):
            return 0
        if line in ("quit", "exit", "q"):
            return 0
        if line:
            try:
                last = _take(line, machine, last, options, why)
            except TriviumError as error:
                print(error, file=sys.stderr)


def _take(
    line: str, machine: Machine, last: Answer | None, options: dict[str, Any], why: bool
) -> Answer | None:
    """Do what a line says; the answer that the next line may go on from."""
    command = _COMMANDS.get(line)
    if command is not None:
        print(command(machine, last))
        return last
    if line.startswith("define ") and "=" in line:
        name, _, meaning = line.removeprefix("define ").partition("=")
        machine.define(name.strip(), meaning.strip())
        return last
    answer = machine.ask(line, after=last, **options)
    show(answer, machine, why, proof=why)
    return answer if answer.value is not None else last


def _of_last(tell: Callable[[Answer], object]) -> Callable[[Machine, Answer | None], object]:
    return lambda machine, last: "nothing was answered yet" if last is None else tell(last)


def _words(answer: Answer) -> str:
    if answer.reading is None:
        return answer.words
    return "\n".join(f"{text}  {category}, {kind}" for text, category, kind in answer.reading.words)


def _tables(machine: Machine, last: Answer | None) -> str:
    del last
    return "\n".join(
        f"{t.name} ({t.n_rows:,} rows): {', '.join(c.header for c in t.columns)}"
        for t in machine.tables
    )


_COMMANDS: dict[str, Callable[[Machine, Answer | None], object]] = {
    "help": lambda machine, last: HELP,
    "why": _of_last(lambda answer: answer.proof or answer.reason),
    "program": _of_last(lambda answer: answer.program.strip()),
    "words": _of_last(_words),
    "plot": _of_last(lambda answer: answer.plot()),
    "tables": _tables,
}
