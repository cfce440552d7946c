"""Tell right from wrong 4x4 Sudokus of handwritten digits, and learn the digits on the way.

    python examples/visual_sudoku.py DATA --plot sudoku.png

A board is sixteen images of the digits 1 to 4; all that is told is whether the board keeps the
rules. DATA is a folder of MNIST's files; plots need `pip install trivium[plot]`.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.boards import boards
from examples.curves import draw
from examples.digits import digit_net, read_all, read_digits

from trivium.torch import Layer

PROGRAM = """
.model digit(board: tensor, cell: number, -> label: number in 1..4)
row(0). row(1). row(2). row(3).

line(r, a, b, c, d) :- row(r), digit("board", 4 * r, a), digit("board", 4 * r + 1, b), a != b,
    digit("board", 4 * r + 2, c), c != a, c != b,
    digit("board", 4 * r + 3, d), d != a, d != b, d != c.
right() :-
    line(0, a, b, c, d),
    line(1, e, f, g, h), e != a, e != b, f != a, f != b, g != c, g != d, h != c, h != d,
    line(2, i, j, k, l), i != a, i != e, j != b, j != f, k != c, k != g, l != d, l != h,
    line(3, m, n, o, p), m != a, m != e, n != b, n != f, o != c, o != g, p != d, p != h,
    m != i, m != j, n != i, n != j, o != k, o != l, p != k, p != l.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--boards", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, help="where to draw the learning curve")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    images, labels = read_digits(args.data, "train")
    tests, truth = read_digits(args.data, "test")
    made, right = boards(labels, args.boards)
    checks, kept = boards(truth, 500)

    net = digit_net(4)
    layer = Layer(PROGRAM, query="right", nets={"digit": net})
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    some_digits = (truth >= 1) & (truth <= 4)
    curve = []
    for epoch in range(args.epochs):
        for some in torch.randperm(len(made)).split(10):
            log = layer.log(board=images[made[some]])[:, 0]
            wrong = -torch.log1p(-log.exp().clamp_max(1 - 1e-6))
            loss = torch.where(right[some], -log, wrong).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        read = read_all(net, tests[some_digits]), truth[some_digits] - 1
        # Which class stands for which digit is free: the best of the 24 namings counts.
        named = max((torch.tensor(names)[read[0]] == read[1]).float().mean().item()
                    for names in itertools.permutations(range(4)))  # fmt: skip
        net.eval()
        with torch.no_grad():
            said = torch.cat([layer(board=tests[part])[:, 0] > 0.5 for part in checks.split(100)])
        net.train()
        curve.append(((said == kept).float().mean().item(), named))
        print(
            f"epoch {epoch + 1}: boards {curve[-1][0]:.1%}, digits {curve[-1][1]:.1%}", flush=True
        )
    if args.plot:
        judged, digits = zip(*curve, strict=True)
        draw(args.plot, "Sudoku boards judged", {"boards": judged, "digits": digits})


if __name__ == "__main__":
    main()
