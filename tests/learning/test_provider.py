"""Nets as providers: a `.model` that is run without a layer."""

from __future__ import annotations

import pytest

import trivium as tv
from trivium.errors import ModelError, ProgramError

torch = pytest.importorskip("torch", reason="pip install trivium[train]")

TEXT = """
    .decl pair(a: symbol, b: symbol)
    .model digit(image: tensor, -> label: number in 0..2)
    .decl sum(a: symbol, b: symbol, s: number)
    sum(a, b, x + y) :- pair(a, b), digit(a, x), digit(b, y).
"""
TENSORS = {"a": [0.2, 0.3, 0.5], "b": [1.0, 0.0, 0.0], "c": [0.1, 0.1, 0.1]}


def _digits(labels, tensors=TENSORS, net=lambda x: x, batch=256):  # type: ignore[no-untyped-def]
    from trivium.torch import NetProvider

    read = {name: torch.tensor(values) for name, values in tensors.items()}
    return NetProvider(net, read, labels, batch=batch)


def test_a_net_answers_its_model() -> None:
    asked: list[int] = []

    def net(x):  # type: ignore[no-untyped-def]
        asked.append(len(x))
        return x

    pairs = [("a", "b"), ("b", "a"), ("a", "c")]
    digit = _digits(range(3), net=net, batch=2)
    result = tv.Program(TEXT).run(pair=pairs, providers={"digit": digit})
    assert asked == [2, 1]
    assert result.probability("sum", ("a", "b", 2)) == pytest.approx(0.5)
    assert result.probability("sum", ("a", "c", 1)) == pytest.approx(0.2 * 0.1 + 0.3 * 0.1)
    assert result.probability("sum", ("b", "a", 3)) == 0.0  # the net gives it nothing
    assert 'digit("a", 2) [provider digit, input ("a")]' in str(result.why("sum", ("a", "b", 2)))


def test_the_layer_computes_the_same() -> None:
    from trivium.torch import Layer

    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Softmax(1))
    images = {"a": torch.randn(4), "b": torch.randn(4)}
    layer = Layer(TEXT, "sum(a, b, _)", {"digit": net}, data={"pair": [("a", "b")]})
    learnt = layer(a=images["a"][None], b=images["b"][None])[0]
    from trivium.torch import NetProvider

    digit = NetProvider(net, images, range(3))
    result = tv.Program(TEXT).run(pair=[("a", "b")], providers={"digit": digit})
    for row, chance in zip(layer.rows, learnt.tolist(), strict=True):
        assert result.probability("sum", row) == pytest.approx(chance, abs=1e-6)


def test_wrong_nets() -> None:
    program = tv.Program(TEXT)
    with pytest.raises(ModelError, match=r"gives \(1, 3\), not \(1, 4\)") as caught:
        program.run(pair=[("a", "a")], providers={"digit": _digits(range(4))})
    assert caught.value.number == 524
    with pytest.raises(ModelError, match="raised KeyError: 'z'"):
        program.run(pair=[("z", "a")], providers={"digit": _digits(range(3))})
    with pytest.raises(ModelError) as caught:
        program.run(pair=[("a", "a")], providers={"digit": _digits("xyz")})
    assert caught.value.number == 525
    minus = _digits(range(3), {"a": [-0.5, 0.5, 0.5]})
    with pytest.raises(ModelError, match=r"gave the probability -0\.5"):
        program.run(pair=[("a", "a")], providers={"digit": minus})
    with pytest.raises(ProgramError) as missing:
        tv.Program(TEXT + "sum(a, a, x) :- digit(a, x).").run(
            pair=[("a", "a")], providers={"digit": _digits(range(3))}
        )
    assert missing.value.number == 318
