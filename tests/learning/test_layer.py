"""Layers: programs over nets give the right probabilities, learn, and name what is wrong."""

from __future__ import annotations

import copy
import io
import itertools
import pickle

import pytest
import torch
from torch import nn

from trivium.engine.limits import Limits
from trivium.errors import ProgramError, SyntaxProblem, TriviumError
from trivium.program import Program
from trivium.torch import Layer, one_hot

SUM = """
.model digit(image: tensor, -> label: number in 0..3)
sum(a, b, x + y) :- digit(a, x), digit(b, y).
"""
ADD = """
.decl digits(n: number)
.model digit(number: tensor, place: number, -> label: number in 0..9)
.model told(sum: tensor, place: number, -> label: number in 0..9)
agrees(0, 0).
agrees(k + 1, (x + y + c) / 10) :- agrees(k, c), digits(n), k < n,
    digit("first", k, x), digit("second", k, y), told("sum", k, (x + y + c) % 10).
right() :- digits(n), agrees(n, c), told("sum", n, c).
"""


def softmax_net(inputs=5, labels=4, kind=torch.float64):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(inputs, labels, dtype=kind), nn.Softmax(1))


def raised(number, make):
    with pytest.raises(TriviumError) as caught:
        make()
    assert caught.value.number == number
    return str(caught.value)


def test_a_sum_of_two_digits():
    net = softmax_net()
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": net})
    a, b = torch.randn(6, 5).double(), torch.randn(6, 5).double()
    p, q, found = net(a), net(b), layer(a, b)
    assert layer.rows == [("a", "b", z) for z in range(7)]
    for z in range(7):
        expected = sum(p[:, x] * q[:, z - x] for x in range(4) if 0 <= z - x < 4)
        torch.testing.assert_close(found[:, z], expected)
    torch.testing.assert_close(layer(b=b, a=a), found)
    one_by_one = torch.cat([layer(a[i : i + 1], b[i : i + 1]) for i in range(6)])
    torch.testing.assert_close(found, one_by_one)


def test_gradients_are_finite_differences():
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": nn.Identity()})
    a, b = (torch.rand(2, 4).double().softmax(1).requires_grad_() for _ in range(2))

    # The circuit takes the outputs as they are; along them the sum stays one.
    def found(a, b):
        return layer(a.softmax(1), b.softmax(1))

    assert torch.autograd.gradcheck(found, (a, b))


def test_adding_with_carry_is_adding():
    """The probability that a sum is right is that of all pairs of numbers with that sum."""
    layer = Layer(
        ADD,
        query="right",
        nets={"digit": nn.Identity(), "told": lambda sums: one_hot(sums, 10)},
        data={"digits": [(2,)]},
    )
    torch.manual_seed(1)
    first, second = torch.randn(1, 2, 10).softmax(2), torch.randn(1, 2, 10).softmax(2)
    sums = torch.tensor([[7, 1, 1]])  # 117, lowest digit first
    expected = 0.0
    for x, y in itertools.product(range(100), range(100)):
        if x + y == 117:
            one = first[0, 0, x % 10] * first[0, 1, x // 10]
            expected += one * second[0, 0, y % 10] * second[0, 1, y // 10]
    torch.testing.assert_close(layer(first=first, second=second, sum=sums)[0, 0], expected)


def test_nothing_underflows():
    net = softmax_net(3, 10, torch.float32)
    nets = {"digit": net, "told": lambda sums: one_hot(sums, 10)}
    layer = Layer(ADD, query="right", nets=nets, data={"digits": [(40,)]})
    numbers = torch.randn(2, 2, 40, 3) * 20
    sums = torch.zeros(2, 41, dtype=torch.long)
    found = layer.log(first=numbers[:, 0], second=numbers[:, 1], sum=sums)
    found.sum().backward()
    assert found.isfinite().all()
    assert (found < -60).all()
    assert net[0].weight.grad.isfinite().all()
    assert net[0].weight.grad.abs().sum() > 0


def test_it_learns_what_only_sums_tell():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 4), nn.Softmax(1))
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": net})
    optimiser = torch.optim.Adam(net.parameters(), lr=0.1)
    images = torch.eye(4)
    labels = torch.randint(0, 4, (64, 2))
    a, b = (images[labels[:, n]] + 0.1 * torch.randn(64, 4) for n in range(2))
    losses = []
    for _ in range(60):
        found = layer.log(a, b).gather(1, labels.sum(1, keepdim=True))
        loss = -found.mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4
    assert net(images).argmax(1).tolist() == [0, 1, 2, 3]


