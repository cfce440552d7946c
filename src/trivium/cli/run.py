"""`trivium run FILE.dl`: run a program; write its outputs to files or show them here."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.cli import options, souffle
from trivium.cli.layout import Layout
from trivium.cli.load import load
from trivium.cli.problog import explain_goal, show_answers, solve
from trivium.cli.sql import show_query
from trivium.cli.terminal import progress
from trivium.cli.views import show_views

if TYPE_CHECKING:
    from trivium.engine.asked import Asked
    from trivium.engine.limits import Guard
    from trivium.engine.profile import Profile
    from trivium.program import Program, Result

NAME = "run"
STAGES = ("plan", "ir", "strata", "errors")
PAGES, LOGS = (".html", ".htm"), (".log", ".txt")
SHOWN_PROOFS = 5
# Dialects whose answers are shown in one table, each with its probability.
ANSWERED = ("problog", "bif")


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="run a program of rules",
        description="Run a Datalog program. What it declares as `.output` is written to the\n"
        "folder of -D, or shown here; a program without outputs shows all that it derives.\n"
        "The tables of further SOURCEs can be used by their names. Of an uncertain program the\n"
        "probability of each row is shown. FILE.pl is a program of the ProbLog dialect,\n"
        "FILE.bif a Bayesian network; a SOURCE beside it holds what was observed, one row.",
        epilog="examples:\n"
        "  trivium run family.dl -F facts -D out\n"
        '  trivium run family.dl --why \'ancestor("ann", "eve")\'\n'
        "  trivium run rules.dl results.csv --format json",
        formatter_class=Layout,
    )
    parser.add_argument("file", metavar="FILE", help="a program; `-` reads it from stdin")
    options.add_inputs(parser)
    parser.add_argument(
        "-D", "--output", "--output-dir", metavar="DIR",
        help="write the outputs to this folder; `-` prints them as Soufflé does",
    )  # fmt: skip
    options.add_format(parser, options.FORMATS, "outputs are shown here")
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
    options.add_text(parser)
    options.add_inference(parser)
    options.add_limits(parser)
    options.add_model(parser, "asked by `.model` relations")
    parser.add_argument(
        "--estimate", action="store_true",
        help="ask no model; tell how many calls, tokens and how much money the run may take",
    )  # fmt: skip
    souffle.add(parser)
    parser.set_defaults(execute=execute, parser=parser)


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
    program, tables = load(arguments)
    options.answer_with_models(program, arguments)
    if arguments.estimate:
        print(program.estimate(tables, facts_dir=arguments.facts))
        return 0
    if arguments.show == "errors" and program.dialect in ANSWERED:
        print("no errors")  # it was checked as it was read
        return 0
    if arguments.show in ("ir", "strata", "errors"):
        from trivium.cli.stages import show_stage

        print(show_stage(arguments.show, program.checked.ir(tables)))
        return 0
    if program.dialect == "sql":
        return run_query(program, tables, arguments)
    result = run_program(program, tables, arguments)
    warn_of_unknown(result)
    if result.profile is not None and arguments.profile is not None:
        show_profile(result.profile, arguments)
    if result.profile is not None and arguments.show == "plan":
        print(result.profile.explain() or "no rules")
        return 0
    if arguments.query is not None and program.dialect not in ANSWERED:
        show_views({name: result[name] for name in result.relations}, arguments.format)
    elif arguments.output == "-":
        result.print()
    elif arguments.output:
        for path in result.write(arguments.output, time_left(arguments, result.stats.seconds)):
            print(path)
    elif program.dialect in ANSWERED:
        show_answers(result.answers, arguments.format)
    else:
        show_outputs(program, result, arguments.format)
    if arguments.most_probable:
        print(result.most_probable())
    for row in (*arguments.why, *arguments.why_not):
        print(explain_row(result, row, program.dialect))
    return 0


def warn_of_unknown(result: Result) -> None:
    """Say on stderr which answers of models are missing, and what was paid for the others."""
    for name, missing in result.unknown.items():
        reason = next(iter(missing.values()))
        print(f"{name}: {len(missing):,} inputs have no answer, such as: {reason}", file=sys.stderr)
    usage = result.usage
    if usage.calls:
        money = "" if usage.cost is None else f", {usage.cost:.4g} in money"
        tokens = usage.prompt_tokens + usage.completion_tokens
        print(f"models: {usage.calls:,} calls, {tokens:,} tokens{money}", file=sys.stderr)


def run_query(program: Program, tables: dict[str, Any], arguments: argparse.Namespace) -> int:
    """A query: its rows, and the proofs of all of them if `--why _` asks for any."""
    for option in ("output", "why_not", "query", "show", "profile", "most_probable"):
        if getattr(arguments, option):
            arguments.parser.error(f"--{option.replace('_', '-')} is not for SQL")
    show_query(program, tables, arguments, arguments.format, bool(arguments.why))
    return 0


def asked_of(program: Program, arguments: argparse.Namespace) -> Asked | None:
    """What is to be derived: the rows of the query, else the outputs; all, where it has none.

    All too, where a row is to be explained: it may be of any relation.
    """
    if program.dialect == "bif" and "query" in arguments:
        return variables_of(arguments.query)
    if program.dialect != "souffle" or "query" not in arguments:
        return None  # `explain`
    from trivium.cli.row import ANY, parse_row

    relations = {
        name: [column.name for column in relation.columns]
        for name, relation in program.ir.relations.items()
    }
    # What no relation can have is said before the run.
    explained = [parse_row(text) for text in (*arguments.why, *arguments.why_not)]
    for row in explained:
        row.over(list(relations), relations.get(row.relation))
    if arguments.query is not None:
        row = parse_row(arguments.query, variables=True)
        wanted = row.over(list(relations), relations.get(row.relation))
        return {row.relation: tuple(None if value is ANY else value for value in wanted)}
    if explained:
        return None
    shown = [d.relation for d in program.ir.directives if d.kind in ("output", "printsize")]
    return dict.fromkeys(shown, ()) or None


def variables_of(query: str | None) -> Asked | None:
    """The variable of a network that `NAME`, `NAME(_)` or `NAME("state")` asks for."""
    return None if query is None else {query.partition("(")[0].strip(): ()}


def run_program(program: Program, tables: dict[str, Any], arguments: argparse.Namespace) -> Result:
    """What the command line asks of a program; E316 for an option that its dialect has not."""
    from trivium.dialects import require
    from trivium.dialects.arguments import check_arguments
    from trivium.engine.run import Options

    wanted = vars(arguments)
    profile = wanted.get("show") == "plan" or wanted.get("profile") is not None
    how = Options(
        facts_dir=arguments.facts, limits=options.limits_of(arguments), profile=profile,
        on_error=arguments.on_error, inference=options.inference_of(arguments),
    )  # fmt: skip
    check_arguments(program.dialect, how)
    if wanted.get("why_not"):
        require(program.dialect, "why_not")
    asked = asked_of(program, arguments)
    with progress(f"running {arguments.file}"):
        if program.dialect == "problog":
            return solve(program, how, wanted.get("query", wanted.get("row")), tables)
        return program.start(how, asked, tables)


def time_left(arguments: argparse.Namespace, spent: float) -> Guard:
    """What is left of the time after a run: the outputs belong to it."""
    from time import perf_counter

    from trivium.engine.limits import Guard, Limits

    return Guard(Limits(seconds=arguments.limit_seconds), perf_counter() - spent)


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


def explain_row(result: Result, text: str, dialect: str) -> str:
    """The proofs of the rows that match, or why there are none."""
    if dialect == "problog":
        return explain_goal(result, text)
    from trivium.cli.row import parse_row

    row = parse_row(text)
    matching = row.matching(result)
    if not matching:
        return row.why_not(result)
    shown = [str(result.why(row.relation, found)) for found in matching[:SHOWN_PROOFS]]
    if len(matching) > len(shown):
        shown.append(f"and {len(matching) - len(shown):,} more rows match")
    return "\n".join(shown)
