"""A program as a torch module: nets read, rules compute, gradients flow through both.

    layer = Layer('''
        .model digit(image: tensor, -> label: number in 0..9)
        sum(a, b, x + y) :- digit(a, x), digit(b, y).
    ''', query="sum(a, b, _)", nets={"digit": net})

    p = layer(images_a, images_b)     # (batch, 19): the probability of each sum
    layer.rows                        # [("a", "b", 0), ..., ("a", "b", 18)]

The program is ground and compiled once; each call evaluates a whole batch as a few layered tensor
operations. Probabilities that the program leaves open (`t(0.5)::f(1).`, `p::r(x) :- ...`) are the
layer's own parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trivium.analyse.near import did_you_mean
from trivium.dialects.problog.program import ProbLogProgram
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.errors import ModelError
from trivium.program import Program
from trivium.torch.evaluate import Evaluation
from trivium.torch.ground import Structure, ground
from trivium.torch.nets import Net
from trivium.torch.problog import ground_clauses, learnt_clauses, tensors_of
from trivium.torch.question import Question, read_question
from trivium.torch.told import Told, clauses_of

Data = Mapping[str, Sequence[Sequence[Any]]]
Row = tuple[Any, ...]


class Layer(torch.nn.Module):
    """A program's answers as a function of tensors.

    Args:
        program: its text, in the dialect named, or a Program.
        query: the atom that is asked about, such as `sum(a, b, _)`: names are tensors, `_` (or a
            name with a capital letter) is any value; a bare name asks for all rows. In the ProbLog
            dialect any goal, such as `sum([a, b], [c, d], Z)`.
        nets: by relation of the program's `.model`, or by net of its `nn(...)` clauses, what gives
            its probabilities: a module or function from inputs of shape (n, ...) to outputs of
            shape (n, labels).
        weights: by name the values that the program's open probabilities start from.
        data: by relation the rows of relations that are given.
        rows: which rows to answer about; by default all that are possible. Needed where data
            change from sample to sample.
        limits: of grounding, and again of compiling what was ground.

    Raises what the program raises (1xx to 3xx), and ModelError 522 for a net that is missing or
    that no `.model` declares, 523 for a query that is no atom.
    """

    def __init__(
        self,
        program: str | Program,
        query: str,
        nets: Mapping[str, Net],
        dialect: str = "souffle",
        weights: Mapping[str, float] | None = None,
        data: Data | None = None,
        rows: Sequence[Row] | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__()
        self.limits = limits or Limits()
        self.program = Program(program, dialect) if isinstance(program, str) else program
        self.goal = query.strip().removesuffix(".")
        checked = self.program.checked
        self.clauses = checked if isinstance(checked, ProbLogProgram) else None
        self.question = (
            read_question(query) if self.clauses is None else Question(query, (), tensors_of(query))
        )
        self._check(nets)
        self.nets = dict(nets)
        modules = {name: net for name, net in nets.items() if isinstance(net, torch.nn.Module)}
        self.trained = torch.nn.ModuleDict(modules)
        self.data = dict(data or {})
        if self.clauses is not None:
            told = Options(limits=self.limits, weights=weights or {})
            clauses = learnt_clauses(self.clauses, self.goal, told, self.data)
        else:
            clauses = clauses_of(self.program.ir)
        self.told = Told(clauses, weights or {})
        pattern = self.question.pattern
        one = rows is None and bool(pattern) and None not in pattern  # it may never hold
        self.asked = [pattern] if one else None if rows is None else [tuple(row) for row in rows]
        self.structures = torch.nn.ModuleList()
        self._known: dict[Any, tuple[Evaluation, list[int] | None]] = {}
        if rows is None:
            self._structure({})

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "clauses": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        checked = self.program.checked
        self.clauses = checked if isinstance(checked, ProbLogProgram) else None

    def _check(self, nets: Mapping[str, Net]) -> None:
        models = self.program.models
        for name, model in models.items():
            if name not in nets:
                hint = f"pass it: nets={{{name!r}: ...}}"
                raise ModelError(522, f"`{name}` has no net", model.span, hint=hint)
        for name in nets:
            if name not in models:
                hint = did_you_mean(name, models) or "declare it with `.model`"
                raise ModelError(522, f"no `.model` is called `{name}`", hint=hint)

    @property
    def rows(self) -> list[Row]:
        """The rows that the answers are about, in their order."""
        return self._structure({})[0].rows if self.asked is None else self.asked

    def forward(
        self, *tensors: Tensor, data: Sequence[Data] | None = None, **named: Tensor
    ) -> Tensor:
        """The probability of each row, shape (batch, rows).

        Args:
            tensors: by the order of their names in the query, or by name; their first axis is the
                batch.
            data: for each sample the rows of relations that change from sample to sample. Samples
                with equal data are evaluated together, and what they compile to is kept.

        Raises ModelError 520 for outputs of a net that are no probabilities, 521 for a tensor that
        is missing or has another shape.
        """
        return self.log(*tensors, data=data, **named).exp()

    def log(self, *tensors: Tensor, data: Sequence[Data] | None = None, **named: Tensor) -> Tensor:
        """The logarithms of the probabilities, for losses: nothing underflows."""
        if len(tensors) > len(self.question.tensors):
            message = f"{len(tensors)} tensors are given by position"
            hint = f"the query names {len(self.question.tensors)}; give the others by name"
            raise ModelError(521, message, hint=hint)
        given = dict(zip(self.question.tensors, tensors, strict=False)) | named
        parameters = self.told.log() if self.told.names else None
        if data is None:
            return self._evaluate({}, given, parameters)
        alike: dict[Any, list[int]] = {}
        for sample, own in enumerate(data):
            alike.setdefault(_key(own), []).append(sample)
        pieces, order = [], []
        for samples in alike.values():
            part = {name: tensor[samples] for name, tensor in given.items()}
            piece = self._evaluate(data[samples[0]], part, parameters)
            pieces.append(piece.expand(len(samples), -1))
            order += samples
        back = torch.tensor(sorted(range(len(order)), key=order.__getitem__))
        return torch.cat(pieces)[back]

    def _evaluate(
        self, data: Data, tensors: Mapping[str, Tensor], parameters: Tensor | None
    ) -> Tensor:
        evaluation, places = self._structure(data)
        found: Tensor = evaluation(self.nets, tensors, parameters)
        if not found.requires_grad and torch.is_grad_enabled():
            # A loss over rows that rest on no net goes backward too, to nothing.
            found = found.detach().requires_grad_()
        if places is None:
            return found
        never = found.new_full((found.shape[0], 1), -torch.inf)
        return torch.cat((found, never), 1)[:, places]

    def _ground(self, data: Data) -> Structure:
        options = Options(limits=self.limits, weights=self.told.probabilities())
        if self.clauses is not None:
            return ground_clauses(self.clauses, self.goal, options, data)
        relation, pattern = self.question.relation, self.question.pattern
        if not pattern and relation in self.program.ir.relations:
            pattern = (None,) * self.program.ir.relations[relation].arity
        return ground(self.program, relation, pattern, options, data)

    def _structure(self, data: Data) -> tuple[Evaluation, list[int] | None]:
        """What the data compile to, and where each row that is asked for stands there."""
        key = _key(data)
        if key not in self._known:
            structure = self._ground({**self.data, **data})
            evaluation = Evaluation(structure, self.program.models, self.told.names)
            device = next((p.device for p in self.parameters()), None)
            self.structures.append(evaluation.to(device))
            places = None
            if self.asked is not None:
                known = {row: place for place, row in enumerate(structure.rows)}
                places = [known.get(row, len(known)) for row in self.asked]
            self._known[key] = evaluation, places
        return self._known[key]

    def probabilities(self) -> dict[str, float]:
        """The probabilities that the layer has learned, by name."""
        return self.told.probabilities()


def _key(data: Data) -> Any:
    return tuple(sorted((name, tuple(map(tuple, rows))) for name, rows in data.items()))
