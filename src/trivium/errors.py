"""The error tree and the numbered catalogue.

    1xx syntax   2xx program   3xx plan and limits   4xx backend   5xx model   6xx data

Every error shows its number, the place, the law that was broken and the cure:

    E202 variable `z` in the head is not bound by the body
      --> family.dl:4:13
     4 | ancestor(x, z) :- parent(x, y).
       |             ^
     note: every head variable must occur in a positive body atom
     hint: did you mean `y`?
"""

from __future__ import annotations

from trivium.source import Span

# Number -> the law, in one line. The number's first digit is its family.
# A number never changes its meaning; docs/errors.md is generated from this table.
CATALOGUE: dict[int, str] = {
    101: "the text does not follow the grammar",
    102: 'a text ends with `"` on its own line, and a comment with `*/`',
    103: "the core dialect is declarations, facts, rules, negation, functors and aggregates",
    104: "a number is decimal, `0x` hexadecimal, `0b` binary, or has a point or an exponent",
    105: "integers have 64 bits: -9223372036854775808 to 18446744073709551615; "
    "floats go up to 1.8e308",
    106: "terms and formulas may nest 100 levels deep",
    107: "the directives are `.decl`, `.type`, `.input`, `.output`, `.printsize` and `.pragma`",
    108: "the arguments of an atom are all named, or all go by position",
    109: "preprocessor lines are `#include`, `#define`, `#undef`, and `#if` ... `#endif`",
    110: "an included file exists, and stands where the caller lets files be read",
    111: "a macro is used with one argument for each of its parameters",
    112: "a problem of logic has a statement, a query, options or constraints",
    120: "SQL is one query that can be read",
    121: "of SQL, only what can be answered exactly is read; the rest is refused by its name",
    201: "a relation must be declared, given facts, read as input or be the head of a rule",
    202: "every head variable must occur in a positive body atom",
    203: "an atom has one argument for each column of its relation",
    204: "a named argument names a column of its relation",
    205: "a name is given once: each column of a relation, each argument of an atom",
    206: "a head gives every column a value",
    207: "both sides of a comparison, and an argument and its column, have one type",
    208: "a variable must be bound by a positive atom, or by `=` with a bound value",
    209: "the types of a relation's columns are declared, or follow from its facts and rules",
    210: "no relation may depend on its own negation or aggregate",
    211: "a relation or type is declared once",
    212: "a functor must be built in, or be passed as a function",
    213: "a functor takes a fixed number of arguments, of fixed types",
    214: "the types are `number`, `unsigned`, `float`, `symbol`, `date` and those of `.type`",
    215: "`.input`, `.output` and `.printsize` name a relation of the program",
    216: "a rule stands for at most 4096 rules once its disjunctions are multiplied out",
    217: "`_` stands for any value in an atom of a body, and has none of its own",
    220: "a formula is true or false; a thing is an argument, and has no truth value",
    221: "what a constraint names is a sort, a member, a function, a variable or bound",
    222: "a function takes one argument for each of its sorts, each a member of it",
    223: "a quantifier or count ranges over a sort whose members are listed",
    224: "only numbers and members of one ordered sort are less or greater",
    225: "the forms are `fol`, `rules`, `constraints`, `declarations` and `datalog`",
    226: "a query reads tables that were given, or that its WITH defines",
    227: "a column of a query is one of its tables' columns",
    228: "the values in a query fit each other, and groups show only what all their rows share",
    229: "a sub-query that stands for a value has at most one row",
    230: "a component is declared with `.comp` where it is used, or around that place",
    231: "a component is used with one argument for each of its parameters",
    232: "a component does not inherit from itself, nor have an instance of itself inside",
    233: "a component overrides what it inherits and what is declared `overridable`",
    234: "a component and an instance have a name of their own",
    235: "subsumption compares two rows of one relation, which has columns",
    236: "`choice-domain` names columns of its relation",
    237: "an inline relation does not use itself, and no directive names it",
    238: "an equivalence relation has two columns of one type",
    239: "a relation has one of the representations `btree`, `brie`, `btree_delete` and `eqrel`",
    240: "`.limitsize` gives the number of rows as `n`",
    241: "a `.plan` names each atom of a recursive rule once, for one of its versions",
    242: "`.printsize` and `.limitsize` are said once of a relation",
    250: "`$` stands before the name of a branch of an algebraic data type",
    251: "a record or a branch has one part for each of its fields",
    252: "the type of a record follows from its column, its variable or `as(..., T)`",
    253: "`autoinc()` gives a column of the head its value, in a rule that is not recursive",
    254: "a value of one subtype is one of another only where `as` says so",
    260: "a probability is a number from 0 to 1, known from the clause, its body or the run",
    261: "the probabilities of alternatives that exclude each other sum to at most 1",
    262: "evidence is about one row",
    263: "the rows of a relation with laws of its own (subsumption, choice, limits) are certain",
    269: "the rows of a `.model` relation come from its net alone",
    280: "a divisor must not be zero",
    281: "a functor must have a result for its arguments",
    282: "a Python functor must annotate its arguments and result as `int`, `float` or `str`",
    283: "a Python functor must return",
    284: "a Python functor must give a value of its type, or an array of one for each row",
    285: "what was observed must be possible",
    286: "an aggregate over uncertain rows has few different results, and groups known before it",
    287: "a probability that the run tells is named in `weights`, with a number from 0 to 1",
    288: "no atom may depend on its own negation",
    289: "the variables of a probabilistic clause have values once its body has been solved",
    290: "a goal is an atom or compound term, and a builtin gets arguments that it can answer",
    291: "a goal of the ProbLog dialect has clauses, or is built in",
    292: "the ProbLog dialect has clauses, `\\+`, `;`, `->`, builtins and a few libraries",
    293: "all solutions of a goal are known before a list of them is made",
    294: "an answer that is asked for has values for all its variables",
    295: "a semiring gives a weight to cycles if it absorbs, to negation if it has an opposite",
    296: "some sampled worlds must agree with what was observed",
    297: "probabilities are found in a known way, with numbers that make sense",
    298: "a decision is open until `decide` takes it",
    299: "decisions are made for the sake of utilities",
    301: "a run must end within `seconds`",
    302: "the relations must stay within `rows`",
    303: "the columns must fit in `memory_bytes`",
    304: "grounding must end",
    305: "a problem of logic must stay small when its quantifiers are written out",
    306: "a text to solve has at most 2,000,000 characters",
    310: "every variable of a body must be bound by some order of its literals",
    311: "a program must be in a known dialect",
    312: "an update follows the certain rows of a Datalog program",
    313: "a program is run as it is: nothing is generated from it, and no shell is opened on it",
    314: "what is learned is a probability that the program leaves open: `t(0.5)::a.`",
    316: "a dialect has what its list of capabilities says, and tells what it has not",
    317: "an argument of a run is of its own kind; rows of any relation are given as a mapping",
    318: "each input of a relation answered from outside gets a value from the rest of the body",
    319: "the rows of a relation answered from outside come from its provider alone",
    320: "a provider and the declaration of its relation have the same columns",
    321: "a provider answers a relation that the rules of a program read, and tells its columns",
    325: "a model tells texts, numbers and truths, from a list or a relation of one column",
    327: "bounds follow rules, negation and counts, over answers from a list of values",
    329: "the law of a question about pairs names a question about each of both",
    330: "the rows of a query are DuckDB's: what it refuses has none",
    331: "a proof is made by the rules of the query: what they do not know, they do not explain",
    332: "a row is explained by rules that derive it, and by nothing else",
    333: "a query reads the tables that it is given: no file, setting, catalogue, or what acts",
    340: "TPTP is read in its languages `fof` and `cnf`, and in the roles that a prover is given",
    401: "an optional library must be installed for the part that uses it",
    402: "a database extension must be loadable",
    403: "the native engine must have been built when the package was installed",
    404: "a backend is `native` or `reference`",
    405: "a backend must be able to do all that a program asks for",
    411: "what was learned is in files that the package ships",
    501: "a model's endpoint must accept a connection",
    502: "a reply must come within the time limit",
    503: "an endpoint must accept the request",
    504: "an endpoint must answer with a chat completion in JSON",
    505: "a reply must hold text",
    506: "a reply must fit within its limit",
    507: "a replay answers only what its record holds",
    508: "a record of exchanges must be readable JSON lines",
    509: "a model is asked only where one is named",
    510: "a model's reply must hold a program that derives `answer`, a relation of one column",
    511: "a model's program reads the tables; it adds nothing to them and touches no file",
    512: "a model's program must give at least one answer",
    513: "a call is made only where its greatest possible bill fits the budget",
    514: "a budget in money needs the price of the model",
    515: "a cache of replies must be a file that can be read and written",
    516: "a memory of programs must be a file that can be read and written",
    517: "a model is asked for a program in `sql`, `datalog` or `json`",
    520: "a net gives each label a probability, for each of its inputs",
    521: "a layer is given the tensors that its nets read, the batch as their first axis",
    522: "each `.model` relation has a net, and each net its `.model`",
    523: "a layer is asked about an atom: a relation, and a value or `_` for each column",
    524: "a provider must return",
    525: "a provider gives for each input the rows that it has, with a value of its type for each "
    "column",
    526: "a relation that models answer has a model to ask",
    527: "a target has a cheap reader, and a dear model that it is checked against",
    528: "a certificate is about a relation with a target",
    529: "a table that models read has a result once a question was asked of it",
    530: "a question about the rows of a table is answered for one of them at least",
    531: "a relation that models answer is calibrated on labels enough",
    601: "a source must exist",
    602: "a source must be readable by this user",
    603: "a source is a file, a database file or a URL, not a directory",
    604: "a source must hold something",
    605: "a source protected by a password cannot be read",
    606: "a file must be whole and what its signature or name says",
    607: "a source must be in a known format",
    608: "a database must be reachable and willing",
    609: "a source may not unfold out of all proportion, or reach outside of itself",
    610: "the order of dates is `dmy`, `mdy` or `ymd`",
    640: "a Bayesian network is `variable` and `probability` blocks in the BIF format",
    641: "each variable of a network has one table, a distribution over its states for each choice "
    "of its parents' states; no variable depends on itself",
    642: "what is observed of a network is one state of each variable that it names",
    651: "data for a relation must be rows, columns, an array or a data frame",
    652: "data must have a value for each column of its relation",
    653: "a value must be of its column's type",
    654: "a number must fit in 64 bits",
    655: "a column of a data frame must hold numbers, text or dates",
    656: "`IO` must name a known format",
    657: "a fact file must exist and be readable",
    658: "each line of a fact file must fit the relation's columns",
    659: "an output file must be writable",
    660: "data must be for a relation of the program",
    661: "only a row that holds has a proof",
    662: "a term in Python nests at most 10,000 levels deep",
    670: "a question has at least one word",
    671: "a question is asked of at least one table or passage",
    672: "what is removed or replaced is a source of the machine, or one of its tables",
    673: "a definition gives a name of one's own a meaning in words of the tables",
    674: "a chart is of rows that have a number each",
}


