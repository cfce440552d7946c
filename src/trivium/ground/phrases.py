"""The closed words and verb lists that reading facts from sentences rests on, as data.

Everything here is a table that a reader may extend: verbs that begin a predicate, verbs of change,
words that cannot be a subject, the shapes of numbers and of times.
"""

from __future__ import annotations

import re

BE = "is|are|was|were|be|been|being"
HAVE = "has|have|had"
MODAL = "will|would|may|might|can|could|shall|should|must"

# Verbs whose direct object, or whose `by`, `to` and `from`, say how much something changed.
RISE = {
    "rose", "rise", "rises", "risen", "increased", "increase", "increases", "grew", "grow", "grown",
    "grows", "climbed", "climb", "gained", "gain", "gains", "jumped", "jump", "surged", "soared",
    "advanced", "expanded", "improved", "up", "higher", "growth",
}  # fmt: skip
FALL = {
    "fell", "fall", "falls", "fallen", "decreased", "decrease", "decreases", "declined", "decline",
    "declines", "dropped", "drop", "drops", "shrank", "reduced", "reduction", "slid",
    "slipped", "plunged", "tumbled", "down", "lower", "contracted", "sank", "worsened",
}  # fmt: skip
# Verbs whose subject is what is measured: `revenue reached $5 million`.
LINK = {
    "totaled", "totalled", "amounted", "reached", "stood", "remained", "became", "equaled", "hit",
    "averaged", "exceeded", "exceeds", "accounted", "accounts", "represented", "represents",
}  # fmt: skip
# Verbs that are themselves the measure: `the bridge cost $5 million`.
LEVEL = {
    "measures", "measured", "weighs", "weighed", "costs", "cost", "employs", "employed",
    "sold", "sells", "earned", "earns", "spent", "spends", "paid", "pays", "received", "receives",
    "contains", "contained", "includes", "included", "covers", "covered", "spans", "spanned",
    "comprised", "comprises", "consists", "consisted", "scored", "scores", "won", "wins", "held",
    "holds", "made", "makes", "produced", "produces", "generated", "generates", "reported",
    "recorded", "posted", "raised", "seats", "lasted", "lasts", "ran", "runs", "attracted", "drew",
    "owns", "owned", "operates", "operated", "recognized", "incurred", "used", "provided",
}  # fmt: skip
# Verbs that relate two names: `X directed Y`.
RELATE = {
    "founded", "established", "created", "built", "designed", "wrote", "directed", "composed",
    "invented", "discovered", "developed", "acquired", "bought", "purchased", "sold", "launched",
    "opened", "closed", "released", "published", "produced", "won", "lost", "defeated", "beat",
    "married", "succeeded", "replaced", "joined", "left", "led", "leads", "manages", "managed",
    "owns", "owned", "heads", "headed", "chairs", "plays", "played", "portrayed", "painted",
    "recorded", "performed", "hosted", "hosts", "signed", "appointed", "named", "elected", "killed",
    "conquered", "invaded", "attended", "studied", "taught", "teaches", "moved", "died", "began",
    "started", "ended", "became", "serves", "served", "works", "worked", "lives", "lived",
    "borders", "contains", "includes", "makes", "made", "produces", "represents", "represented",
    "starred", "stars", "edited", "translated", "introduced", "merged", "formed", "commissioned",
    "supplied", "supplies", "announced", "completed", "received", "graduated", "retired",
    "resigned", "occurred", "happened", "flows", "lies", "located", "borne", "fought", "set",
    "broke", "grew",
}  # fmt: skip

# Participles that do not end in -ed.
PARTICIPLES = (
    "born", "built", "written", "made", "known", "held", "won", "led", "sold", "bought", "found",
    "given", "taken", "drawn", "shown", "set", "begun", "sung", "run", "fought", "taught", "caught",
    "sent", "spent", "lost", "left", "put", "cut", "shot", "split", "spread", "worn", "chosen",
    "broken", "driven", "beaten", "overthrown", "laid", "paid", "said", "brought", "thought",
)  # fmt: skip

