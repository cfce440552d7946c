"""Handwritten digits for the examples: reading MNIST's files, and a small net that reads digits.

Training digits are `npm10k-*` or `train-*`, test digits `t10k-*`: idx files, gzipped.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn


def read_digits(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images (n, 1, 28, 28), about normal, and labels (n,) of `train` or `test`."""
    stems = ("t10k",) if part == "test" else ("train", "npm10k")
    for stem in stems:
        file = folder / f"{stem}-images-idx3-ubyte.gz"
        if file.exists():
            labels = folder / f"{stem}-labels-idx1-ubyte.gz"
            pixels = np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=16)
            images = torch.from_numpy(pixels.reshape(-1, 1, 28, 28) / np.float32(255))
            names = np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8)
            return (images - 0.13) / 0.31, torch.from_numpy(names.astype(np.int64))
    raise SystemExit(f"no {part} digits in {folder}: {stems[0]}-images-idx3-ubyte.gz is missing")


def digit_net(labels: int = 10) -> nn.Module:
    """Two convolutions and two linear layers, 49,000 weights; gives probabilities."""
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Conv2d(8, 24, 5), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(384, 84), nn.ReLU(), nn.Linear(84, labels)),
        nn.Softmax(1),
    )


def shifted(images: Tensor, generator: torch.Generator, most: int = 2) -> Tensor:
    """The images, all moved by the same few pixels: the same digits, a little elsewhere."""
    move = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
    return torch.roll(images, move, (-2, -1))


def read_all(net: nn.Module, images: Tensor) -> Tensor:
    """The likeliest label of each image."""
    net.eval()
    with torch.no_grad():
        found = torch.cat([net(part).argmax(1) for part in images.split(1000)])
    net.train()
    return found
