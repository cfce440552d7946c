"""The words of a question that ask for an operation, and the answers that a question offers."""

from __future__ import annotations

from trivium.ask.words import STOP_WORDS, Question

# What has to be said for an operation to be tried: stems of words.
BY_OPERATION: dict[str, frozenset[str]] = {
    "compare": frozenset(
        "more less over under above below least most than after before since until between up "
        "great larg high low few exceed reach within through from to minimum maximum older young "
        "earlier later prior long short at or and pass beyond up by during".split()
    ),
    "not": frozenset("not other beside except exclud without never besid didn didnt dont doesnt "
                     "isnt wasnt other than apart aside else neither non outsid out".split()),
    "or": frozenset("or and both either combin between togeth".split()),
    "next": frozenset("next after follow later immediat right just below succeed subsequent "
                      "consecutive successor directly second".split()),
    "previous": frozenset("previou previous before prior precede preced last right just above "
                          "predecessor immediat earlier ahead directly".split()),
    "same": frozenset("same also other another else equal share similar identical both".split()),
    "sum": frozenset("total sum combin all altogeth overall number togeth much many amount "
                     "cumulativ collectively collectiv".split()),
    "mean": frozenset("average averag mean typical per".split()),
    "difference": frozenset("difference differenc more less than few longer taller older apart "
                            "between much many far long later earlier after separat gap took from "
                            "passed pass fewer higher heavy ahead exceed faster young year range "
                            "margin increas decreas drop change chang".split()),
    "change": frozenset("percentage percent change chang rate growth grew grow increas increase "
                        "decreas decrease % yearoveryear".split()),
    "growth": frozenset("change chang growth grew grow increas increase decreas decrease".split()),
    "ratio": frozenset("ratio percentage percent % proportion share part fraction".split()),
    "column": frozenset("year when period quarter month which fiscal".split()),
    "mode": frozenset("most least more common often frequent frequently frequentl max top number "
                      "many mostly main great high greatest highest few fewest less larg mode "
                      "time appear popular consistent".split()),
    "groups": frozenset("than once twice only multipl least more one two three four five several "
                        "time exactly just same different consecutive repeat".split()),
    "streak": frozenset("consecutive consecutiv straight row streak".split()),
    "order": frozenset("first last second third fourth fifth 1st 2nd 3rd 4th 5th next".split()),
    "span": frozenset("long last year how many much span serv tenur duration length difference "
                      "differenc margin total score point".split()),
    "choice": frozenset("more less before after above below or earlier later higher lower longer "
                        "shorter old young great few is was did do does are were has have had "
                        "can could".split()),
}  # fmt: skip


# Words that ask for an operation rather than speak of the data.
CUES = frozenset().union(*BY_OPERATION.values())


def is_function_word(word: str) -> bool:
    """Whether a word (or stem) carries no content of its own: grammar, operations, superlatives."""
    superlative = len(word) > 5 and word.endswith("est")
    return word in STOP_WORDS or word in CUES or superlative


OFFERS = (
    ("more", "less"), ("before", "after"), ("above", "below"), ("earlier", "later"),
    ("higher", "lower"), ("longer", "shorter"), ("more", "fewer"), ("older", "younger"),
    ("over", "under"), ("greater", "less"), ("larger", "smaller"), ("better", "worse"),
)  # fmt: skip


def offered(question: Question) -> list[tuple[str, str]]:
    """The pairs of answers that the question offers; yes and no where it begins with a verb."""
    words = set(question.words)
    found: list[tuple[str, str]] = []
    for a, b in OFFERS:
        if a in words and b in words:
            found.append((a, b))
    first = question.words[0] if question.words else ""
    if not found and first in VERBS:
        found.append(("yes", "no"))
    return found


VERBS = frozenset("is was did do does are were has have had can could will".split())
