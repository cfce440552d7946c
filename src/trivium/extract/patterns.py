"""The shapes of English sentences by which facts are read, as regular expressions.

Groups are named for what they show: `born`, `bp` (where), `died`, `dp`; `who` made or did it,
`what` it is of; `v`, a value. This is data: another way to say a relation is another line.
"""

from __future__ import annotations

import re

from trivium.extract.names import NAME, TITLED
from trivium.extract.names import PLACE as _PLACE
from trivium.extract.vocabulary import BY, MADE, NAMED

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? \d{{3,4}}|{_MONTH} \d{{1,2}}(?:st|"
    rf"nd|rd|th)?,? \d{{3,4}}|"
    rf"{_MONTH},? \d{{4}}|\d{{4}}-\d\d-\d\d|\d{{3,4}}(?=\D|$))"
)
# No month begins a place.
PLACE = rf"(?!{_MONTH}\b){_PLACE}"
_ABOUT = r"(?:(?:c\.|circa|ca\.|around|about|before|after|aft\.|bef\.|in|on|either)\s*)*"
_ROLES = (
    r"[a-z-]+(?:er|or|ist|ian|man|woman|star|poet|band|group|duo|trio|actress|mogul|duet|"
    r"ruler|king|queen|prince|princess|count|sultan)"
)
# `the Canadian film director` before a name.
TITLE_WORDS = (
    rf"(?:(?:[Tt]he |[Aa]n? |his |her |then-)?(?:(?:Vice |[A-Z][\w’-]+(?:- | ))"
    rf"(?:born )?){{0,3}}?(?:[a-z-]+ ){{0,4}}?{_ROLES} |the |then-[A-Z]\w+ of \w+ )?"
)

