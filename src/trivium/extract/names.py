"""Names in running text, and what two spellings of one name share.

"directed by Manoel de Oliveira and"    ->   Manoel de Oliveira
plain("Sinéad O'Connor")                ->   "sinead o connor"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_UPPER = "".join(chr(c) for c in range(0x41, 0x530) if chr(c).isupper()) + "".join(
    chr(c) for c in range(0x1E00, 0x1F00) if chr(c).isupper()
)
_INITIAL = rf"[{_UPPER}]\."
_WORD = (
    rf"(?:{_INITIAL}(?:-?{_INITIAL})*|(?:[dl]['’])?[{_UPPER}](?:[\w’]|['’](?=\w)|-\s?(?=\w))*"
    rf"(?:(?<=\bSt)|(?<=\b[JS]r)|(?<=\bDr)|(?<=\bMr)|(?<=\bMrs))?\.?(?<![a-z]{{3}}\.)"
    rf"(?<![{_UPPER}]{{2}}\.))"
)
_LINK = (
    r"(?:of the|of|de la|de las|de los|de|del|della|di|da|dos|do|du|des|la|le|von der|von|van der|"
    r"van den|van de|van|der|den|ter|al|el|bin|ibn|bint|y|e|zu|af|av|the|&)"
)
# One name: words that begin with a capital, joined by small links.
NAME = rf"{_WORD}(?:[ \u00a0]+(?:{_LINK}[ \u00a0]+)?{_WORD}|[ \u00a0]+\d+(?=[ ,.)]|$))*"
# A title after a comma belongs to the name: `George Grey, 2nd Earl of Kent`.
RANK = (
    rf"(?:,[ ]+(?:\d+(?:st|nd|rd|th)[ ]+|Dowager[ ]+|Grand[ ]+)?(?:Earl|Duchess|Duke|"
    rf"Countess|Count|"
    rf"Baroness|Baronet|Baron|Marquess|Marquis|Marchioness|Viscount|Viscountess|Prince|"
    rf"Princess|King|Queen|"
    rf"Lord|Lady|Elector|Landgrave|Margrave|Jr\.|Sr\.)(?:[ ]+(?:of|in)[ ]+{NAME}|[ ]+{NAME})?)"
)
TITLED = rf"{NAME}{RANK}?"
# A place with the larger ones around it: `Weston-super-Mare, Somerset`.
PLACE = (
    rf"{NAME}(?:,\s+{NAME}(?=\s*(?:[,.;:()–—-]|$)|\s+(?:and|in|on|to|as|but|from|where|at|until|"
    r"before|after|during|with|for|by|who|is|was)\b))*"
)

# Letters with strokes, which no decomposition takes off.
_STROKES = str.maketrans("łøđħ", "lodh")
_NAME = re.compile(NAME)
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_PUNCTUATION = re.compile(r"[^\w]+")


def plain(text: str) -> str:
    """A name without marks over letters, case and punctuation: what its spellings share."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    flat = "".join(c for c in flat if not unicodedata.combining(c)).translate(_STROKES)
    flat = flat.replace("'s ", " ").replace("’s ", " ")
    return " ".join(_PUNCTUATION.sub(" ", flat).split())


def without_bracket(name: str) -> str:
    """`Levity (film)` -> `Levity`; a name that is all bracket stays."""
    return _BRACKET.sub("", name) or name


def names_in(text: str) -> Iterator[re.Match[str]]:
    """Each name with its place."""
    return _NAME.finditer(text)
