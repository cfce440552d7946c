"""The relations that are read out of text, and the words of English that name each.

    directed by, was directed by, its director was   ->   director
    maternal grandfather                             ->   mother, then father

This is a lexicon, as data: the place where another relation or another word is added.
"""

from __future__ import annotations

# Each relation, and the nouns by which text and questions name it.
NOUNS: dict[str, tuple[str, ...]] = {
    "director": ("director", "filmmaker"),
    "producer": ("producer",),
    "screenwriter": ("screenwriter", "scriptwriter", "screenplay writer"),
    "composer": ("composer", "music director"),
    "lyricist": ("lyricist",),
    "performer": ("performer", "singer", "artist", "recording artist"),
    "author": ("author", "writer", "novelist", "poet", "playwright"),
    "publisher": ("publisher",),
    "editor": ("editor",),
    "creator": ("creator",),
    "founder": ("founder", "co-founder", "cofounder"),
    "designer": ("designer",),
    "architect": ("architect",),
    "developer": ("developer",),
    "inventor": ("inventor",),
    "discoverer": ("discoverer",),
    "painter": ("painter",),
    "builder": ("builder",),
    "owner": ("owner",),
    "cast member": ("star", "cast member", "lead actor", "actor", "actress"),
    "leader": ("leader", "chairman", "chairwoman", "chairperson", "head", "president",
               "chief executive",
               "chief executive officer", "ceo", "managing director", "chancellor", "principal"),
    "capital": ("capital", "capital city"),
    "manager": ("manager", "coach", "head coach"),
    "mayor": ("mayor",),
    "successor": ("successor",),
    "predecessor": ("predecessor",),
    "father": ("father", "dad"),
    "mother": ("mother", "mum", "mom"),
    "child": ("child", "son", "daughter", "children"),
    "spouse": ("spouse", "husband", "wife", "consort"),
    "sibling": ("sibling", "brother", "sister"),
    "date of birth": ("date of birth", "birth date", "birthday", "birthdate"),
    "date of death": ("date of death", "death date"),
    "place of birth": ("place of birth", "birthplace", "birth place", "hometown"),
    "place of death": ("place of death", "deathplace", "death place"),
    "place of burial": ("place of burial", "burial place"),
    "cause of death": ("cause of death",),
    "nationality": ("nationality", "country", "citizenship", "country of citizenship",
                    "country of origin"),
    "date": ("release date", "publication date", "date of release", "release year",
             "founding date"),
    "location": ("location",),
    "headquarters": ("headquarters", "seat", "head office"),
    "education": ("alma mater", "university", "school", "college"),
    "employer": ("employer", "workplace"),
    "award": ("award", "prize"),
    "occupation": ("occupation", "profession"),
    "team": ("team", "club"),
    "label": ("record label", "label"),
    "parent company": ("parent company",),
    "language": ("language",),
    "genre": ("genre",),
}  # fmt: skip
NAMED: dict[str, str] = {noun: name for name, nouns in NOUNS.items() for noun in nouns}

# Relations made of others: each way is a chain of relations, one after another.
_GRAND = {
    "grandfather": (("father", "father"), ("mother", "father")),
    "grandmother": (("father", "mother"), ("mother", "mother")),
    "grandparent": (("father", "father"), ("mother", "father"), ("father", "mother"),
                    ("mother", "mother")),
    "paternal grandfather": (("father", "father"),),
    "paternal grandmother": (("father", "mother"),),
    "maternal grandfather": (("mother", "father"),),
    "maternal grandmother": (("mother", "mother"),),
    "grandchild": (("child", "child"),),
    "grandson": (("child", "child"),),
    "granddaughter": (("child", "child"),),
    "father-in-law": (("spouse", "father"),),
    "mother-in-law": (("spouse", "mother"),),
    "child-in-law": (("child", "spouse"),),
    "son-in-law": (("child", "spouse"),),
    "daughter-in-law": (("child", "spouse"),),
    "brother-in-law": (("spouse", "sibling"), ("sibling", "spouse")),
    "sister-in-law": (("spouse", "sibling"), ("sibling", "spouse")),
    "sibling-in-law": (("spouse", "sibling"), ("sibling", "spouse")),
    "stepchild": (("spouse", "child"),),
    "stepson": (("spouse", "child"),),
    "stepdaughter": (("spouse", "child"),),
    "stepfather": (("mother", "spouse"),),
    "stepmother": (("father", "spouse"),),
    "uncle": (("father", "sibling"), ("mother", "sibling")),
    "aunt": (("father", "sibling"), ("mother", "sibling")),
    "nephew": (("sibling", "child"),),
    "niece": (("sibling", "child"),),
    "cousin": (("father", "sibling", "child"), ("mother", "sibling", "child")),
    "parent": (("father",), ("mother",)),
}  # fmt: skip
CHAINS: dict[str, tuple[tuple[str, ...], ...]] = {
    **{noun: ((name,),) for noun, name in NAMED.items()},
    **_GRAND,
}