def test_open_probabilities_are_parameters():
    text = """
        t(0.5, p)::coin(1).  t(0.5, p)::coin(2).
        t(0.2, q)::light(); t(0.3, r)::dark(); 0.1::grey().
        both() :- coin(1), coin(2), !light().
    """
    layer = Layer(text, query="both", nets={})
    assert layer.probabilities() == pytest.approx({"p": 0.5, "q": 0.2, "r": 0.3})
    assert layer().item() == pytest.approx(0.25 * 0.8)
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.5)
    for _ in range(300):
        loss = (layer() - 0.6).square().sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert layer().item() == pytest.approx(0.6, abs=1e-3)
    learned = layer.probabilities()
    assert learned["p"] ** 2 * (1 - learned["q"]) == pytest.approx(0.6, abs=1e-3)


def test_evidence_is_taken_into_account():
    text = SUM + '.evidence sum("a", "b", 3)\nfirst(x) :- digit("a", x).'
    layer = Layer(text, query="first", nets={"digit": nn.Identity()})
    a, b = torch.tensor([[0.1, 0.2, 0.3, 0.4]]), torch.tensor([[0.4, 0.3, 0.2, 0.1]])
    joint = torch.tensor([[a[0, x] * b[0, 3 - x] for x in range(4)]])
    torch.testing.assert_close(layer(a=a, b=b), joint / joint.sum())


PATH = """
.decl edge(number: number, x: symbol, y: symbol)
.model open(picture: tensor, number: number, -> yes: number in 0..1)
path(x, y) :- edge(n, x, y), open("picture", n, 1).
path(x, z) :- path(x, y), edge(n, y, z), open("picture", n, 1).
reach(x) :- path("a", x).
"""


def test_structures_may_change_from_sample_to_sample():
    rows = [("b",), ("c",), ("d",)]
    layer = Layer(PATH, query="reach", nets={"open": nn.Identity()}, rows=rows)
    chain = {"edge": [(0, "a", "b"), (1, "b", "c"), (2, "c", "d")]}
    short = {"edge": [(0, "a", "c"), (1, "c", "d")]}
    p = torch.tensor([[0.9, 0.5, 0.4], [0.8, 0.3, 0.2], [0.7, 0.6, 0.1]])
    picture = torch.stack((1 - p, p), 2)
    found = layer(picture=picture, data=[chain, short, chain])
    expected = [[0.9, 0.45, 0.18], [0.0, 0.8, 0.24], [0.7, 0.42, 0.042]]
    torch.testing.assert_close(found, torch.tensor(expected))
    assert len(layer.structures) == 2


def test_a_graph_whose_proofs_overlap():
    layer = Layer(PATH, query="reach", nets={"open": nn.Identity()}, rows=[("d",)])
    two_ways = {"edge": [(0, "a", "b"), (1, "b", "d"), (2, "a", "c"), (3, "c", "d")]}
    p = torch.tensor([[0.9, 0.5, 0.4, 0.5]])
    found = layer(picture=torch.stack((1 - p, p), 2), data=[two_ways])
    assert found.item() == pytest.approx(1 - (1 - 0.45) * (1 - 0.2))


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Linear(5, 3), r"gives \(4, 3\), not \(4, 4\)"),
        (nn.Linear(5, 4), "gives"),
        (lambda x: x[:, :4] * torch.nan, "gives NaN"),
        (lambda x: torch.full((4, 4), -0.5), "gives the probability -0.5"),
        (lambda x: torch.full((4, 4), 0.5), "sum to 2"),
        (lambda x: None, "NoneType"),
    ],
)
def test_outputs_that_are_no_probabilities(net, message):
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": net})
    text = raised(520, lambda: layer(torch.randn(2, 5), torch.randn(2, 5)))
    assert "the net of `digit`" in text
    assert ".model digit" in text


