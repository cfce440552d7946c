"""Yes and no, in the spellings of many languages: a column of one pair is a column of truths.

yes, no, yes                         是, 否            ✓, ✗             Y, N
1, 0 below `is_active`               F, M below `Sex` are no truths: two letters of no pair
"""

from __future__ import annotations

import re
from collections.abc import Collection

# Each line: the words for true, a bar, the words for false.
_PAIRS = """
yes yeah | no
true | false
y | n
t | f
on | off
wahr | falsch
vrai | faux
oui | non
ja j | nein n
ja | nej nei nee
sí si | no
sim | não nao
да | нет
так | ні
tak | nie
evet | hayır hayir
ya | tidak
是 对 | 否 不是 不
有 | 无 無
はい | いいえ
예 네 | 아니오 아니요
نعم | لا
हाँ हां | नहीं
হ্যাঁ | না
ναι | όχι
ano | ne
verdadero | falso
verdadeiro | falso
истина | ложь
✓ ✔ ✅ ☑ √ | ✗ ✘ ✖ ❌ ☐ ×
● | ○
"""
PAIRS = tuple(
    (frozenset(yes.split()), frozenset(no.split()))
    for yes, no in (line.split("|") for line in _PAIRS.strip().splitlines())
)
# Pairs whose two texts may well mean something else, unless both are there or the header asks.
_WEAK = frozenset(("y", "n", "t", "f", "j", "on", "off", "no", "non", "ya", "ne", "si", "有"))
_ASKS = re.compile(
    r"^(?:is|has|was|can|should|ist|hat|est|es)[\s_]|(?:\?|_flag|flag|_yn)$|^是否|^可否|有无"
    r"|\b(?:active|enabled|disabled|deleted|valid|verified|approved|paid|completed|member)\b",
    re.I,
)


def truths_of(header: str, texts: Collection[str]) -> dict[str, bool] | None:
    """What each of the texts says, which are in lower case; None where they are no truths."""
    if not 1 <= len(texts) <= 4:
        return None
    asked = bool(_ASKS.search(header.strip()))
    if asked and set(texts) <= {"0", "1"}:
        return {"0": False, "1": True}
    for yes, no in PAIRS:
        if not set(texts) <= yes | no:
            continue
        both = any(text in yes for text in texts) and any(text in no for text in texts)
        if both or asked or not set(texts) <= _WEAK:
            return {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}
    return None
