"""`trivium run FILE.dl`: run a program; write its outputs to files or show them here."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.cli import souffle
from trivium.cli.layout import Layout
from trivium.cli.problog import is_clauses, run_clauses

if TYPE_CHECKING:
    from trivium.engine.asked import Asked
    from trivium.engine.limits import Guard, Limits
    from trivium.engine.profile import Profile
    from trivium.ground.table import Table
    from trivium.probability.inference.chance import Inference
    from trivium.program import Program, RelationView, Result

NAME = "run"
STAGES = ("plan", "ir", "strata", "errors")
PAGES, LOGS = (".html", ".htm"), (".log", ".txt")
FORMATS = ("table", "csv", "json")
SHOWN_PROOFS = 5


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="run a program of rules",
        description="Run a Datalog program. What it declares as `.output` is written to the\n"
        "folder of -D, or shown here; a program without outputs shows all that it derives.\n"
        "The tables of further SOURCEs can be used by their names. Of an uncertain program the\n"
        "probability of each row is shown. FILE.pl is a program of the ProbLog dialect.",
        epilog="examples:\n"
        "  trivium run family.dl -F facts -D out\n"
        '  trivium run family.dl --why \'ancestor("ann", "eve")\'\n'
        "  trivium run rules.dl results.csv --format json",
        formatter_class=Layout,
    )
    parser.add_argument("file", metavar="FILE", help="a program; `-` reads it from stdin")
    add_inputs(parser)
    parser.add_argument(
        "-D", "--output", "--output-dir", metavar="DIR",
        help="write the outputs to this folder; `-` prints them as Soufflé does",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS, default="table", help="how outputs are shown here (table)"
    )
    parser.add_argument(
        "--why", metavar="ROW", action="append", default=[],
        help="also show the proof of a row, written as a fact; `_` stands for any value",
    )  # fmt: skip
    parser.add_argument(
        "--why-not", metavar="ROW", action="append", default=[],
        help="also show why a row does not hold",
    )  # fmt: skip
    parser.add_argument(
        "--query", metavar="ROW",
        help="derive and show only the rows that match; `_` or a variable stands for any value",
    )  # fmt: skip
    parser.add_argument(
        "--most-probable", action="store_true",
        help="also show the most probable world that agrees with the evidence",
    )  # fmt: skip
    parser.add_argument(
        "--show", metavar=f"{{{','.join(STAGES)}}}", type=stage,
        help="show this stage of the program instead of its outputs; `plan` runs it, to tell the "
        "rows of each step beside those expected; `errors` only checks it",
    )  # fmt: skip
    parser.add_argument(
        "--parse-errors", action="store_const", const="errors", dest="show", help=argparse.SUPPRESS
    )
    parser.add_argument(
        "--profile", metavar="FILE", nargs="?", const="",
        help="show where time and rows went (on stderr), or write it: FILE.html as a page, "
        "FILE.log as text",
    )  # fmt: skip
    parser.add_argument(
        "-p", "-r", "--debug-report", metavar="FILE", dest="profile",
        help="the same as --profile FILE",
    )  # fmt: skip
    parser.add_argument("-w", "--no-warn", action="store_true", help="show no warnings")
    parser.add_argument(
        "-j", "--jobs", metavar="N", type=jobs,
        help="threads (1), or `auto`: one a core; the answers are the same with any",
    )  # fmt: skip
    add_text(parser)
    add_inference(parser)
    add_limits(parser)
    souffle.add(parser)
    parser.set_defaults(execute=execute, parser=parser)


def add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help="tables for the program")
    parser.add_argument(
        "-F",
        "--facts",
        "--fact-dir",
        metavar="DIR",
        help="where `.input` files are (.)",
    )
    parser.add_argument(
        "--on-error", choices=("stop", "skip"), default="stop",
        help="stop at a malformed line of an `.input` file, or skip such lines and count them",
    )  # fmt: skip


def add_text(parser: argparse.ArgumentParser) -> None:
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


def add_inference(parser: argparse.ArgumentParser) -> None:
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
    limits = parser.add_argument_group("limits", "the run stops with exit code 3 at the first")
    limits.add_argument("--limit-seconds", metavar="S", type=float, help="time")
    limits.add_argument("--limit-rows", metavar="N", type=int, help="rows in all relations")
    limits.add_argument("--limit-memory", metavar="SIZE", type=memory, help="like 500M or 2G")


def memory(text: str) -> int:
    """Bytes: `500M` and `2G` are powers of ten, as on a disk."""
    scales = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
    size = text.lower().removesuffix("b")
    scale = scales.get(size[-1:], 1)
    try:
        return int(float(size.rstrip("kmgt")) * scale)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a size like 500M or 2G, found {text}") from None


def stage(text: str) -> str:
    """A stage, by its name or by the one that Soufflé has for it."""
    found = souffle.STAGES.get(text, text)
    if found not in STAGES:
        words = ", ".join((*STAGES, *souffle.STAGES))
        raise argparse.ArgumentTypeError(f"expected one of {words}; found {text}")
    return found


def jobs(text: str) -> int:
    """A number of threads; `auto`, and Soufflé's 0, are one for each core."""
    if text == "auto":
        return 0
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of threads or auto, found {text}")
    return int(text)


