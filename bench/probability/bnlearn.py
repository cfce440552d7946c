"""All marginals of Bayesian networks, beside pyAgrum: `python -m bench.probability.bnlearn FOLDER`.

FOLDER holds networks as .bif files, such as those of bnlearn's repository. Each is read and all
of its marginals are taken, by both, in turn; the best time counts. pyAgrum gets the same tables
as numbers of 64 bits, since its own reader keeps 32; its reading is timed apart. `--text` also runs
each network as clauses: `.pl`, or annotated disjunctions of `.dl`.

`pip install pyagrum` for the comparison; without it, only the times of Trivium are shown.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from trivium import Program
from trivium.dialects.bif.network import Network
from trivium.dialects.bif.program import NetworkProgram
from trivium.ir.text import quoted

# A file past this size is no program that anybody writes.
LONGEST = 400_000
Marginals = dict[tuple[str, str], float]


def best(rounds: int, run: Callable[[], Any]) -> tuple[float, Any]:
    """The least seconds of some rounds, and what the last gave."""
    found, made = float("inf"), None
    for _ in range(rounds):
        start = perf_counter()
        made = run()
        found = min(found, perf_counter() - start)
    return found, made


def ours(program: Program) -> Marginals:
    result = program.run()
    checked = program.checked
    assert isinstance(checked, NetworkProgram)
    found = {}
    outcome = result.outcome
    places = outcome.asked()
    assert outcome.chances is not None
    chances = outcome.chances.of([place for _, place in places])
    for (_, (one, state)), chance in zip(places, chances, strict=True):
        own = checked.network.variables[one]
        found[own.name, own.states[state]] = chance.value
    return found


class Theirs:
    """A network in pyAgrum."""

    def __init__(self, network: Network) -> None:
        import pyagrum

        self.module, self.network = pyagrum, network
        self.net = pyagrum.BayesNet()
        # Some states have characters that its variables may not have: they go by number.
        for n, own in enumerate(network.variables):
            labels = [f"s{k}" for k in range(len(own.states))]
            self.net.add(pyagrum.LabelizedVariable(f"v{n}", f"v{n}", labels))
        for n, own in enumerate(network.variables):
            for parent in own.parents:
                self.net.addArc(f"v{parent}", f"v{n}")
        for n, own in enumerate(network.variables):
            table = self.net.cpt(f"v{n}")
            order = [int(name[1:]) for name in reversed(table.names)]
            axes = [[*own.parents, n].index(one) for one in order]
            table.fillWith(own.table.transpose(axes).reshape(-1).tolist())

    def marginals(self) -> Marginals:
        engine = self.module.LazyPropagation(self.net)
        engine.makeInference()
        found: Marginals = {}
        for n, own in enumerate(self.network.variables):
            values = engine.posterior(f"v{n}").tolist()
            found.update(zip([(own.name, state) for state in own.states], values, strict=True))
        return found


def reading(path: Path) -> float | None:
    """The seconds in which pyAgrum reads a file, if it can."""
    import pyagrum

    try:
        return best(1, lambda: pyagrum.loadBN(str(path)))[0]
    except Exception:  # its own errors, of states that it cannot spell
        return None


def clauses(network: Network, dialect: str) -> str:
    """The network as clauses, one for each row of a table."""
    mark = "'{}'".format if dialect == "problog" else quoted
    lines = []
    for n, own in enumerate(network.variables):
        sizes = [len(network.variables[parent].states) for parent in own.parents]
        for key in itertools.product(*map(range, sizes)):
            heads = "; ".join(
                f"{weight!r}::v{n}({mark(state)})"
                for weight, state in zip(own.table[key].tolist(), own.states, strict=True)
                if weight > 0.0
            )
            body = ", ".join(
                f"v{parent}({mark(network.variables[parent].states[state])})"
                for parent, state in zip(own.parents, key, strict=True)
            )
            lines.append(f"{heads} :- {body}." if body else f"{heads}.")
        lines.append(f"query(v{n}(_))." if dialect == "problog" else f".output v{n}")
    return "\n".join(lines)


def as_clauses(network: Network, dialect: str, expected: Marginals) -> tuple[float, float, float]:
    """The seconds of reading and running, those of all marginals, and how far they are off."""
    text = clauses(network, dialect)
    start = perf_counter()
    result = Program(text, dialect).run()
    ran = perf_counter()
    found = result.answers
    done = perf_counter()
    off = 0.0
    mark = (lambda s: f"'{s}'") if dialect == "problog" else quoted
    for n, own in enumerate(network.variables):
        for state in own.states:
            names = (f"v{n}({mark(state)})", f"v{n}({state})")
            value = next((found[name] for name in names if name in found), 0.0)
            off = max(off, abs(value - expected[own.name, state]))
    return ran - start, done - ran, off


def lines(path: Path, rounds: int, compare: bool, text: bool) -> Iterator[str]:
    read, program = best(rounds, lambda: Program.read(path))
    seconds, found = best(rounds, lambda: ours(program))
    network = program.checked.network
    line = f"{path.stem:<12} {len(network.variables):>5} {read:>8.3f} {seconds:>8.3f}"
    if compare:
        theirs = Theirs(network)
        other, expected = best(rounds, theirs.marginals)
        their_read = reading(path)
        off = max(abs(found[key] - expected[key]) for key in found)
        whole = (read + seconds) / (other + their_read) if their_read is not None else None
        line += f" {'-' if their_read is None else f'{their_read:.3f}':>8} {other:>8.3f}"
        line += (
            f" {seconds / other:>7.2f} {'-' if whole is None else f'{whole:.2f}':>7} {off:>9.1e}"
        )
    yield line
    for dialect in ("problog", "souffle") if text and path.stat().st_size < LONGEST else ():
        ran, took, off = as_clauses(network, dialect, found)
        yield f"  as {dialect:<9} read and run {ran:.3f}, marginals {took:.3f}, off by {off:.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--text", action="store_true")
    arguments = parser.parse_args()
    try:
        import pyagrum  # noqa: F401

        compare = True
    except ImportError:
        compare = False
    head = f"{'network':<12} {'vars':>5} {'read':>8} {'marg.':>8}"
    print(head + f" {'pyAgrum':>8} {'marg.':>8} {'ratio':>7} {'whole':>7} {'off by':>9}" * compare)
    paths = sorted(arguments.folder.glob("*.bif"), key=lambda path: path.stat().st_size)
    for path in paths:
        if not arguments.only or path.stem in arguments.only:
            for line in lines(path, arguments.rounds, compare, arguments.text):
                print(line, flush=True)


if __name__ == "__main__":
    main()
