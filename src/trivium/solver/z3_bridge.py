"""The one door to Z3: loading it, limits on time and memory, and cores by name.

search = Search(seconds=5)
search.premise(1, formula)
search.check(goal)          # "sat", "unsat" (then `core` names premises) or "unknown"
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from trivium.errors import BackendError, LimitError

# Z3 keeps to this much memory for all its work in a process.
MEMORY_MB = 3000


def z3() -> Any:
    """The module of Z3; E401 where it is not installed."""
    try:
        import z3 as module
    except ImportError:
        raise BackendError(
            401,
            "this problem needs Z3, as it is more than facts and Horn rules",
            hint="install it with `pip install trivium[solve]`",
        ) from None
    return module


class Search:
    """A solver with named premises.

    Each instance has a context of its own, so that several threads may solve at once.
    """

    def __init__(self, seconds: float, finite: bool = False) -> None:
        module = z3()
        self.z3 = module
        self.context = module.Context()
        module.set_param("memory_max_size", MEMORY_MB)
        self.solver = (
            module.SolverFor("QF_FD", ctx=self.context)
            if finite
            else module.Solver(ctx=self.context)
        )
        self.deadline = perf_counter() + seconds
        self.seconds = seconds
        self.core: tuple[int, ...] = ()
        self.reason = ""
        self._markers: dict[str, int] = {}
        self._assumptions: list[Any] = []

    def premise(self, number: int, formula: Any) -> None:
        """Add a premise; its number comes back in a core."""
        marker = self.z3.Bool(f"premise!{number}!{len(self._markers)}", self.context)
        self._markers[str(marker)] = number
        self._assumptions.append(marker)
        self.solver.add(self.z3.Implies(marker, formula))

    def law(self, formula: Any) -> None:
        """Add what is true without being a premise."""
        self.solver.add(formula)

    def check(self, *goals: Any, without: int = 0, seconds: float | None = None) -> str:
        """Whether the premises, but for one, and the goals have a model: `sat`, `unsat` or
        `unknown`; `seconds` bound this search alone."""
        left = self.deadline - perf_counter()
        turn = left if seconds is None else min(left, seconds)
        self.core, self.reason = (), ""
        if left <= 0:
            self.reason = f"the limit of {self.seconds:g} s was reached"
            return "unknown"
        self.solver.set("timeout", max(1, int(turn * 1000)))
        try:
            kept = [m for m in self._assumptions if self._markers[str(m)] != without]
            found = str(self.solver.check(*kept, *goals))
        except self.z3.Z3Exception as failure:
            if "memory" in str(failure):
                message = f"the problem needs more than {MEMORY_MB:,} MB"
                raise LimitError(303, message, hint="make its domains smaller") from None
            self.reason = f"Z3 gave up: {failure}"
            return "unknown"
        if found == "unsat":
            names = (self._markers.get(str(marker)) for marker in self.solver.unsat_core())
            self.core = tuple(sorted({number for number in names if number is not None}))
        elif found == "unknown":
            why = self.solver.reason_unknown()
            late = "timeout" in why or "cancel" in why or perf_counter() >= self.deadline
            self.reason = (
                f"the limit of {self.seconds:g} s was reached" if late else f"Z3 gave up: {why}"
            )
        return found
