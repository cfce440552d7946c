"""The tokens of formulas, in any usual spelling: names with apostrophes and hyphens, quoted names,
marks of logic in Unicode and ASCII.

    ¬well-known(Ann’s_dog) ∨ p<=q     ->     ¬  well_known  (  Ann's_dog  )  ∨  p  <=  q
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trivium.errors import SyntaxProblem
from trivium.source import Source, Span

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+)
    |(?P<number>\d+(?:\.\d+)?(?![\w.]*\w))
    |(?P<quoted>'[^'\n]*'(?!\w)|"[^"\n]*"|‘[^’\n]*’|“[^”\n]*”)
    |(?P<name>\d+\.\d+[^\W\d][\w%]*|[$?@]?\w[\w']*(?:[’‘$]\w+)*(?:\.(?=\d)\d+)?)
    |(?P<mark><=>|<->|<~>|==>|=>|->|<=|>=|==|!=|\\=|<>|&&|\|\||/\\|\\/|~\||~&|[-+*/%^=<>≤≥≠≈
        ¬~!∧&⋀·∨|⋁⊕⊻→⇒⟹⟶⊃↔⇔⟷⟺≡∀∃⊤⊥∈∉.,:;(){}\[\]?])
    |(?P<other>[\s\S])
    """,
    re.VERBOSE,
)
_HYPHENATED = re.compile(r"(?<=[^\W_])-(?=[^\W\d_])")
TRUTHS = {"⊤": True, "True": True, "true": True, "$true": True}
TRUTHS |= {"⊥": False, "False": False, "false": False, "$false": False}
# A text longer than this is no formula that anybody wrote.
LONGEST = 200_000


@dataclass(slots=True)
class Tokens:
    source: Source
    texts: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


def tokens_of(whole: Span) -> Tokens:
    source, base = whole.source, whole.start
    tokens = Tokens(source)
    text = whole.text
    if len(text) > LONGEST:
        message = f"a formula has {len(text):,} characters, more than {LONGEST:,}"
        raise SyntaxProblem(
            101, message, Span(source, base, base + 1), hint="split it into several premises"
        )
    # A hyphen inside a word is part of it; between other things it is a minus.
    text = _HYPHENATED.sub("\N{HYPHEN}", text) if _prose_names(text) else text
    text = text.replace("\N{HYPHEN}", "_")
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind == "skip":
            continue
        shown = found.group()
        if kind == "other":
            span = Span(source, base + found.start(), base + found.end())
            raise SyntaxProblem(101, f"found `{shown}`, which starts nothing here", span)
        if kind == "quoted":
            kind, shown = "name", _plain(shown[1:-1])
        elif kind == "name":
            if shown not in TRUTHS:
                # `$x` and `?x` are variables, whatever binds them.
                shown = "?" + shown[1:] if shown[0] in "$?" else shown.lstrip("@")
            shown = shown.replace("’", "'").replace("‘", "'")
        tokens.texts.append(shown)
        tokens.kinds.append(kind)
        tokens.starts.append(base + found.start())
    tokens.texts.append("")
    tokens.kinds.append("end")
    tokens.starts.append(base + len(text))
    return tokens


def _prose_names(text: str) -> bool:
    """Whether hyphens here join words: there is no arithmetic about."""
    return not re.search(r"[\d)\]]\s*[-+]|[+*/%]", text)


def _plain(quoted: str) -> str:
    return re.sub(r"\s+", "_", quoted.strip())
