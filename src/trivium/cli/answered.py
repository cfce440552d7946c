"""An answer on the terminal: its value, how it came about, and the sources with what is cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from trivium.ask.answer import Answer
    from trivium.machine import Machine

__all__ = ["show"]

SHORT_PROOF = 14


def show(answer: Answer, machine: Machine, whole: bool, proof: bool = True) -> None:
    """The answer on the terminal, with how it came about; its whole proof and the other candidates
    when asked."""
    from trivium.ask.show import headline, readings, standing
    from trivium.ask.value import value_text
    from trivium.cli.terminal import console

    out = console()
    out.print(headline(answer), style="bold")
    out.print(standing(answer), style="dim")
    if answer.reason:
        out.print(answer.reason)
    for reading in readings(answer):
        out.print(reading)
    if answer.words:
        out.print(f"\n{answer.words}")
    for mend in answer.mends:
        out.print(f"mended: {mend}", style="dim")
    if not proof:
        return
    if answer.program:
        out.print(f"\n{answer.program.strip()}", style="cyan", soft_wrap=True)
    if answer.proof is not None:
        lines = str(answer.proof).splitlines()
        out.print()
        for line in lines if whole else lines[:SHORT_PROOF]:
            out.print(line, soft_wrap=True)
        if not whole and len(lines) > SHORT_PROOF:
            out.print(f"... and {len(lines) - SHORT_PROOF:,} more lines (--why shows all)")
    _show_evidence(answer, machine, out)
    if whole and answer.alternatives:
        out.print("\nit could also be")
        for other in answer.alternatives:
            out.print(f"  {value_text(other.value)}")


def _show_evidence(answer: Answer, machine: Machine, out: Console) -> None:
    """The source rows with the cited cells marked; the passages with the cited text marked."""
    from trivium.ask.places import covers, holds
    from trivium.cli.terminal import print_cited_passage, print_cited_rows

    for table in machine.tables:
        cells = [place for place in answer.evidence if holds(table.place, place)]
        if cells:
            out.print()
            print_cited_rows(out, table, cells)
    for passage in machine.passages:
        cited = [place for place in answer.evidence if covers(passage.place, place)]
        if cited:
            out.print()
            print_cited_passage(out, passage, cited)
