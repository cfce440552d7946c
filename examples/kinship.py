"""Learn to read family ties from stories that only tell who two of the people are to each other.

    python examples/kinship.py clutrr.zip --plot kinship.png

"[Dorothy]'s brother [Michael] ... [Michael] is the proud father of the lovely [Donald]": Dorothy is
Donald's aunt. That is all that is told; a net reads each tie, sixteen rules put ties together.
Stories of two and three ties train, longer ones test (CLUTRR). Who follows whom is the data set's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.curves import draw
from examples.stories import HASHES, KINDS, read_stories

from trivium import Program
from trivium.torch import Layer

RULES = """
.decl tie(from: number, to: number, kind: symbol)
.decl length(n: number)
with("child", "child", "grandchild").           with("child", "grandparent", "parent").
with("child", "pibling", "sibling").            with("child", "sibling", "child").
with("child", "spouse", "child-in-law").        with("grandchild", "sibling", "grandchild").
with("parent", "child", "sibling").             with("parent", "parent", "grandparent").
with("parent", "sibling", "pibling").           with("sibling", "child", "nibling").
with("sibling", "grandparent", "grandparent").  with("sibling", "parent", "parent").
with("sibling", "sibling", "sibling").          with("spouse", "child", "child").
with("spouse", "grandchild", "grandchild").     with("spouse", "parent", "parent-in-law").
kin(x, y, r) :- tie(x, y, r).
kin(x, z, t) :- kin(x, y, r), kin(y, z, s), with(r, s, t).
answer(r) :- length(n), kin(0, n, r).
"""
NET = f"""
.model read(story: tensor, tie: number, -> kind: symbol in [{", ".join(f'"{k}"' for k in KINDS)}])
tie(k, k + 1, r) :- length(n), k = range(0, n), read("story", k, r).
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--plot", type=Path, help="where to draw the learning curve")
    args = parser.parse_args()
    torch.manual_seed(0)
    stories = read_stories(args.data, "1.2,1.3_train")
    tests = {k: read_stories(args.data, f"1.{k}_test") for k in range(2, 11)}
    weights = 0.01 * torch.randn(HASHES, len(KINDS))
    clues = nn.EmbeddingBag(HASHES, 10, _weight=weights, mode="sum", padding_idx=0)
    net = nn.Sequential(clues, nn.Softmax(1))
    layer = Layer(RULES + NET, "answer(_)", nets={"read": net}, rows=[(kind,) for kind in KINDS])
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-2)
    rules, curves = Program(RULES), {}
    for epoch in range(args.epochs):
        for some in torch.randperm(len(stories)).split(32):
            batch = [stories[i] for i in some.tolist()]
            texts = nn.utils.rnn.pad_sequence([text for text, _ in batch], batch_first=True)
            texts = texts * (torch.rand(texts.shape) > 0.3)  # some clues are hidden: 0 is none
            log = layer.log(story=texts, data=[{"length": [(len(text),)]} for text, _ in batch])
            loss = nn.functional.nll_loss(log.clamp_min(-30), torch.tensor([k for _, k in batch]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        net.eval()
        for ties, examples in tests.items():
            right = 0
            for text, kind in examples:  # the likeliest readings, and the same rules
                read = [(k, k + 1, KINDS[i]) for k, i in enumerate(net(text).argmax(1).tolist())]
                found = rules.run(tie=read, length=[(len(read),)])["answer"].rows()
                right += found == [(KINDS[kind],)]
            curves.setdefault(f"{ties} ties", []).append(right / len(examples))
        net.train()
        shown = "  ".join(f"{name[:2]}: {values[-1]:.0%}" for name, values in curves.items())
        print(f"epoch {epoch + 1}, right by number of ties  {shown}", flush=True)
    if args.plot:
        draw(args.plot, "Family ties from stories", curves)


if __name__ == "__main__":
    main()
