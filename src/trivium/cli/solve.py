"""`trivium solve FILE`: a problem of logic, proved, refuted or unknown; or which option stands."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.cli import options
from trivium.cli.layout import Layout
from trivium.cli.load import program_text
from trivium.cli.terminal import print_json
from trivium.solver.forms import FORMS

if TYPE_CHECKING:
    from trivium.solver.verdict import Verdict

NAME = "solve"


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="prove or refute a statement, or find which option stands",
        description="Solve a problem of logic: premises and a statement in first-order logic,\n"
        "facts and rules with a query, or constraints with options. Horn clauses run on the\n"
        "engine, the rest in Z3. What has to be mended in a text is said.",
        epilog="examples:\n"
        "  trivium solve --premise 'forall x. (Human(x) -> Mortal(x))' \\\n"
        "      --premise 'Human(socrates)' --statement 'Mortal(socrates)'\n"
        "  trivium solve puzzle.txt\n"
        "  trivium solve problem.p                # TPTP: fof or cnf, with an SZS status\n"
        "  trivium solve first.txt second.txt     # programs for one problem",
        formatter_class=Layout,
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="*",
        help="a program; `-` reads it from stdin; of several, the agreement counts",
    )  # fmt: skip
    parser.add_argument(
        "--premise", metavar="FORMULA", action="append", default=[], help="may be repeated"
    )
    parser.add_argument("--statement", metavar="FORMULA", help="what is to be proved or refuted")
    parser.add_argument(
        "--form", choices=sorted(FORMS), help="the form of the program, if not found out"
    )
    parser.add_argument("--strict", action="store_true", help="refuse what would have to be mended")
    options.add_format(parser, options.TEXT_FORMATS, "it is shown")
    options.add_solver_limits(parser, usual=10.0)
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    if bool(arguments.files) == bool(arguments.premise or arguments.statement):
        arguments.parser.error("give a FILE, or --premise and --statement")
    from trivium.solver.solve import solve

    folders = [place for path in arguments.files for place in _folders(path)]
    texts = [program_text(path) for path in arguments.files]
    verdict = solve(
        texts[0] if len(texts) == 1 else texts or None,
        premises=arguments.premise,
        statement=arguments.statement,
        form=arguments.form,
        strict=arguments.strict,
        limits=options.limits_of(arguments),
        folders=folders,
        name=arguments.files[0] if len(texts) == 1 else "<program>",
    )
    if arguments.format == "json":
        print_json(verdict_json(verdict))
    else:
        print(verdict)
    return 0


def _folders(path: str) -> list[Path]:
    """Where what a problem of TPTP includes is looked for: around its file, and in the library."""
    library = os.environ.get("TPTP")
    return [*Path(path).resolve().parents[:4], *([Path(library)] if library else [])]


def verdict_json(verdict: Verdict) -> dict[str, object]:
    return {
        "status": str(verdict.status),
        "value": verdict.value,
        "confidence": verdict.confidence,
        "reason": verdict.reason,
        "used": [premise.text for premise in verdict.used],
        "options": [
            {"label": o.label, "text": o.text, "sense": o.sense, "holds": o.holds}
            for o in verdict.options
        ],
        "possible": {name: list(values) for name, values in verdict.possible.items()},
        "example": dict(verdict.example),
        "proof": None if verdict.proof is None else verdict.proof.to_dict(),
        "mends": [{"name": m.name, "detail": m.detail, "line": m.line} for m in verdict.mends],
        "by": verdict.by,
        **({"szs": verdict.szs} if verdict.szs else {}),
    }
