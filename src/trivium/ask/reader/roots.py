"""The root that a verb shares with the nouns made of it: `sent`, `sender`; `attendance`, `attend`.

A root is only compared with other roots: it need be no word.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["root"]

# Forms that no ending explains, each with the verb.
_IRREGULAR = {
    form: verb
    for verb, forms in {
        "send": "sent", "spend": "spent", "lend": "lent loan", "build": "built", "buy": "bought",
        "bring": "brought", "teach": "taught", "catch": "caught", "think": "thought",
        "sell": "sold sale sales", "tell": "told", "pay": "paid", "say": "said", "lay": "laid",
        "make": "made", "hold": "held", "lead": "led", "feed": "fed", "meet": "met",
        "read": "reader", "win": "won", "run": "ran", "sing": "sang sung song",
        "swim": "swam swum", "drink": "drank drunk", "begin": "began begun",
        "drive": "drove driven",
        "write": "wrote written", "ride": "rode ridden", "rise": "rose risen", "give": "gave given",
        "take": "took taken", "speak": "spoke spoken", "choose": "chose chosen choice",
        "break": "broke broken", "wear": "wore worn", "fly": "flew flown flight",
        "grow": "grew grown growth", "know": "knew known", "draw": "drew drawn",
        "throw": "threw thrown", "see": "saw seen", "eat": "ate eaten", "go": "went gone",
        "leave": "left", "keep": "kept", "sleep": "slept", "lose": "lost loss",
        "die": "death dead died", "live": "life", "weigh": "weight", "bear": "born birth",
    }.items()
    for form in forms.split()
}  # fmt: skip
# Nouns that are made of no verb, though they end so.
_NOUNS = frozenset(
    "department apartment number member order customer city country general total capital other "
    "after under over paper water winter summer matter letter river corner".split()
)
_ENDINGS = (
    "ation", "ition", "ment", "ance", "ence", "ancy", "ency", "ing", "ion", "ive", "ure", "ist",
    "ant", "ied", "ies", "ees", "ers", "ors", "als", "ed", "er", "or", "ee", "al", "es", "y", "s",
)  # fmt: skip
SHORTEST = 3


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """The root of an English word in lower case."""
    if word in _NOUNS or not word.isascii():
        return word
    word = _IRREGULAR.get(word, word)
    while True:
        ending = next(
            (e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= SHORTEST), None
        )
        if ending is None:
            break
        word = word[: -len(ending)]
    if len(word) > SHORTEST + 1 and word.endswith("at"):
        word = word[:-2]
    if len(word) > SHORTEST and word[-1] in "aeiy":
        word = word[:-1]
    return word[:-1] if len(word) > SHORTEST and word[-1] == word[-2] else word