class TriviumError(Exception):
    """An error of the user's making, or a limit: a number, a message, a place, a law and a cure.

    Attributes:
        number: the number in the catalogue.
        message: what was found, in one line.
        span: the characters of the program at fault, if a program is.
        note: the law; by default the catalogue's.
        hint: the cure, or a near name; may be None.
    """

    def __init__(
        self,
        number: int,
        message: str,
        span: Span | None = None,
        note: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.number = number
        self.message = message
        self.span = span
        self.note = CATALOGUE[number] if note is None else note
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"E{self.number} {self.message}"]
        if self.span is not None:
            lines.append(self.span.excerpt())
        if self.note:
            lines.append(f" note: {self.note}")
        if self.hint:
            lines.append(f" hint: {self.hint}")
        return "\n".join(lines)


class SyntaxProblem(TriviumError):
    """1xx: the text does not follow the grammar."""


class ProgramError(TriviumError):
    """2xx: the program is well formed, but breaks a rule of the language."""


class LimitError(TriviumError):
    """3xx: a limit on time, rows or memory stopped the run, or the plan cannot be made."""


class BackendError(TriviumError):
    """4xx: a backend or an optional library is missing or failed."""


class ModelError(TriviumError):
    """5xx: a model could not be reached, or answered nonsense."""


class DataError(TriviumError):
    """6xx: a source is missing, unreadable or malformed."""


class BoundsWarning(UserWarning):
    """A probability is known within bounds only; the value that is given stands between them."""


class DataWarning(UserWarning):
    """Something of a source was left out or read another way; the rest still works."""
