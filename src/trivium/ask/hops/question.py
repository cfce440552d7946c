"""A question in English into chains of relations; nothing, where it is no question of that kind.

    read_hops("Where was the director of Blue Harbour born?", called)

`called` says whether a document speaks of a thing of that name. A name may hold any words, so it is
told from the words around it by being called so; a name that is not, by its capitals or quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from trivium.ask.hops.meaning import Alike, Compared, Described, Hops, Path, Step, Value, step
from trivium.extract.names import plain
from trivium.extract.vocabulary import CHAINS, DEEDS, MADE

Called = Callable[[str], bool]

_TYPES = (
    r"(?:the |an? )?(?:[A-Z]?[a-z]+ )?(?:films?|movies?|songs?|albums?|books?|novels?|"
    r"plays?|bands?|operas?|series|"
    r"documentary|company|magazine|newspaper|painting|poem|game|singles?|musical|group)"
)
_NOUN = "|".join(sorted(map(re.escape, CHAINS), key=len, reverse=True))
_OF = re.compile(rf"^(?:the )?(?P<noun>{_NOUN})s? (?:of|for|to|on|in) (?P<rest>.+)$", re.I)
_POSSESSIVE = re.compile(rf"^(?P<rest>.+?)(?:['’]s|(?<=s)['’]) (?:own )?(?P<noun>{_NOUN})$", re.I)
_TYPED = re.compile(rf"^{_TYPES},? (?P<rest>.+)$", re.I)
_WHO = re.compile(
    rf"^(?:the )?(?:[\w-]+ ){{1,4}}?(?:who|that|which) (?:has |had )?(?P<verb>"
    rf"{'|'.join(MADE)}) (?P<rest>.+)$",
    re.I,
)
_PASSIVELY = re.compile(
    rf"^(?:the )?(?:[\w-]+ ){{1,3}}?(?:that |which |who )?(?:was |is )?(?P<verb>"
    rf"{'|'.join(MADE)}) by (?P<rest>.+)$",
    re.I,
)
_BE, _DID = r"(?:is|was|are|were)", r"(?:did|does|do)"
_BORN, _DIED = step("date of birth"), step("date of death")
_DATE, _FROM = step("date"), step("nationality")

# Questions for the value at the end of a path: the pattern, and the steps that its words add.
_ASKED: tuple[tuple[re.Pattern[str], tuple[Step, ...]], ...] = tuple(
    (re.compile(rf"^{pattern}$", re.I), steps)
    for pattern, steps in (
        (
            rf"(?:where|(?:in )?(?:what|which) (?:city|town|place|country|village)) {_BE} "
            rf"(?P<e>.+) born(?: in)?", (step("place of birth"),)),
        (
            rf"(?:where|(?:in )?(?:what|which) (?:city|town|place|country|village)) {_DID} "
            rf"(?P<e>.+) (?:die|pass away)(?: in)?", (step("place of death"),)),
        (rf"where (?P<e>.+) {_BE} born", (step("place of birth"),)),
        (rf"when (?P<e>.+) {_BE} born", (_BORN,)),
        (r"where (?P<e>.+) died", (step("place of death"),)),
        (r"when (?P<e>.+) died", (_DIED,)),
        (rf"where {_BE} (?P<e>.+) buried", (step("place of burial"),)),
        (
            rf"(?:where|(?:what|which) (?:university|school|college)) {_DID} (?P<e>.+) "
            rf"(?:study|attend|go to (?:school|college|university)|graduate)(?: at| from)?",
            (step("education"),)),
        (rf"where {_BE} (?P<e>.+) educated(?: at)?", (step("education"),)),
        (
            rf"(?:where|who|what company|which company) {_DID} (?P<e>.+) (?:work|teach)(?: at|"
            rf" for)?", (step("employer"),)),
        (
            rf"(?:where|(?:in )?(?:what|which) (?:city|town|place|country)) {_BE} (?P<e>.+?)"
            rf"(?:'s)? (?:headquartered|based|headquarters)(?: in)?",
            (step("headquarters", "location"),)),
        (
            rf"(?:where|(?:in )?(?:what|which) (?:city|town|place|country|state|province)) "
            rf"{_BE} (?P<e>.+) (?:located|situated)(?: in)?", (step("location", "headquarters"),)),
        (
            rf"(?:when|(?:in |on )?(?:what|which) (?:year|date|day)) {_BE} (?P<e>.+) born"
            rf"(?: in| on)?", (_BORN,)),
        (
            rf"(?:when|(?:in |on )?(?:what|which) (?:year|date|day)) {_DID} (?P<e>.+) (?:die|"
            rf"pass away)(?: in| on)?", (_DIED,)),
        (
            rf"(?:when|(?:in |on )?(?:what|which) (?:year|date|day)) {_BE} (?P<e>.+) "
            rf"(?:first )?(?:released|founded|established|formed|published|opened|created|"
            rf"built|launched|made)(?: in| on)?", (_DATE,)),
        (
            rf"(?:when|(?:in |on )?(?:what|which) (?:year|date)) {_DID} (?P<e>.+) (?:come out|"
            rf"open|premiere|begin|start)", (_DATE,)),
        (
            rf"(?:from )?(?:which|what) country(?: {_BE}| {_DID})? (?P<e>.+?)(?: {_BE})?"
            rf"(?: come)? from", (_FROM,)),
        (rf"(?:where|from where) {_BE} (?P<e>.+) from", (step("nationality", "place of birth"),)),
        (rf"(?:what|which) (?:nationality|citizenship) {_BE} (?P<e>.+)", (_FROM,)),
        (
            rf"(?:what|which) (?:award|prize|honou?r)(?: {_DID})? (?P<e>.+) (?:receive|win|"
            rf"earn|get)d?", (step("award"),)),
        (
            rf"(?:what|which) (?:award|prize)(?: {_DID})? (?P<e>.+) (?:won|received)",
            (step("award"),)),
        (rf"(?:what|which) (?:team|club) {_DID} (?P<e>.+) play(?: for)?", (step("team"),)),
        (rf"who (?:{_DID} (?P<e>.+) (?:marry|get married to))", (step("spouse"),)),
        (r"who (?:was |is )?(?:married to|married) (?P<e>.+)", (step("spouse"),)),
        (rf"who {_BE} (?P<e>.+) married to", (step("spouse"),)),
        (r"who (?:starred|stars|acted|played) in (?P<e>.+)", (step("cast member"),)),
        (
            rf"(?:what|which) {_BE} (?P<e>.+?)(?:['’]s)? (?:occupation|profession|job)",
            (step("occupation"),)),
        (rf"what {_DID} (?P<e>.+) do for a living", (step("occupation"),)),
    )
)  # fmt: skip
# What is asked for, where that adds nothing to the relation: `which person founded`.
_ANYBODY = rf"(?:which|what) (?:person|people|man|woman|company|firm|studio|group|{_NOUN})"
_WHO_MADE = re.compile(
    rf"^(?:who|{_ANYBODY})(?: (?:has|had|is|was|are|were))? (?P<verb>"
    rf"{'|'.join(MADE)})(?: by)? (?P<e>.+)$",
    re.I,
)
_MADE_BY = re.compile(
    rf"^(?:who|whom|by whom) {_BE} (?P<e>.+) (?P<verb>{'|'.join(MADE)})(?: by)?$", re.I
)
_BEING = re.compile(
    rf"^(?:who|what|where|when|which|{_ANYBODY}|(?:which|what) (?:place|city|town|day|date|year))"
    rf"(?:['’]s| {_BE}) "
    rf"(?:the name of )?(?P<e>.+)$",
    re.I,
)
_TELL = re.compile(
    r"^(?:please )?(?:tell me|give me|name|find|show me|do you know|can you tell me) ", re.I
)

# How two things are compared: the words, the last steps, whether the greater is meant, the measure.
_FIRST = r"(?:first|earlier|earliest|before the other|sooner)"
_LAST = r"(?:later|last|more recently|most recently|latest|after the other)"
_COMPARED: tuple[tuple[re.Pattern[str], tuple[Step, ...], bool, str], ...] = tuple(
    (re.compile(pattern, re.I), steps, greatest, measure)
    for pattern, steps, greatest, measure in (
        (
            rf"\bborn\b.*\b{_LAST}|\b{_LAST}\b.*\bborn\b|\byounger\b|\byoungest\b",
            (_BORN,), True, "date"),
        (
            rf"\bborn\b.*\b{_FIRST}|\b{_FIRST}\b.*\bborn\b|\bolder\b(?! age)|\boldest\b",
            (_BORN,), False, "date"),
        (rf"\b(?:died|die)\b.*\b{_LAST}|\b{_LAST}\b.*\bdied\b", (_DIED,), True, "date"),
        (rf"\b(?:died|die)\b.*\b{_FIRST}|\b{_FIRST}\b.*\bdied\b", (_DIED,), False, "date"),
        (
            r"\blived\b.*\b(?:longer|longest)|\blonger life\b|\bolder age\b|\boutlived\b",
            (), True, "span"),
        (
            rf"\b(?:released|came out|come out|published|founded|established|formed|made|"
            rf"opened|started|premiered|built|launched|created|began|appeared|"
            rf"inaugurated)\b.*\b{_LAST}|\b{_LAST}\b.*\b(?:released|came out|published|founded|"
            rf"established|formed|made|opened|started|premiered|built|launched|created)\b|"
            rf"\bnewer\b|\bmore recent\b", (_DATE,), True, "date"),
        (
            rf"\b(?:released|came out|come out|published|founded|established|formed|made|"
            rf"opened|started|premiered|built|launched|created|began|appeared|"
            rf"inaugurated)\b.*\b{_FIRST}|\b{_FIRST}\b.*\b(?:released|came out|published|"
            rf"founded|established|formed|made|opened|started|premiered|built|launched|"
            rf"created)\b", (_DATE,), False, "date"),
    )
)  # fmt: skip
_MORE = re.compile(
    rf"\b(?:has|have|had) (?P<which>more|most|fewer|the most) (?P<noun>{_NOUN})s\b", re.I
)
_SHARED: tuple[tuple[re.Pattern[str], tuple[Step, ...]], ...] = tuple(
    (re.compile(pattern, re.I), steps)
    for pattern, steps in (
        (
            r"\bborn in the same (?:city|town|place|country|village)\b|\bsame "
            r"(?:place of birth|birthplace)\b", (step("place of birth"),)),
        (
            r"\bdie(?:d)? in the same (?:city|town|place|country)\b|"
                r"\bsame place of death\b", (step("place of death"),)),
        (r"\bborn in the same year\b", (_BORN,)),
        (
            r"\bsame (?:nationality|country|citizenship)\b|\bboth from the same\b",
            (step("nationality", "location"),)),
        (r"\bsame (?:profession|occupation|job)\b", (step("occupation"),)),
        (r"\bsame (?:director)\b", (step("director"),)),
        (r"\bsame (?:author|writer)\b", (step("author"),)),
        (r"\bsame (?:composer)\b", (step("composer"),)),
        (r"\bsame (?:producer)\b", (step("producer"),)),
        (r"\bsame (?:university|school|college)\b", (step("education"),)),
    )
)  # fmt: skip
_THROUGH = re.compile(
    rf"\b(?:(?:has|have|had|with|where)(?: the| an?)?(?: younger| older)?|whose|do"
    rf"(?: both)?|are(?: the| both|"
    rf" both the)?|were(?: the| both)?|is(?: the)?|both|the) (?P<noun>{_NOUN})s?\b",
    re.I,
)


def read_hops(question: str, called: Called) -> Hops | None:
    """What the question asks, or None where it is no question of this kind."""
    text = re.sub(r"\s+", " ", question).strip().rstrip("?？.! ").strip()
    text = _TELL.sub("", text)
    return (
        _alike(text, called)
        or _compared(text, called)
        or _described(text, called)
        or _asked(text, called)
    )


# --- one path ------------------------------------------------------------------------------------


_DID_WHAT = re.compile(
    rf"^(?:what|which|(?:what|which) {_TYPES}) (?:did|does|do|has|have) (?P<e>.+) "
    rf"(?P<verb>{'|'.join(DEEDS)})$",
    re.I,
)


def _asked(text: str, called: Called) -> Value | None:
    for pattern, steps in _ASKED:
        if (found := pattern.match(text)) and (path := _path(found["e"], called)):
            return Value(path.then(*steps))
    for pattern in (_WHO_MADE, _MADE_BY):
        if (found := pattern.match(text)) and (path := _path(found["e"], called)):
            return Value(path.then(step(MADE[found["verb"].lower()])))
    if (found := _DID_WHAT.match(text)) and (path := _path(found["e"], called)):
        return Value(path.then(step("~" + DEEDS[found["verb"].lower()])))
    if (path := _path(text, called)) and path.steps and called(path.start):
        return Value(path)  # `the birthplace of Ida Norrby`, and no more
    if (found := _BEING.match(text)) and (path := _path(found["e"], called)) and path.steps:
        return Value(path)
    return None


def _path(text: str, called: Called) -> Path | None:
    """The path that a description takes: `the director of film X`, `X's father`."""
    text = text.strip().strip('"“”‘ ').strip()
    if not text:
        return None
    if called(text):
        return Path(text)
    for pattern in (_OF, _POSSESSIVE):
        if (found := pattern.match(text)) and (path := _path(found["rest"], called)):
            return path.then(CHAINS[found["noun"].lower()])
    if (found := _WHO.match(text)) and (path := _path(found["rest"], called)):
        return path.then(step(MADE[found["verb"].lower()]))
    if (found := _TYPED.match(text)) and (path := _path(found["rest"], called)):
        return path
    if text.lower().startswith("the ") and (path := _path(text[4:], called)):
        return path
    return Path(text) if _is_named(text) else None


def _is_named(text: str) -> bool:
    """Whether words look like a name: the first and last begin with a capital or a digit."""
    words = [word.strip("\"“”'’()[],.:;!") for word in text.split()]
    words = [word for word in words if word]
    small = [word for word in words if not (word[0].isupper() or word[0].isdigit())]
    links = {"of", "the", "and", "de", "la", "in", "a", "for", "to", "on", "von", "van", "at", "&"}
    return bool(words) and words[0] not in small and all(word in links for word in small)


# --- two paths -----------------------------------------------------------------------------------


def _compared(text: str, called: Called) -> Compared | None:
    for one, other, rest in _pairs(text, " or ", called):
        if found := _MORE.search(rest):
            steps: tuple[Step, ...] = (CHAINS[found["noun"].lower()],)
            greatest = found["which"].lower() != "fewer"
            return Compared((Path(one).then(*steps), Path(other).then(*steps)), greatest, "count")
        for pattern, last, greatest, measure in _COMPARED:
            if pattern.search(rest):
                steps = (*_through(rest), *last)
                paths = Path(one).then(*steps), Path(other).then(*steps)
                return Compared(paths, greatest, measure)
    return None


def _alike(text: str, called: Called) -> Alike | None:
    if not re.match(r"(?:are|were|do|did|does|is|was|have|has)\b", text, re.I):
        return None
    if not re.search(r"\bsame\b|\bshare\b", text, re.I):
        return None
    if described := _both_described(text, called):
        return described
    for one, other, rest in _pairs(text, " and ", called):
        for pattern, last in _SHARED:
            if pattern.search(rest):
                steps = (*_through(rest), *last)
                return Alike((Path(one).then(*steps), Path(other).then(*steps)))
    return None


_SIDES = re.compile(
    r"^(?:are|were|do|did|does|is|was|have|has) (?:both )?(?P<a>.+?) and (?P<b>.+?) "
    r"(?:share|both|have|from|of the same|born in)\b",
    re.I,
)


_BOTH = re.compile(r"^(?:are|were|is|was) (?P<rest>.*)$", re.I)
_WHICH = re.compile(
    r"^(?:(?:which|who|what)(?: of these)?(?: (?:one|person|film|book|band|place))? )?"
    r"(?:is|was|are|were) (?P<what>.*)$",
    re.I,
)
_SAYS_LITTLE = frozenset(
    "a an the of and or both is are was were in to type kind types kinds s same considered all "
    "genus genre one from by for on as at any that it its were with also located".split()
)


def _described(text: str, called: Called) -> Described | None:
    """Whether both are what the words say (`Are A and B both shrubs`), or which (`..., A or B`)."""
    for joint, pattern in ((" and ", _BOTH), (" or ", _WHICH)):
        if not pattern.match(text) or re.search(r"\bsame\b", text):
            continue
        for one, other, rest in _pairs(text, joint, called):
            said = pattern.match(rest.strip() + " ")
            words = _telling(said[1]) if said else ()
            if said and words and called(one) and called(other) and len(words) <= 6:
                kind = step("kind")
                paths = Path(one).then(kind), Path(other).then(kind)
                peoples = tuple(plain(w) for w in re.findall(r"\b[A-Z]\w+", said[1]))
                return Described(paths, words, peoples, which=joint == " or ")
    return None


def _telling(text: str) -> tuple[str, ...]:
    """The words of a description, as they are in the singular."""
    found = []
    for word in plain(text).split():
        if word not in _SAYS_LITTLE:
            found.append(word[:-1] if word.endswith("s") and len(word) > 3 else word)
    return tuple(dict.fromkeys(found))


def _both_described(text: str, called: Called) -> Alike | None:
    """Two sides that are descriptions: `the director of A and the director of B share ...`."""
    found = _SIDES.match(text)
    if found is None:
        return None
    one, other = _path(found["a"], called), _path(found["b"], called)
    if one is None or other is None or not (one.steps and other.steps):
        return None
    last = next((steps for pattern, steps in _SHARED if pattern.search(text)), None)
    return None if last is None else Alike((one.then(*last), other.then(*last)))


def _through(text: str) -> tuple[Step, ...]:
    """The step that is taken first: `whose director`."""
    text = re.sub(r"\bsame \w+", "", text)
    found = _THROUGH.search(text)
    noun = found["noun"].lower() if found else ""
    if noun in ("country", "nationality", "children") or not found:
        return ()
    return (CHAINS[noun],)


def _pairs(text: str, word: str, called: Called) -> Iterator[tuple[str, str, str]]:
    """Two names that a word stands between, and what the question says beside them.

    Names that are called so come first; then what stands between a comma and the word.
    """
    guess: list[tuple[str, str, str]] = []
    for mark in re.finditer(re.escape(word), text, re.I):
        before, after = text[: mark.start()], text[mark.end() :]
        left, right = _last_name(before, called), _first_name(after, called)
        if left and right:
            yield left, right, _rest(before, left, after, right)
        elif left or right or ", " in before:
            one = left or _guessed(re.split(r"[,:] ", before)[-1])
            other = right or _guessed(
                re.split(r" (?:have|share|both|born|released|directed|from)\b", after)[0]
            )
            if one and other:
                guess.append((one, other, _rest(before, one, after, other)))
    yield from guess


def _rest(before: str, left: str, after: str, right: str) -> str:
    ahead = before[: before.rfind(left)] if left in before else before
    behind = after[after.find(right) + len(right) :] if right in after else after
    return f"{ahead} {behind}"


def _last_name(text: str, called: Called) -> str:
    """The longest name at the end of a text that something is called."""
    text = text.rstrip(' ,"”')
    words = [0, *(m.end() for m in re.finditer(r"[\s\"“]+", text))]
    return next((text[at:] for at in words if called(text[at:])), "")


def _first_name(text: str, called: Called) -> str:
    """The longest name at the start of a text that something is called."""
    text = text.lstrip(' "“')
    ends = [len(text), *(m.start() for m in reversed(list(re.finditer(r"[\s,\"”]", text))))]
    return next((text[:at] for at in ends if at and called(text[:at])), "")


def _guessed(text: str) -> str:
    """The words of a name that nothing is called: those from the first with a capital on."""
    text = re.sub(rf"^{_TYPES} ", "", text.strip().strip('"“”'), flags=re.I)
    return text if _is_named(text) else ""