LIFE = re.compile(
    rf"(?P<b>\b(?:b\.|born|born on|born in))?\s*{_ABOUT}(?P<born>{DATE})(?:/\d+)?(?:,? "
        rf"(?:in|at) (?P<bp>{PLACE})|, (?P<bp2>{PLACE}))?"
    rf"\s*(?:[–—-]|,? ?(?:and )?died(?: on)?|; died|- )\s*(?P<d>\b(?:d\.|died)\s*)?(?:(?!"
        rf"{_MONTH}\b)(?P<dp0>{NAME}),\s+)?{_ABOUT}(?P<died>{DATE})"
    rf"(?:,? (?:in|at) (?P<dp>{PLACE})|, (?P<dp2>{PLACE}))?"
)  # fmt: skip
BORN = re.compile(
    rf"\b(?:born|b\.)\s*(?:(?!{_MONTH}\b){TITLED}(?: {TITLED})?,? )?(?:on |in )?{_ABOUT}"
        rf"(?P<born>{DATE})(?:,? (?:in|at) (?P<bp>{PLACE})|, (?P<bp2>{PLACE}))?|"
    rf"\bborn in (?P<bp3>{PLACE})"
)  # fmt: skip
DIED = re.compile(
    rf"\b(?:died|d\.)\s*(?:on |in )?{_ABOUT}(?P<died>{DATE})(?:,? (?:in|at) (?P<dp>{PLACE}))?"
)
WAS_BORN = re.compile(
    rf"\b[Bb]orn(?: as {NAME})?(?:(?: on| in)? {_ABOUT}(?P<born>{DATE}))?(?:,? (?:in|at|"
        rf"near) (?:the )?(?:[a-z]+ (?:of|in) )?(?P<bp>{PLACE}))?"
    rf"(?:,? (?:on|in) (?P<born2>{DATE}))?(?: as {NAME})?"
    rf"(?:,? (?:and )?(?:he |she )?died(?: of [\w ]+?)?(?:(?: on| in)? (?P<died>{DATE}))?"
        rf"(?: (?:in|at) (?P<dp>{PLACE}))?)?"
)  # fmt: skip
DEATH = re.compile(
    rf"\b(?:died|passed away|was killed|was murdered|was executed)(?: suddenly|"
    rf" peacefully)?(?: of [\w’' -]+?| from [\w’' -]+?)?(?P<a>(?:,? (?:in|at|near|on|"
    rf"while at) (?:(?:his|her) (?:\w+ )?(?:home|house|residence) (?:in|at) )?(?:{DATE}|"
    rf"(?:the )?{PLACE}))+)"
)
BURIED = re.compile(rf"\b(?:buried|interred) (?:in|at) (?:the )?(?P<v>{PLACE})")
_PRESENT = ("owns", "leads", "heads", "manages", "runs", "run", "wrote", "sang")
_MADE = "|".join(sorted(MADE.keys() - set(_PRESENT), key=lambda verb: (-len(verb), verb)))
_NOUNS = "|".join(sorted(NAMED, key=len, reverse=True))
PASSIVE = re.compile(
    rf"\b(?P<verbs>(?:{_MADE})(?:(?:, and |, | and |/|, co-| and co-)(?:[a-z-]+))*?)(?: "
    rf"(?:in|on) {DATE})? by (?P<who>.*)"
)
ACTIVE = re.compile(
    rf"\b(?P<verb>{'|'.join(MADE)}) (?:the |a |an )?(?:(?:\d{{4}} )?"
    rf"(?:[a-z-]+ ){{0,4}})?[\"“]?(?P<what>{NAME})"
)
LIST = re.compile(rf"(?:and |, and |, | & |with |both )*{TITLE_WORDS}[\"“]?(?P<name>{TITLED})")
MADE_BY = re.compile(rf"\b(?P<noun>{'|'.join(BY)})s? by (?P<who>.*)")
SON = re.compile(
    rf"\b(?:[Ss]on|[Dd]aughter|[Cc]hild) of (?:(?:the |King |Count |Emperor |[a-z-]+ )*)"
    rf"(?P<p>{TITLED})(?:[^.;]{{0,60}}?(?:,? and| by)(?: of)? (?:(?:his|her|the) )?"
    rf"(?:[a-z]+ ){{0,4}}?(?:,\s*)?(?P<q>{TITLED}))?"
)
OF_KIN = re.compile(
    rf"\b(?P<kin>father|mother|wife|husband|spouse|widow|widower|brother|sister|sibling|"
    rf"consort|grandfather|grandmother)s? (?:and [a-z ]+ )?(?:of|to) (?:the )?"
    rf"(?:[a-z-]+ ){{0,4}}(?P<who>{TITLED}(?:(?:, | and |, and ){TITLED})*)"
)
HIS_KIN = re.compile(
    rf"\b(?:[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Tt]he couple's)(?: only| eldest| second| first|"
    rf" third| late| former| own| younger| older| elder| twin| favorite| favourite)*"
    rf" (?P<kin>{_NOUNS})s?,?(?: \w+ist| [a-z]+er)?"
    rf"(?: (?:is|was|were|are)(?: the)?(?: [a-z]+){{0,4}}?)? (?P<who>(?:the [a-z ]+ )?"
    rf"{TITLED})"
)
MARRIED = re.compile(
    rf"\b(?:[Mm]arried|[Mm]arriage to|[Mm]arries|[Ww]edded|[Ww]ed|[Hh]usband of|[Ww]ife of)"
    rf"(?: to| with)? (?:(?:his|her) [\w ]{{0,20}}? )?{TITLE_WORDS}(?:[a-z-]+ ){{0,4}}?"
    rf"(?P<who>{TITLED})"
)
COPULA = re.compile(
    r"\b(?:is|was|are|were|served as|became)\s+(?:also\s+)?(?P<np>(?:(?:an?|the|"
    r"one of the)\s+|(?=\d{4} |[A-Z]))[^.;]*)"
)
YEAR = re.compile(r"\b(1[0-9]\d\d|20\d\d)\b")
DEMONYM = re.compile(
    r"^(?:(?:an?|the|one of the)\s+)?(?:[\d]{4}[’'s]*\s+|(?!by\b|of\b|in\b|from\b|on\b|"
    r"at\b|for\b|with\b|to\b|and\b)[a-z-]+,?\s+){0,4}?(?P<v>[A-Z]\w+(?:[- –]+"
    r"(?:born )?[A-Z][a-z]+)*)\b(?! of| the|,? [A-Z])(?=[ ,-]+[a-z])"
)
RELEASED = re.compile(
    rf"\b(?:released|premiered|opened|published|founded|established|formed|launched|aired|"
    rf"began|incorporated|inaugurated|built|completed|first published|started)"
    rf"(?: [a-z]+){{0,4}}?(?: by [^.;,]*?)?(?: on| in)(?: the [\w ]+ on)? (?P<v>{DATE})"
)
LOCATED = re.compile(
    rf"\b(?:located|situated|lies|based|headquartered|lived|is a [a-z -]+|is the [a-z -]+|"
    rf"was a [a-z -]+) (?:in|near|at|within) (?:the )?(?:[a-z-]+ (?:of|in) )*(?:the )?"
    rf"(?P<v>{PLACE})"
)
SEATED = re.compile(
    rf"\b(?:based|headquartered|headquarters (?:is|are)|head office(?: is)?) (?:in|at) "
    rf"(?:the )?(?:[a-z-]+ of )?(?P<v>{PLACE})"
)
STUDIED = re.compile(
    rf"\b(?:educated|studied(?: [a-z]+)*|graduated(?: [a-z]+)*|attended|degree|alumnus|"
    rf"alumna|enrolled|studies)(?: [a-z]+){{0,4}}?(?: at| from| in| of)? (?:the )?(?P<v>"
    rf"{NAME}(?:,\s+{NAME})?)"
)
WORKED = re.compile(
    rf"\b(?:works|worked|working|professor(?: of [\w ]+?)?|lecturer|employed|taught|"
    rf"teaches|edited|employee)(?: [a-z]+){{0,3}}? (?:at|for|by|with|of)? ?(?:the )?"
    rf"(?:[a-z]+ ){{0,3}}?(?P<v>{NAME})"
)
AWARD = re.compile(
    rf"\b(?:won|received|awarded|recipient of|earned|winner of|honou?red with)"
    rf"(?: [a-z]+){{0,3}}? (?:the |an? )?(?:\d{{4}} )?(?P<v>{NAME}(?: (?:for|in) {NAME})?)"
)
PLAYS = re.compile(
    rf"\b(?:plays|played|playing)(?: [a-z]+){{0,6}}? (?:for|with) (?:the )?"
    rf"(?:[a-z]+ ){{0,4}}?(?P<v>{NAME})"
)
STARRING = re.compile(r"\b(?:starring|stars|starred|featuring)(?: [a-z]+)? (?P<who>.*)")
ALIAS = re.compile(
    rf"\b(?:also known as|known as|called|née|nee|born as|alias|nicknamed|"
    rf"known professionally as|better known as|aka|a\.k\.a\.|stage name|personal name|"
    rf"abbreviated|stylized as|formerly)\s*[\"“]?(?P<v>{NAME})"
)
ROLE = re.compile(
    rf"(?P<who>{TITLED})(?:,| is| was| has been)?(?: also)?(?: the)?(?: current| former|"
    rf" first| present)? (?P<noun>{_NOUNS})s?"
    rf"(?: and [a-z ]+)? of (?:the )?(?:[a-z-]+ ){{0,2}}[\"“]?(?P<what>{NAME})"
)
WHOSE = re.compile(
    rf"\b(?:[Tt]he |[Ii]ts |^)(?P<noun>{_NOUNS}"
    rf") of (?:the )?(?P<what>{NAME})(?: [a-z]+)? (?:is|was) (?:the )?(?P<who>{TITLED})"
)
OWNED = re.compile(
    rf"(?P<what>{NAME})['’]s (?P<noun>{_NOUNS}),? "
    rf"(?:(?:is|was) )?(?P<who>{TITLED})"
)