def execute(arguments: argparse.Namespace) -> int:
    if arguments.profile and not arguments.profile.endswith((*PAGES, *LOGS)):
        arguments.parser.error(
            f"a profile is an .html, .htm, .log or .txt file, not {arguments.profile}"
        )
    if arguments.no_warn:
        warnings.simplefilter("ignore")
    if is_clauses(arguments.file):
        return run_clauses(arguments)
    if arguments.file.endswith(".sql"):
        return run_query(arguments)
    program, tables = load(arguments)
    if arguments.show in ("ir", "strata", "errors"):
        from trivium.cli.stages import show_stage

        print(show_stage(arguments.show, program.ir))
        return 0
    wanted = arguments.show == "plan" or arguments.profile is not None
    asked = asked_of(program, arguments)
    result = run_program(program, tables, arguments, wanted, asked)
    if result.profile is not None and arguments.profile is not None:
        show_profile(result.profile, arguments)
    if result.profile is not None and arguments.show == "plan":
        print(result.profile.explain() or "no rules")
        return 0
    if arguments.query:
        show_views({name: result[name] for name in result.relations}, arguments.format)
    elif arguments.output == "-":
        result.print()
    elif arguments.output:
        for path in result.write(arguments.output, time_left(arguments, result.stats.seconds)):
            print(path)
    else:
        show_outputs(program, result, arguments.format)
    if arguments.most_probable:
        print(result.most_probable())
    for row in arguments.why:
        print(explain_row(result, row))
    for row in arguments.why_not:
        print(explain_row(result, row))
    return 0


def run_query(arguments: argparse.Namespace) -> int:
    """A file of SQL: its rows, and the proofs of all of them if `--why _` asks for any."""
    from trivium.cli.sql import show_query

    for option in ("output", "why_not", "query", "show", "profile", "most_probable"):
        if getattr(arguments, option):
            arguments.parser.error(f"--{option.replace('_', '-')} is not for SQL")
    text = program_text(arguments.file)
    show_query(text, arguments.file, arguments, arguments.format, bool(arguments.why))
    return 0


def asked_of(program: Program, arguments: argparse.Namespace) -> Asked | None:
    """What is to be derived: the rows of the query, else the outputs; all, where it has none.

    All too, where a row is to be explained: it may be of any relation.
    """
    if arguments.query:
        from trivium.cli.row import ANY, parse_row

        row = parse_row(arguments.query, variables=True)
        relation = program.ir.relations.get(row.relation)
        names = None if relation is None else [column.name for column in relation.columns]
        wanted = row.over(list(program.ir.relations), names)
        return {row.relation: tuple(None if value is ANY else value for value in wanted)}
    if arguments.why or arguments.why_not:
        return None
    shown = [d.relation for d in program.ir.directives if d.kind in ("output", "printsize")]
    return dict.fromkeys(shown, ()) or None


