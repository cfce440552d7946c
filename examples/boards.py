"""4x4 Sudoku boards of handwritten digits, half of them with mistakes."""

from __future__ import annotations

import itertools

import torch


def solutions() -> torch.Tensor:
    """All 288 boards that keep the rules, (288, 16)."""
    lines = list(itertools.permutations(range(1, 5)))
    found = []
    for board in itertools.product(lines, repeat=4):
        columns = all(len(set(column)) == 4 for column in zip(*board, strict=True))
        boxes = all(
            len({*board[r][c : c + 2], *board[r + 1][c : c + 2]}) == 4
            for r in (0, 2)
            for c in (0, 2)
        )
        if columns and boxes:
            found.append([digit for line in board for digit in line])
    return torch.tensor(found)


def boards(labels: torch.Tensor, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which images make the boards, (count, 16), every second with one to three cells changed;
    and whether each keeps the rules."""
    right = solutions()
    drawn = right[torch.randint(len(right), (count,))]
    known = {tuple(board) for board in right.tolist()}
    for board in drawn[1::2]:
        while tuple(board.tolist()) in known:
            cells = torch.randperm(16)[: int(torch.randint(1, 4, ()))]
            board[cells] = torch.randint(1, 5, cells.shape)
    places = [torch.nonzero(labels == digit).flatten() for digit in range(5)]
    images = [places[d][torch.randint(len(places[d]), ())] for d in drawn.flatten().tolist()]
    return torch.stack(images).view(count, 16), (torch.arange(count) % 2 == 0)
