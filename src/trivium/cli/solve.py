"""`trivium solve FILE`: a problem of logic, proved, refuted or unknown; or which option stands."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trivium.cli.layout import Layout
from trivium.cli.run import memory, program_text

if TYPE_CHECKING:
    from trivium.solver.verdict import Verdict

NAME = "solve"
FORMS = ("fol", "rules", "constraints", "declarations", "datalog")


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
    parser.add_argument("--form", choices=FORMS, help="the form of the program, if not found out")
    parser.add_argument("--strict", action="store_true", help="refuse what would have to be mended")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is shown (text)"
    )
    limits = parser.add_argument_group("limits", "where one is reached, the verdict is unknown")
    limits.add_argument("--limit-seconds", metavar="S", type=float, default=10.0, help="time (10)")
    limits.add_argument("--limit-memory", metavar="SIZE", type=memory, help="like 500M or 2G")
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    if bool(arguments.files) == bool(arguments.premise or arguments.statement):
        arguments.parser.error("give a FILE, or --premise and --statement")
    from trivium.program import Limits
    from trivium.solver.solve import solve

    limits = Limits(seconds=arguments.limit_seconds)
    if arguments.limit_memory is not None:
        limits = Limits(seconds=arguments.limit_seconds, memory_bytes=arguments.limit_memory)
    texts = [program_text(path) for path in arguments.files]
    verdict = solve(
        texts[0] if len(texts) == 1 else texts or None,
        premises=arguments.premise,
        statement=arguments.statement,
        form=arguments.form,
        strict=arguments.strict,
        limits=limits,
        name=arguments.files[0] if len(texts) == 1 else "<program>",
    )
    print(json_of(verdict) if arguments.format == "json" else verdict)
    return 0


def json_of(verdict: Verdict) -> str:
    import json

    shown = {
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
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)
