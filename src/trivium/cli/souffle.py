"""The options of Soufflé's command: what `trivium run` does not need is taken, or refused by name.

    souffle -c -j2 -F facts -D out p.dl        trivium run -c -j2 -F facts -D out p.dl
    souffle --show=scc-graph-text p.dl         trivium run --show=strata p.dl, or the same words
    souffle -o p p.dl                          E313: there is no code to generate

An option that only changes how Soufflé gets to its answer does nothing here. One that asks for a
thing that does not exist here is an error that says what to do instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from trivium.errors import TriviumError

# The stage of the same content, by the word that Soufflé's `--show` has for it.
STAGES = {
    "initial-ast": "ir",
    "transformed-ast": "ir",
    "type-analysis": "ir",
    "precedence-graph": "strata",
    "precedence-graph-text": "strata",
    "scc-graph": "strata",
    "scc-graph-text": "strata",
    "initial-ram": "plan",
    "transformed-ram": "plan",
    "parse-errors": "errors",
}
_IDLE_FLAGS = (
    ("-c", "--compile"), ("-C", "--compile-many"), ("-v", "--verbose"), ("--legacy",),
    ("--emit-statistics",), ("--live-profile",), ("--profile-frequency",), ("--no-preprocessor",),
)  # fmt: skip
_IDLE_VALUES = (
    ("-m", "--magic-transform"), ("--magic-transform-exclude",), ("--inline-exclude",),
    ("-P", "--pragma"), ("-z", "--disable-transformers"), ("-u", "--profile-use"),
    ("-a", "--auto-schedule"), ("-L", "--library-dir"), ("-N", "--generate-namespace"),
    ("--preprocessor",), ("-W", "--warn"), ("--wno",),
)  # fmt: skip
_NO_CODE = (
    "no C++ is generated: a program runs at once, in an engine that is compiled already",
    "leave the option out; `-F` and `-D` say where facts and outputs are",
)
_REFUSED = {
    ("-o", "--dl-program"): _NO_CODE,
    ("-g", "--generate"): _NO_CODE,
    ("-G", "--generate-many"): _NO_CODE,
    ("-s", "--swig"): (
        "no interface is generated: programs are run from Python as they are",
        'write `import trivium`, then `trivium.Program(text).run(edge=rows)["path"]`',
    ),
    ("-l", "--libraries"): (
        "functors of compiled libraries are not called",
        "write them in Python, and name the file: `--functions FILE.py`",
    ),
    ("-t", "--provenance"): (
        "there is no shell for proofs: a run shows those that are asked for",
        "add `--why 'path(1, 3)'`, or `--why-not 'path(3, 1)'`",
    ),
}


def add(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "Soufflé's other options",
        "taken, with their values, and without effect: -a, -c, -C, -L, -m, -N, -P, -u, -v, -W, -z\n"
        "and their long names; there is nothing to compile, and plans are chosen anyhow.\n"
        "Not there, each with an error that says what to do: -g, -G, -l, -o, -s, -t",
    )
    for flags in _IDLE_FLAGS:
        group.add_argument(*flags, action="store_true", dest="idle", help=argparse.SUPPRESS)
    for flags in _IDLE_VALUES:
        group.add_argument(*flags, dest="idle", help=argparse.SUPPRESS)
    for flags in _REFUSED:
        group.add_argument(*flags, action=_Refuse, help=argparse.SUPPRESS)


class _Refuse(argparse.Action):
    """Raise TriviumError 313 where the option is used; `-t none` asks for nothing."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if values != "none":
            message, hint = _REFUSED[self.option_strings[0], self.option_strings[1]]
            raise TriviumError(313, f"`{option_string}`: {message}", hint=hint)
