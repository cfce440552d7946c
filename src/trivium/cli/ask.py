"""`trivium ask QUESTION SOURCE...`: answer a question, and show how."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trivium.cli.layout import Layout

if TYPE_CHECKING:
    pass

NAME = "ask"
SHOW_PROGRAM = ""
SHORT_PROOF = 14


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="answer a question over tables and documents",
        description="Answer a question over any mix of tables and documents: the value, how sure\n"
        "it is, the program that computed it, and the proof with the cells or text that\n"
        "it rests on. When it does not know, it says `unknown` and why.",
        epilog="examples:\n"
        '  trivium ask "which country won the most medals?" medals.csv\n'
        '  trivium ask "total revenue in 2023?" report.pdf figures.xlsx --why\n'
        '  trivium ask "..." data.csv --program > guess.dl    keep the program\n'
        '  trivium ask "..." data.csv --program guess.dl      run that one instead',
        formatter_class=Layout,
    )
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE",
        help="CSV, TSV, JSON, Parquet, XLSX, SQLite, DuckDB, TXT, Markdown, HTML, PDF, DOCX, or a "
        "postgresql:// address",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument(
        "--why", action="store_true", help="show the whole proof, and what else it could be"
    )
    parser.add_argument(
        "--min-confidence", type=probability, metavar="P",
        help="below it the answer is `unknown` (0 to 1)",
    )  # fmt: skip
    parser.add_argument(
        "--program", nargs="?", const=SHOW_PROGRAM, metavar="FILE.dl",
        help="print only the program; or, with a file, run that program for the answer",
    )  # fmt: skip
    model = parser.add_argument_group(
        "language model", "optional; any OpenAI-compatible endpoint, asked for programs"
    )
    model.add_argument("--model", metavar="NAME", help="its name (TRIVIUM_MODEL)")
    model.add_argument("--base-url", metavar="URL", help="its address (OPENAI_BASE_URL)")
    exchanges = model.add_mutually_exclusive_group()
    exchanges.add_argument("--record", metavar="FILE", help="append every exchange to a file")
    exchanges.add_argument("--replay", metavar="FILE", help="take the replies from a record")
    parser.set_defaults(execute=execute, parser=parser)


def probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, found {text}")
    return value


def execute(arguments: argparse.Namespace) -> int:
    return 0
