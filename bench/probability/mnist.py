"""Adding numbers of handwritten digits: how fast the logic is, and how well a net learns by it.

    python -m bench.probability.mnist times [--rival PYTHON]
    python -m bench.probability.mnist learn DATA --digits 1 2 3 4 --seeds 10

Only sums are told, never a digit. The program adds as one does on paper, digit by digit with a
carry; the sum's digits come as one-hot tensors, so that one compiled structure serves all samples.
Inference is exact. Times are of the logic alone, forward and backward, from the nets' outputs to
their gradients. The rival is a Python in which DeepProbLog is installed; it has the same task, and
runs in a process of its own just before ours.

Pairs of numbers are drawn once for each seed from all training digits, each digit used once (5,000
pairs for one digit a number, 1,250 for four), and stay for all epochs; images move by up to two
pixels. Accuracy is that of the whole sum, of the likeliest digits, over pairs drawn once from the
test digits. No digit labels, no curriculum, no regulariser.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path

import torch
from examples.digits import digit_net, read_all, read_digits, shifted
from torch import Tensor

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

# Numbers of more digits give fewer pairs, and each says less of a digit.
EPOCHS = {1: 5, 2: 10, 3: 10}


def adding(digits: int, net: torch.nn.Module) -> Layer:
    nets = {"digit": net, "told": lambda sums: one_hot(sums, 10)}
    return Layer(PROGRAM, query="right", nets=nets, data={"digits": [(digits,)]})


def sums_of(labels: Tensor) -> Tensor:
    """The digits of the sums, lowest first, (pairs, n + 1); labels are (pairs, 2, n)."""
    carry = torch.zeros(len(labels), dtype=torch.long)
    found = []
    for k in range(labels.shape[2]):
        total = labels[:, 0, k] + labels[:, 1, k] + carry
        found.append(total % 10)
        carry = total // 10
    return torch.stack([*found, carry], 1)


def pairs_of(count: int, digits: int, generator: torch.Generator) -> Tensor:
    """Which images make the pairs, shape (pairs, 2, digits); each is used at most once."""
    pairs = count // (2 * digits)
    order = torch.randperm(count, generator=generator)
    return order[: pairs * 2 * digits].view(pairs, 2, digits)


def learn(
    folder: Path, digits: int, seed: int, epochs: int, batch: int = 16, rate: float = 2e-3
) -> dict[str, float]:
    """One run; accuracies over the test digits, and its seconds."""
    images, labels = read_digits(folder, "train")
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    net = digit_net()
    layer = adding(digits, net)
    pairs = pairs_of(len(images), digits, generator)
    sums = sums_of(labels[pairs])
    steps = epochs * (len(pairs) // batch)
    optimiser = torch.optim.Adam(net.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps, pct_start=0.15)
    started, cpu = time.perf_counter(), time.process_time()
    for _ in range(epochs):
        order = torch.randperm(len(pairs), generator=generator)
        for some in order[: len(pairs) // batch * batch].view(-1, batch):
            numbers = shifted(images[pairs[some]], generator)
            loss = -layer.log(first=numbers[:, 0], second=numbers[:, 1], sum=sums[some]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    images, labels = read_digits(folder, "test")
    read = read_all(net, images)
    pairs = pairs_of(len(images), digits, torch.Generator().manual_seed(seed))
    right = (sums_of(read[pairs]) == sums_of(labels[pairs])).all(1)
    return {
        "digits": digits,
        "seed": seed,
        "sum": right.float().mean().item(),
        "digit": (read == labels).float().mean().item(),
        "seconds": seconds,
        "cpu_seconds": cpu,
    }


def seconds_of_logic(digits: int, batch: int, rounds: int) -> float:
    """Median CPU time of the logic, forward and backward."""
    layer = adding(digits, torch.nn.Identity())
    evaluation = layer.structures[0]
    circuit, structure = evaluation.circuit, evaluation.structure
    logs = torch.nn.functional.logsigmoid(torch.randn(len(structure.leaves), batch))
    logs.requires_grad_()
    rests = torch.full((len(structure.groups), batch), -torch.inf)
    times = []
    for _ in range(rounds):
        started = time.process_time()
        circuit(logs, rests).sum().backward()
        times.append(time.process_time() - started)
    return statistics.median(times[rounds // 4 :])


def milliseconds_of_rival(python: str, digits: int) -> float:
    job = Path(__file__).with_name("mnist_deepproblog.py")
    done = subprocess.run([python, str(job), str(digits)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"DeepProbLog does not run in {python}:\n{done.stderr[-2000:]}")
    return float(json.loads(done.stdout.splitlines()[-1])[str(digits)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    times = commands.add_parser("times")
    times.add_argument("--rounds", type=int, default=100)
    times.add_argument("--rival", metavar="PYTHON", help="a Python that has DeepProbLog")
    times.add_argument("--rival-digits", type=int, nargs="*", default=[1, 2], metavar="N")
    learning = commands.add_parser("learn")
    learning.add_argument("data", type=Path, help="the folder of MNIST's files")
    learning.add_argument("--digits", type=int, nargs="+", default=[1, 2, 3, 4])
    learning.add_argument("--seeds", type=int, default=10)
    learning.add_argument("--epochs", type=int, default=None, help="by default 5, 10, 10, 16")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.command == "times":
        for digits, batch in ((1, 2), (2, 2), (3, 2), (4, 2), (15, 64)):
            theirs = None
            if args.rival and batch == 2 and digits in args.rival_digits:
                theirs = milliseconds_of_rival(args.rival, digits)
            taken = seconds_of_logic(digits, batch, args.rounds) * 1e3
            line = f"N = {digits:2}, batch {batch:2}: {taken:.2f} ms"
            if theirs is not None:
                line += f"; DeepProbLog {theirs:,.1f} ms, {theirs / taken:,.0f} times"
            print(line, flush=True)
        return
    for digits in args.digits:
        found = []
        for seed in range(args.seeds):
            epochs = args.epochs or EPOCHS.get(digits, 16)
            found.append(learn(args.data, digits, seed, epochs))
            print(json.dumps(found[-1]), flush=True)
        sums = sorted(run["sum"] for run in found)
        cpu = statistics.median(run["cpu_seconds"] for run in found)
        shown = f"median {statistics.median(sums):.4f}, mean {statistics.mean(sums):.4f}"
        shown += f", least {sums[0]:.4f}, greatest {sums[-1]:.4f}"
        print(f"N = {digits}: {shown}; a run takes {cpu:.0f} s of CPU time", flush=True)


if __name__ == "__main__":
    main()