def load(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources as its input relations by name."""
    text = program_text(arguments.file)
    tables = read_tables(arguments.sources)
    from trivium.cli.functions import functions_of
    from trivium.engine.given import take
    from trivium.program import Program

    name = "<stdin>" if arguments.file == "-" else arguments.file
    given = [take(name, table).relation() for name, table in tables.items()]
    include = [Path(name).parent, *map(Path, arguments.include)]
    macros = dict(macro.partition("=")[::2] for text in arguments.macro for macro in text.split())
    functions = functions_of(arguments.functions) if arguments.functions else {}
    program = Program(
        text, name=name, functions=functions, relations=given, include=include, macros=macros
    )
    return program, tables


def read_tables(sources: list[str]) -> dict[str, Table]:
    if not sources:
        return {}
    from trivium.cli.read import read_sources
    from trivium.ground.table import unique

    taken: set[str] = set()
    documents, _ = read_sources(sources, strict=True)
    return {unique(t.name, taken): t for document in documents for t in document.tables}


def program_text(path: str) -> str:
    """The text of a program file, or of stdin for `-`.

    E601 missing, E602 unreadable, E603 a directory, E606 not text.
    """
    from trivium.errors import DataError

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(601, f"there is no file `{path}`") from None
    except IsADirectoryError:
        raise DataError(603, f"`{path}` is a directory") from None
    except OSError as error:
        raise DataError(602, f"`{path}` cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(606, f"`{path}` is not UTF-8 text (byte {error.start})") from None


def run_program(
    program: Program,
    tables: dict[str, Any],
    arguments: argparse.Namespace,
    profile: bool = False,
    asked: Asked | None = None,
) -> Result:
    from trivium.cli.terminal import progress
    from trivium.program import Options

    limits = limits_of(arguments)
    with progress(f"running {arguments.file}"):
        options = Options(
            facts_dir=arguments.facts, limits=limits, profile=profile, on_error=arguments.on_error,
            inference=inference_of(arguments),
        )  # fmt: skip
        return program.start(options, asked, tables)


def time_left(arguments: argparse.Namespace, spent: float) -> Guard:
    """What is left of the time after a run: the outputs belong to it."""
    from time import perf_counter

    from trivium.engine.limits import Guard, Limits

    return Guard(Limits(seconds=arguments.limit_seconds), perf_counter() - spent)


def limits_of(arguments: argparse.Namespace) -> Limits:
    """The limits that the command line sets."""
    from trivium.engine.limits import Limits

    given = {
        "seconds": arguments.limit_seconds,
        "rows": arguments.limit_rows,
        "memory_bytes": arguments.limit_memory,
        "threads": getattr(arguments, "jobs", None),
    }
    return Limits(**{name: value for name, value in given.items() if value is not None})


def show_profile(profile: Profile, arguments: argparse.Namespace) -> None:
    """The profile as text on stderr, or in the file of `--profile`, as a page or text; E659."""
    if not arguments.profile:
        print(profile, file=sys.stderr)
        return
    from trivium.engine.profile_page import page
    from trivium.errors import DataError

    try:
        paged = arguments.profile.endswith(PAGES)
        text = page(profile, arguments.file) if paged else f"{profile}\n"
        Path(arguments.profile).write_text(text, "utf-8")
    except OSError as error:
        message = f"`{arguments.profile}` cannot be written: {error.strerror}"
        raise DataError(659, message) from None


def show_outputs(program: Program, result: Result, form: str) -> None:
    """The outputs (or, if there are none, every derived relation) on stdout."""
    sizes = [d.relation for d in program.ir.directives if d.kind == "printsize"]
    outputs = any(d.kind == "output" for d in program.ir.directives)
    views = {} if sizes and not outputs else {name: result[name] for name in result.outputs}
    show_views(views, form)
    for name in sizes:
        print(f"{name}\t{len(result[name])}")


def show_views(views: Mapping[str, RelationView], form: str) -> None:
    if form == "json":
        import json

        shown = {name: _records(view) for name, view in views.items()}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif form == "csv":
        _print_csv(views)
    else:
        from trivium.cli.terminal import console, counted, print_rows

        out = console()
        for name, view in views.items():
            title = f"{name} ({counted(len(view), 'row')})"
            print_rows(out, title, view.heads, view.shown())
            out.print()


def _records(view: RelationView) -> list[dict[str, object]]:
    return [dict(zip(view.heads, row, strict=True)) for row in view.shown()]


def _print_csv(views: Mapping[str, RelationView]) -> None:
    """Each relation with a header line; several stand apart, each under its name."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    for i, (name, view) in enumerate(views.items()):
        if len(views) > 1:
            print(("\n" if i else "") + f"# {name}")
        writer.writerow(view.heads)
        writer.writerows(view.shown())


def explain_row(result: Result, text: str) -> str:
    """The proofs of the rows that match, or why there are none."""
    from trivium.cli.row import parse_row

    row = parse_row(text)
    matching = row.matching(result)
    if not matching:
        return row.why_not(result)
    shown = [str(result.why(row.relation, found)) for found in matching[:SHOWN_PROOFS]]
    if len(matching) > len(shown):
        shown.append(f"and {len(matching) - len(shown):,} more rows match")
    return "\n".join(shown)