# Participles of `... by NAME`, and past tenses of `NAME ...`: who did what to a thing.
MADE: dict[str, str] = {
    "directed": "director", "co-directed": "director", "helmed": "director",
    "produced": "producer", "co-produced": "producer",
    "written": "author", "co-written": "author", "wrote": "author", "authored": "author",
    "penned": "author", "scripted": "screenwriter",
    "composed": "composer", "scored": "composer",
    "performed": "performer", "sung": "performer", "sang": "performer", "recorded": "performer",
    "released": "label", "published": "publisher", "edited": "editor", "created": "creator",
    "founded": "founder", "co-founded": "founder", "cofounded": "founder",
    "established": "founder", "started": "founder", "launched": "founder",
    "designed": "designer", "developed": "developer", "invented": "inventor",
    "discovered": "discoverer", "painted": "painter", "built": "builder", "owned": "owner",
    "owns": "owner", "bought": "owner", "acquired": "owner", "led": "leader", "headed": "leader",
    "leads": "leader", "heads": "leader", "chaired": "leader", "managed": "manager",
    "coached": "manager", "manages": "manager", "runs": "leader", "run": "leader",
    "succeeded": "successor", "replaced": "successor",
}  # fmt: skip

# What somebody did, as in `what did NAME direct`: the relation, taken the other way round.
DEEDS: dict[str, str] = {
    "direct": "director", "produce": "producer", "write": "author", "compose": "composer",
    "perform": "performer", "sing": "performer", "record": "performer", "publish": "publisher",
    "edit": "editor", "create": "creator", "found": "founder", "co-found": "founder",
    "establish": "founder", "start": "founder", "launch": "founder", "design": "designer",
    "develop": "developer", "invent": "inventor", "discover": "discoverer", "paint": "painter",
    "build": "builder", "own": "owner", "buy": "owner", "acquire": "owner", "lead": "leader",
    "head": "leader", "chair": "leader", "manage": "manager", "run": "leader",
    "star in": "cast member", "act in": "cast member", "appear in": "cast member",
}  # fmt: skip

# `a song by NAME`: what the thing is says what `by` means.
BY: dict[str, str] = {
    **dict.fromkeys(("film", "movie", "documentary", "serial"), "director"),
    **dict.fromkeys(("song", "album", "single", "ep", "track", "recording",
                     "mixtape"), "performer"),
    **dict.fromkeys(("novel", "book", "poem", "play", "story", "memoir", "essay", "trilogy",
                     "novella", "article"), "author"),
    **dict.fromkeys(("opera", "symphony", "concerto", "sonata", "ballet", "operetta"), "composer"),
    **dict.fromkeys(("painting", "fresco", "portrait"), "painter"),
    **dict.fromkeys(("game",), "developer"),
}  # fmt: skip

# `music by NAME`: a part of the thing, and who made that; other parts are written for the screen.
PARTS = {"music": "composer", "score": "composer", "soundtrack": "composer", "lyrics": "lyricist"}

# `the wife of NAME`: what NAME is to whoever is spoken of.
KIN = {"wife": "spouse", "husband": "spouse", "spouse": "spouse", "widow": "spouse",
       "widower": "spouse", "consort": "spouse", "brother": "sibling", "sister": "sibling",
       "sibling": "sibling", "father": "child", "mother": "child"}  # fmt: skip

# Titles that say that a parent is the mother.
FEMININE = frozenset(
    "queen empress princess duchess countess lady dame mrs baroness marchioness infanta consort "
    "archduchess sultana viscountess tsarina mary maria anna anne elizabeth margaret catherine "
    "katherine isabella eleanor".split()
)
# What stands before or in a name and tells no two people apart.
HONORIFICS = frozenset(
    "sir lord lady dame dr prof professor mr mrs ms king queen prince princess emperor "
    "empress duke "
    "duchess count countess archduke archduchess baron baroness president general saint st rev "
    "captain colonel major senator governor sultan tsar pope the of de jr sr and vice "
    "film director "
    "singer actor actress writer baronet earl".split()
)
