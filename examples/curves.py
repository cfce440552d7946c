"""Learning curves for the examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def draw(path: Path, title: str, curves: Mapping[str, Sequence[float]]) -> None:
    """One line for each measure, by epoch; exits with the install command without matplotlib."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise SystemExit("plots need matplotlib: `pip install trivium[plot]`") from None
    figure, axes = plt.subplots(figsize=(6, 4))
    for name, values in curves.items():
        axes.plot(range(1, len(values) + 1), values, marker="o", label=name)
    axes.set(title=title, xlabel="epoch", ylabel="right on test data", ylim=(0, 1))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")
    print(f"written {path}")