def test_tensors_that_are_missing_or_do_not_fit():
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": softmax_net()})
    one = torch.randn(2, 5).double()
    text = '.model same(s: tensor, t: tensor, -> yes: number in 0..1)\np(x) :- same("a", "b", x).'
    pair = Layer(text, query="p", nets={"same": lambda s, t: torch.rand(2, 2)})
    assert "`b`" in raised(521, lambda: layer(one))
    raised(521, lambda: layer(one, one, one))
    assert "2 and 3" in raised(521, lambda: layer(one, torch.randn(3, 5).double()))
    assert "is list" in raised(521, lambda: layer([1.0], one))
    assert "a number" in raised(521, lambda: layer(torch.tensor(1.0), one))
    assert "2 and 3 samples" in raised(521, lambda: pair(a=one, b=torch.randn(3, 5).double()))
    places = Layer(
        '.model d(t: tensor, k: number, -> x: number in 0..3)\np(x) :- d("t", 7, x).',
        query="p",
        nets={"d": nn.Identity()},
    )
    assert "part 7" in raised(521, lambda: places(t=torch.rand(2, 3, 4)))


def test_nets_that_are_missing_or_too_many():
    assert "`digit` has no net" in raised(522, lambda: Layer(SUM, "sum(a, b, _)", nets={}))
    nets = {"digit": nn.Identity(), "digits": nn.Identity()}
    assert "digit" in raised(522, lambda: Layer(SUM, "sum(a, b, _)", nets=nets))


def test_questions_that_are_no_atoms():
    raised(523, lambda: Layer(SUM, "sum(a, b", nets={"digit": nn.Identity()}))
    raised(652, lambda: Layer(SUM, "sum(a, _)", nets={"digit": nn.Identity()}))
    raised(201, lambda: Layer(SUM, "sun(a, b, _)", nets={"digit": nn.Identity()}))


def test_a_run_without_nets_says_where_the_probabilities_come_from():
    result = Program(SUM + 'p(x) :- digit("a", x).').run()
    with pytest.raises(ProgramError) as caught:
        result.probability("p", (1,))
    assert caught.value.number == 287
    assert "come from a net" in str(caught.value)


def test_labels_may_be_texts():
    text = '.model mood(t: tensor, -> m: symbol in ["glad", "sad"])\np(m) :- mood("t", m).'
    layer = Layer(text, query="p", nets={"mood": nn.Identity()})
    assert layer.rows == [("glad",), ("sad",)]
    assert layer(t=torch.tensor([[0.3, 0.7]])).tolist() == [pytest.approx([0.3, 0.7])]
    with pytest.raises(SyntaxProblem):
        Program(".model mood(t: tensor, -> m: symbol in [])")


def test_a_batch_may_be_empty():
    layer = Layer(SUM, query="sum(a, b, _)", nets={"digit": softmax_net()})
    none = torch.empty((0, 5), dtype=torch.float64)
    found = layer(none, none)
    assert found.shape == (0, 7)
    found.sum().backward()


COUNTS = """
n(0). n(k + 1) :- n(k).
more(a, b, z) :- sum(a, b, z), n(z).
"""
CLAUSES = """
nn(digit, [X], Y, [0, 1, 2, 3]) :: digit(X, Y).
n(0). n(K) :- n(J), K is J + 1.
more(X, Y) :- digit(X, Y), n(Y).
"""


@pytest.mark.parametrize(
    ("program", "query", "dialect"),
    [(SUM + COUNTS, "more(a, b, _)", "souffle"), (CLAUSES, "more(a, Y)", "problog")],
)
def test_grounding_keeps_its_limits(program, query, dialect):
    limits = Limits(seconds=0.2)

    def make():
        Layer(program, query, {"digit": softmax_net()}, dialect, limits=limits)

    assert "0.2 s" in raised(301, make)


PATHS = """
.decl pair(x: number, y: number)
.model coin(image: tensor, -> side: number in 0..1)
t(0.5)::edge(x, y) :- pair(x, y).
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
reached(a, y) :- coin(a, 1), path(0, y).
"""


