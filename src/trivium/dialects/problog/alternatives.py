"""The alternatives of probabilistic clauses, made when a body holds for values of its variables.

    0.5::p(X); 0.25::q(X) :- r(X).        r(1) holds: a group of two nodes, with 0.5 and 0.25

A weight is a number or an expression of the clause's variables, a probability to learn (`t(0.5)`),
an output of a net (`nn(...)`) or a decision (`?`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from trivium.analyse.models import output
from trivium.dialects.problog.arithmetic import Undefined, evaluate
from trivium.dialects.problog.clauses import ROUNDING, Choice, Clause
from trivium.dialects.problog.terms import (
    Bindings,
    Pool,
    Term,
    Var,
    deref,
    name_and_args,
    var,
    variables,
    write,
)
from trivium.errors import ProgramError
from trivium.ir.nodes import DECISION
from trivium.probability.decision import open_decision


class Alternatives:
    """The alternatives of one run, by their nodes. `told` are probabilities by name.

    Attributes:
        weights: of each its probability, in the order in which they were made.
        groups: those that exclude each other, by the choice and the values of its variables.
        chosen: of each its choice, its place there, and the variables with their values.
        parameters: of those that are told by name, learned or decided, the name.
    """

    def __init__(self, pool: Pool, told: Mapping[str, float], new_node: Callable[[], int]) -> None:
        self.pool = pool
        self.told = told
        self._new_node = new_node
        self.weights: dict[int, float] = {}
        self.groups: dict[tuple[Choice, tuple[Term, ...]], tuple[int, ...]] = {}
        self.chosen: dict[int, tuple[Choice, int, tuple[int, ...], tuple[Term, ...]]] = {}
        self.parameters: dict[int, str] = {}

    def of(self, clause: Clause, env: Bindings) -> int:
        """The node of a clause's alternative, for the values of its variables."""
        choice = clause.choice
        assert choice is not None
        resolve = self.pool.resolve
        values = tuple([resolve(var(place), env) for place in clause.shared])
        members = self.groups.get((choice, values))
        if members is None:
            members = self._choose(choice, values, clause, env)
        return members[clause.alternative]

    def _choose(
        self, choice: Choice, values: tuple[Term, ...], clause: Clause, env: Bindings
    ) -> tuple[int, ...]:
        for value, place in zip(values, clause.shared, strict=True):
            if type(value) is Var or type(value) is tuple:
                name = clause.shown[place]
                shown = "a variable `_`" if name.startswith("_") else f"`{name}`"
                message = f"{shown} of a probabilistic clause has no value"
                hint = "each variable of the clause is bound when its body has been solved"
                raise ProgramError(289, message, clause.span, hint=hint)
        members = []
        for place, term in enumerate(choice.weights):
            node = self._new_node()
            self.weights[node] = self._weight(term, node, clause, env)
            self.chosen[node] = (choice, place, clause.shared, values)
            members.append(node)
        found = tuple(members)
        total = sum(self.weights[node] for node in found)
        if total > 1 + ROUNDING:
            message = f"the probabilities of the alternatives sum to {total:.10g}"
            raise ProgramError(261, message, clause.span)
        self.groups[choice, values] = found
        return found

    def _weight(self, term: Term, node: int, clause: Clause, env: Bindings) -> float:
        if term == DECISION:
            return self._decision(node, clause)
        parts = name_and_args(deref(term, env))
        if parts is not None and parts[0] == "t" and len(parts[1]) in (1, 2):
            return self._parameter(term, parts[1], node, clause, env)
        if parts is not None and parts[0] == "nn":
            return self._output(str(parts[1][0]), int(parts[1][1]), node, clause)
        try:
            value = float(evaluate(term, env))
        except Undefined as problem:
            message = f"the probability `{write(self.pool.resolve(term, env))}` is not a number"
            raise ProgramError(260, f"{message}: {problem}", clause.span) from None
        if not 0.0 <= value <= 1.0:
            message = f"the probability {value:.10g} is not between 0 and 1"
            raise ProgramError(260, message, clause.span)
        return value

    def _decision(self, node: int, clause: Clause) -> float:
        self.parameters[node] = DECISION
        if DECISION not in self.told:
            raise open_decision(clause.span)
        return self.told[DECISION]

    def settle(self, chosen: Collection[int]) -> None:
        """Take these alternatives, and leave the other decisions."""
        for node in [node for node, name in self.parameters.items() if name == DECISION]:
            self.weights[node] = float(node in chosen)
            del self.parameters[node]

    def _output(self, net: str, place: int, node: int, clause: Clause) -> float:
        """The probability that a net gives to one of its labels."""
        self.parameters[node] = name = output(net, place)
        if name not in self.told:
            message = f"the probabilities of `{net}` come from a net"
            hint = f"trivium.torch.Layer(program, query, nets={{{net!r}: net}})"
            raise ProgramError(287, message, clause.span, hint=hint)
        return self.told[name]

    def inputs(self, node: int) -> tuple[Term, ...]:
        """What a net is asked, for one of its outputs."""
        choice, *_ = self.chosen[node]
        assert choice.net is not None
        env = self._bindings(node)
        return tuple(self.pool.resolve(term, env) for term in choice.net.inputs)

    def _parameter(
        self, term: Term, args: Sequence[Term], node: int, clause: Clause, env: Bindings
    ) -> float:
        """`t(0.5)`, `t(_)`, `t(0.5, name)`: told by the name, else what it starts from."""
        initial = deref(args[0], env)
        (told,) = args[1:]
        resolved = self.pool.resolve(told, env)
        name = resolved if isinstance(resolved, str) else write(resolved)
        self.parameters[node] = name
        value = self.told.get(name)
        if value is None:
            value = float(evaluate(initial, env))
        if not 0.0 <= value <= 1.0:
            message = f"the probability {value:.10g} is not between 0 and 1"
            raise ProgramError(287, message, clause.span)
        return value

    def name(self, node: int) -> str | None:
        """The clause that a node chooses, with the values of its variables; None for others."""
        if node not in self.chosen:
            return None
        choice, place, shared, values = self.chosen[node]
        env = self._bindings(node)
        head = self.pool.resolve(choice.heads[place], env)
        used = {variable.place for variable in variables(choice.heads[place])}
        more = [
            f"{choice.names[variable]} = {write(value)}"
            for variable, value in zip(shared, values, strict=True)
            if variable not in used and not choice.names[variable].startswith("_")
        ]
        return write(head) + (f" [{', '.join(more)}]" if more else "")

    def _bindings(self, node: int) -> Bindings:
        choice, _, shared, values = self.chosen[node]
        env: Bindings = [None] * len(choice.names)
        for variable, value in zip(shared, values, strict=True):
            env[variable] = value
        return env