SUBJECT = re.compile(
    rf"(?:[^A-Za-z]*)(?:(?:In|On|By|From|After|Since|During|At|Before|Until|As|For|"
    rf"With)\b[^,]*,\s*)?[\"“‘']?(?P<s>(?:[Tt]he |[Aa]n? )?{TITLED})[\"”’']?(?P<rest>\s*"
    rf"(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?,?\s)"
)
PRONOUN = re.compile(
    r"\W*(?:(?:In|On|By|From|After|Since|During|At|Before|Until)\b[^,]*,\s*)?(?:He|She|It|"
    r"They|His|Her|Its|Their|he|she|it|they|his|her|its|their|Born|Educated|Son|Daughter|"
    r"Directed|Written|Released|Founded|This|These)\b"
)
# What no person is called, and `it`.
OF_THING = re.compile(
    r"\W*(?:It|Its|it|its)\b|\W*(?:The|This) (?:company|firm|film|movie|song|album|band|book|novel|"
    r"series|group|city|town|village|organi[sz]ation|club|team|school|university|magazine|"
    r"bank|game|"
    r"business|start-?up|label|studio|newspaper|factory|brand|institute|foundation|agency)\b"
)
DEFINITE = re.compile(r"\W*(?:The|This) [a-z]")
BRACKETED = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
FILLERS = re.compile(
    r"(?:The|A|An|In|On|At|By|For|From|As|After|Before|During|Since|When|While|This|That|"
    r"These|Those|There|But|"
    r"And|Or|If|Although|However|Both|Some|Many|One|Two|Three|He|She|It|They|His|Her|Its|"
    r"Their|Other|Among|"
    r"Along|With|Most|All|Each|Despite|Until|Upon|Several|Under|What|Where|Who|How|I|We|"
    r"You|Another)$"
)