def test_compiling_keeps_its_limits():
    data = {"pair": [(x, y) for x in range(12) for y in range(12) if x != y]}
    limits = Limits(seconds=0.5)

    def make():
        Layer(PATHS, "reached(a, 11)", {"coin": softmax_net(5, 2)}, data=data, limits=limits)

    assert "exact inference took longer than 0.5 s" in raised(301, make)


NEVER = SUM + "never(a, x) :- digit(a, x), x > 20.\n"
CLAUSES = """
nn(digit, [X], Y, [0, 1, 2, 3]) :: digit(X, Y).
sum(X, Y, Z) :- digit(X, A), digit(Y, B), Z is A + B.
never(X) :- digit(X, A), A > 20.
"""


@pytest.mark.parametrize(
    ("text", "dialect", "query", "rows"),
    [
        (NEVER, "souffle", "sum(a, b, 99)", None),
        (NEVER, "souffle", "never(a, 3)", None),
        (NEVER, "souffle", "sum(a, b, _)", [("a", "b", 99)]),
        (NEVER, "souffle", "never(a, _)", [("a", 3)]),
        (CLAUSES, "problog", "sum(a, b, 99)", None),
        (CLAUSES, "problog", "never(a)", None),
        (CLAUSES, "problog", "sum(a, b, Z)", [("a", "b", 99)]),
    ],
)
def test_a_row_that_cannot_hold_has_probability_0(text, dialect, query, rows):
    layer = Layer(text, query, {"digit": softmax_net()}, dialect, rows=rows)
    tensors = {name: torch.randn(3, 5).double() for name in layer.question.tensors}
    found = layer(**tensors)
    assert found.shape == (3, 1)
    assert not found.any()
    found.sum().backward()  # it moves nothing, and does not fail


def test_no_possible_row_is_no_column():
    layer = Layer(NEVER, "never(a, _)", {"digit": softmax_net()})
    assert layer(torch.randn(3, 5).double()).shape == (3, 0)


def saved(layer):
    file = io.BytesIO()
    torch.save(layer, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


LUCKY = SUM + "t(0.3, k)::lucky(1).\nsure(a, x) :- digit(a, x), lucky(1).\n"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), saved])
@pytest.mark.parametrize(
    ("text", "dialect", "query"),
    [(SUM, "souffle", "sum(a, b, _)"), (LUCKY, "souffle", "sure(a, _)"),
     (CLAUSES, "problog", "sum(a, b, Z)")],
)  # fmt: skip
def test_a_copy_gives_the_same_and_is_trained_alone(again, text, dialect, query):
    layer = Layer(text, query, {"digit": softmax_net()}, dialect)
    tensors = {name: torch.randn(4, 5).double() for name in layer.question.tensors}
    before = layer(**tensors).detach()
    other = again(layer)
    torch.testing.assert_close(other(**tensors), before)
    optimiser = torch.optim.SGD(other.parameters(), lr=1.0)
    (-other.log(**tensors)[:, 0].sum()).backward()
    optimiser.step()
    assert not torch.allclose(other(**tensors), before)
    torch.testing.assert_close(layer(**tensors), before)
    assert other.rows == layer.rows


def test_a_layer_with_a_function_is_copied():
    layer = Layer(SUM, "sum(a, b, _)", {"digit": lambda labels: one_hot(labels, 4)})
    labels = torch.tensor([1, 3])
    torch.testing.assert_close(copy.deepcopy(layer)(labels, labels), layer(labels, labels))


def test_data_of_each_sample_without_tensors():
    text = ".decl e(x: number)\nt(0.3)::p(1).\nt(0.6)::p(2).\nr(x) :- e(x), p(x)."
    layer = Layer(text, "r(_)", {}, rows=[(1,), (2,)])
    found = layer(data=[{"e": [(1,)]}, {"e": [(2,)]}, {"e": [(1,)]}])
    torch.testing.assert_close(found, torch.tensor([[0.3, 0.0], [0.0, 0.6], [0.3, 0.0]]))
