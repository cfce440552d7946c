"""DeepProbLog on sums of digits, for a Python in which it is installed; see `mnist.py times`.

    python bench/probability/mnist_deepproblog.py 1 2      {"1": 35.1, "2": 212.0}

Milliseconds of an iteration (forward and backward) over two pairs of numbers of so many digits, as
its own example writes them: the nets give tensors that are there already, so that the logic is what
takes time. Sums are told at random; what it compiles it keeps for equal sums, as its default is.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
import warnings

PROGRAM = """
nn(digit_net,[X],Y,[0,1,2,3,4,5,6,7,8,9]) :: digit(X,Y).
number([],Result,Result).
number([H|T],Acc,Result) :- digit(H,Nr), Acc2 is Nr+10*Acc, number(T,Acc2,Result).
number(X,Y) :- number(X,0,Y).
addition(X,Y,Z) :- number(X,X2), number(Y,Y2), Z is X2+Y2.
"""
# So many seconds of iterations are enough for one length.
SECONDS, BATCH = 20.0, 2


def iteration(digits: int) -> float:
    """The median milliseconds of an iteration."""
    import torch
    from deepproblog.engines import ExactEngine
    from deepproblog.model import Model
    from deepproblog.network import Network
    from deepproblog.query import Query
    from problog.logic import Constant, Term, list2term

    torch.manual_seed(0)
    draw = random.Random(0)
    logits = torch.randn(2 * BATCH * digits, 10, requires_grad=True)
    net = Network(torch.nn.Softmax(dim=-1), "digit_net", batching=True)
    model = Model(PROGRAM, [net], load=False)
    model.set_engine(ExactEngine(model), cache=True)
    model.add_tensor_source("digits", {(Constant(n),): logits[n] for n in range(len(logits))})

    def query(pair: int) -> Query:
        first = 2 * digits * pair
        names = [Term(f"x{n}") for n in range(2 * digits)]
        images = [Term("tensor", Term("digits", Constant(first + n))) for n in range(2 * digits)]
        total = Constant(draw.randrange(2 * 10**digits - 1))
        halves = list2term(names[:digits]), list2term(names[digits:])
        return Query(Term("addition", *halves, total), dict(zip(names, images, strict=True)))

    times = []
    while sum(times) < SECONDS and len(times) < 200:
        batch = [query(pair) for pair in range(BATCH)]
        start = time.perf_counter()
        loss = torch.zeros(())
        for result in model.solve(batch):
            loss = loss - torch.log(sum(result.result.values()))
        loss.backward()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000.0


def main() -> None:
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100_000)
    for told in sys.argv[1:]:
        print(json.dumps({told: iteration(int(told))}), flush=True)


if __name__ == "__main__":
    main()