RANKED = re.compile(
    r"(?:(?:the|a|an|his|her|and|only|eldest|oldest|youngest|elder|younger|first|second|"
    r"third|fourth|fifth|"
    r"sixth|surviving|illegitimate|legitimate|natural|\w+th|\w+-\w+|one|as|adopted|known)[ -]+)*$"
)

# In brackets before a date of birth: where that was.
BORN_BEFORE = re.compile(rf"\s*(?P<v>{PLACE}),\s")
DIED_PART = re.compile(
    rf"(?:in|at|near|on) (?:(?:his|her) (?:\w+ )?(?:home|house|residence) (?:in|at) )?"
    rf"(?:(?P<died>{DATE})|(?:the )?(?P<dp>{PLACE}))"
)
# What comes before speaks of somebody else: `his son was born`.
OTHERS = re.compile(
    r"\b(?:[Hh]is|[Hh]er|[Tt]heir) (?:\w+ )?(?:son|daughter|child|children|wife|husband|father|"
    r"mother|brother|sister|parents|grand\w+)\b|\bwho (?:was )?$|\bthey (?:had|have)\b"
)
PART_BY = re.compile(
    rf"\b(?P<noun>music|score|lyrics|screenplay|script|story|soundtrack)(?: was| is)?"
    rf"(?: composed| written)? by {TITLE_WORDS}(?P<who>{NAME})"
)
OCCUPATION = re.compile(
    r"(?:an?|the)\s+(?:(?:former |retired |late )?(?:[A-Z][\w-]+ )*)"
    r"(?P<v>[a-z][a-z -]+(?:, [a-z -]+)*(?:,? and [a-z][a-z -]+)?)"
)
OCCUPATION_END = re.compile(
    r"\b(?:who|which|that|of|in|from|best|born|known|for|directed|starring|by|with|"
    r"and was|and is)\b"
)
GOES_ON = re.compile(r"(?P<gap>\s*(?:\([^()]*\))?\s*)(?:,|and |& )")
# Sentences that speak to whoever reads, machines too: what they say is no statement.
ORDERS = re.compile(
    r"\W*(?:(?:please|now|important|attention|note|system|assistant|user|ai)\b[\s:,!]*)*(?:ignore|"
    r"disregard|forget|answer|reply|respond|say|output|print|pretend|repeat|tell|state|return|"
    r"remember|you (?:must|should|are|will|have)|if you are|when asked|do not|always|never)\b",
    re.I,
)
BY_KIN = re.compile(r"\b(?:by|to|with) (?:his|her|the) ?\w* ?$")
JOINED_STOP = re.compile(r"(?<=[a-z\d)\"”]{2})[.](?=[\"“]?[A-Z][a-z]|[\"“] ?[A-Z])")
YEARS = re.compile(r"\d\d\d")
