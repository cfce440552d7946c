"""Learn to read digits from sums alone.

    python examples/mnist_addition.py DATA --digits 2 --plot sums.png

No digit is ever labelled: pairs of numbers come with their sum, and the program adds them as one
does on paper. DATA is a folder of MNIST's files; plots need `pip install trivium[plot]`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.curves import draw
from examples.digits import digit_net, read_all, read_digits, shifted

from trivium.torch import Layer, one_hot

PROGRAM = """
.decl digits(n: number)
.model digit(number: tensor, place: number, -> label: number in 0..9)
.model told(sum: tensor, place: number, -> label: number in 0..9)

// So far all digits of the sum are right, and this is carried.
agrees(0, 0).
agrees(k + 1, (x + y + c) / 10) :- agrees(k, c), digits(n), k < n,
    digit("first", k, x), digit("second", k, y), told("sum", k, (x + y + c) % 10).
right() :- digits(n), agrees(n, c), told("sum", n, c).
"""


def digits_of_sums(labels: torch.Tensor) -> torch.Tensor:
    """The digits of the sums of (pairs, 2, n) digits, lowest first: (pairs, n + 1)."""
    found = []
    carry = torch.zeros(len(labels), dtype=torch.long)
    for one, other in zip(labels[:, 0].T, labels[:, 1].T, strict=True):
        found.append((one + other + carry) % 10)
        carry = (one + other + carry) // 10
    return torch.stack([*found, carry], 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--digits", type=int, default=2, help="digits of each number")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, help="where to draw the learning curve")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    images, labels = read_digits(args.data, "train")
    tests, truth = read_digits(args.data, "test")
    count = len(images) // (2 * args.digits)
    order = torch.randperm(len(images))[: count * 2 * args.digits]
    pairs = order.view(count, 2, args.digits)
    sums = digits_of_sums(labels[pairs])

    net = digit_net()
    nets = {"digit": net, "told": lambda sums: one_hot(sums, 10)}
    layer = Layer(PROGRAM, query="right", nets=nets, data={"digits": [(args.digits,)]})
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    generator = torch.Generator().manual_seed(args.seed)
    curve = []
    for epoch in range(args.epochs):
        for some in torch.randperm(count).split(16):
            numbers = shifted(images[pairs[some]], generator)
            loss = -layer.log(first=numbers[:, 0], second=numbers[:, 1], sum=sums[some]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        right = read_all(net, tests) == truth
        whole = right[: len(right) // (2 * args.digits) * 2 * args.digits]
        curve.append((right.float().mean().item(), whole.view(-1, 2 * args.digits).all(1)))
        curve[-1] = (curve[-1][0], curve[-1][1].float().mean().item())
        print(f"epoch {epoch + 1}: digits {curve[-1][0]:.2%}, both numbers {curve[-1][1]:.2%}")
    if args.plot:
        digits, numbers = zip(*curve, strict=True)
        draw(args.plot, "Digits learned from sums", {"digits": digits, "both numbers": numbers})


if __name__ == "__main__":
    main()