_VERBS = sorted(RISE | FALL | LINK | LEVEL | RELATE, key=len, reverse=True)
_NOT_VERBS = {"up", "down", "higher", "lower", "growth", "reduction", "gain", "gains"}
AUXILIARY = re.compile(rf"\b(?:{BE}|{HAVE}|{MODAL}|did|does|do)\b")
VERB = re.compile(
    rf"{AUXILIARY.pattern}|\b(?:" + "|".join(v for v in _VERBS if v not in _NOT_VERBS) + r")\b"
)
# After these words a word in -ed is no verb but an adjective (`the deferred costs`).
_NO_VERB_AFTER = (
    "the", "a", "an", "of", "in", "by", "for", "to", "with", "our", "its", "and", "or",
)  # fmt: skip
ED_VERB = re.compile(
    "".join(rf"(?<!\b{word} )" for word in _NO_VERB_AFTER) + r"(?<!-)\b[a-z]{3,}ed\b"
)

# What may stand before the subject: `In 2019,`, `However,`, `As of March 31, 2019,`.
LEAD = re.compile(
    r"^(?:(?:in|on|at|by|during|for|as of|as at|since|after|before|until|from|between|throughout|"
    r"according to|despite|with|under|over|within)\b[^,]*(?:,\s*(?=\d{4})\d{4})?,\s+|"
    r"(?:in|as of|by|during|since)\s+(?:[A-Z]\w+\s+)?\d{4}\s+(?=the\b|an?\b|[A-Z])|"
    r"(?:however|moreover|furthermore|additionally|today|meanwhile|also|finally|overall|then|thus|"
    r"therefore|subsequently|later|currently|and|but|consequently|similarly|in addition),?\s+)+",
    re.I,
)
# Where one clause of a sentence ends and another, with its own verb, may begin.
CLAUSE = re.compile(
    r"\s*(?:;\s+|,?\s+(?:while|whereas|although|because|compared (?:to|with)|versus|vs\.?)\s+|"
    r",\s+(?:and|but|or)\s+|\s+but\s+)",
    re.I,
)
PRONOUN = re.compile(r"^(?:it|he|she|they|this|that|these|those|we|i|you|who|which|there)\b", re.I)
# `The company` is the one that was named before.
GENERIC = {
    f"the {noun}"
    for noun in (
        "company", "firm", "group", "corporation", "bank", "film", "movie", "book", "novel",
        "album", "song", "band", "club", "team", "city", "town", "village", "country", "player",
        "author", "building", "university", "school", "organization", "ship", "game", "series",
        "show", "museum", "river", "island", "station", "airport", "magazine", "newspaper", "party",
    )
}  # fmt: skip
POSSESSIVE = re.compile(r"^(?:its|his|her|their|our|my)\s+(.+)$", re.I)
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)

# --- numbers and times ---------------------------------------------------------------------------

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_YEAR = r"(?:1[0-9]|20)\d{2}"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH},? {_YEAR}|"
    rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}|{MONTH},? {_YEAR}|"
    rf"\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}}(?!\d|,\d)|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"(?:(?:fiscal|FY|Q[1-4]|the year|year)\s?)?(?<![$€£¥\d.,])(?:\b|(?<=FY)){_YEAR}"
    r"(?![\d%]|[.,]\d|\s?(?:million|billion|%)))"
)
MONEY = r"(?:US\$|A\$|C\$|HK\$|R\$|[$€£¥₹₩]|(?:USD|EUR|GBP|RMB|CHF|Rs\.?)\s)"
SCALE = r"(?:thousand|million|billion|trillion|bn|mn)\b"
NUMBER = re.compile(
    rf"(?<![\w.,#])(?<!\w-)(?P<open>\()?(?P<money>{MONEY}\s?)?(?P<sign>[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<scale>{SCALE}))?"
    r"(?P<percent>\s?(?:%|percent\b|per cent\b|percentage points?\b|basis points?\b))?"
    r"(?(open)\))(?![\w])(?!\.\d)"
)
# Words after which a number names something and does not count: `Note 5`, `Figure 2`, `No. 10`.
LABEL = re.compile(
    r"\b(?:note|notes|item|section|figure|fig|table|page|part|chapter|no|number|phase|version|tier|"
    r"level|article|form|rule|asc|ifrs|ias|topic|act|route|highway|exhibit|series|volume|vol|step)"
    r"\.?\s*$",
    re.I,
)
_NO_UNIT = (
    "and|or|in|of|to|from|for|at|by|on|as|with|the|was|were|is|are|per|compared|during|than|while|"
    "which|that|if|but|after|before|over|since|its|tall|high|long|wide|deep|old"
)
# One to three words after a number: what it counts, or its unit.
UNIT_WORD = re.compile(rf"\s+((?:(?!(?:{_NO_UNIT})\b)[^\W\d_][\w-]*\s?){{1,3}})")
