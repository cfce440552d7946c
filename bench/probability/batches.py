"""How many samples a second a compiled circuit evaluates, by batch size and device.

    python -m bench.probability.batches              on the CPU
    python -m bench.probability.batches --device cuda

The circuit is that of adding numbers of digits with their carry. A round is forward and backward of
the logic alone. On another device the results must also agree with the CPU's, within 1e-6 of
each log-probability and each gradient; without such a device the script says so and ends.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from bench.probability.mnist import adding

AGREE = 1e-6


def leaves(structure, batch: int, device: str, kind: torch.dtype) -> tuple:
    """The log-weights of a batch, drawn by a fixed seed, and those of choosing none."""
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(len(structure.leaves), batch, generator=generator, dtype=torch.float64)
    logs = torch.nn.functional.logsigmoid(scores).to(kind).to(device).requires_grad_()
    return logs, torch.full((len(structure.groups), batch), -torch.inf, dtype=kind, device=device)


def seconds(circuit, structure, batch: int, device: str, rounds: int) -> float:
    """Median wall-clock time of a round."""
    logs, rests = leaves(structure, batch, device, torch.float32)
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        circuit(logs, rests).sum().backward()
        if device != "cpu":
            torch.accelerator.synchronize()
        times.append(time.perf_counter() - started)
    return statistics.median(times[rounds // 4 :])


def furthest(circuit, structure, device: str, batch: int = 64) -> float:
    """The greatest difference between the CPU's and the device's results and gradients."""
    found = []
    for place in ("cpu", device):
        circuit.to(place)
        logs, rests = leaves(structure, batch, place, torch.float64)
        value = circuit(logs, rests)
        value.sum().backward()
        found.append((value.detach().cpu(), logs.grad.cpu()))
    pairs = zip(*found, strict=True)
    return max((one - other).abs().max().item() for one, other in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--digits", type=int, default=4)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4, 16, 64, 256, 1024])
    parser.add_argument("--rounds", type=int, default=40)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.device.startswith("cuda") and not torch.cuda.is_available():
        print(f"skipped: no CUDA device is there (torch {torch.__version__})")
        return
    evaluation = adding(args.digits, torch.nn.Identity()).structures[0]
    circuit, structure = evaluation.circuit, evaluation.structure
    if args.device != "cpu":
        gap = furthest(circuit, structure, args.device)
        print(f"{args.device} and cpu differ by at most {gap:.1e}")
        assert gap <= AGREE
    print(
        f"adding {args.digits} digits on {args.device}: {structure.layers.cells:,} cells a sample"
    )
    for batch in args.batches:
        taken = seconds(circuit, structure, batch, args.device, args.rounds)
        print(f"batch {batch:5}: {batch / taken:10,.0f} samples/s, {taken * 1e3:.2f} ms a round")


if __name__ == "__main__":
    main()
