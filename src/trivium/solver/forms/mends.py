"""Mends: what a tolerant reader changed in a text that a model wrote, and says that it changed.

    before:  ∀x (Human(x) → Mortal(x)          one parenthesis is missing
    after:   the formula, and Mend("close-parenthesis", "added `)` at the end")

A mend never happens silently: every reader that mends gives the list of them with what it read.
"""

from __future__ import annotations

from dataclasses import dataclass

# The name of each mend and what it does; a reader may make no other.
MENDS: dict[str, str] = {
    "fence": "took the program out of its code fence or of the prose around it",
    "heading": "found a section without its heading, or under another one",
    "prose": "dropped words that are no formula",
    "close-parenthesis": "added a missing closing parenthesis",
    "extra-parenthesis": "dropped a closing parenthesis that closes nothing",
    "joined-words": "read several words in a row as one name",
    "free-variable": "a variable that nothing binds stands for every thing",
    "wide-scope": "a quantifier reaches as far as its variable is used",
    "caret": "`^` was read as “and”, or as a power, as its place demands",
    "quotes": "put double quotes in place of others",
    "bare-constant": "a lower-case name that no atom binds is the text of that name",
    "missing-dot": "added the full stop after a fact or rule",
    "missing-declaration": "declared a relation that was used without a declaration",
    "misspelt-relation": "a name that nothing declares is the declared name nearest to it",
    "wrong-arity": "declared a relation with the number of columns that its atoms have",
    "column-type": "gave a column the type of the values that stand in it",
    "integer-for-float": "a whole number in a column of floats is a float",
    "number-as-text": "a number or text that stands in a column of the other is converted",
    "operator": "an operator of another language was put in Soufflé's spelling",
    "declared-twice": "left out the second declaration of a relation",
    "column-names": "gave columns of one name names apart",
    "denied-fact": "left out the denial of a fact: what is not stated is false",
    "unbound-in-denial": "a variable that only a denial has stands for any value",
    "inline-rule": "a rule that only tests its arguments is written out where it is used",
    "atom-as-value": "an atom among values stands for the variable that is its last argument",
    "exponent": "a number with an exponent, which Soufflé does not read, is one",
    "reserved-name": "a word that Soufflé keeps for itself is a plain name",
    "unsafe-rule": "left out a rule or fact whose variables nothing binds",
    "missing-output": "the last rule derives the answer",
    "negated-name": "a name that starts with “Not” is the denial of the rest",
    "no-truth-value": "a fact without a truth value is true",
    "open-truth-value": "a query that leaves its truth value open asks for it",
    "rule-among-facts": "a rule among the facts is a rule",
    "fact-with-variable": "left out a fact about a variable",
    "conjoined-arguments": "several conditions in a row are all meant",
    "position": "a number compared with a member of an ordered sort is a position in it",
    "position-in-list": "two members of a sort are compared by their places in its list",
    "no-value": "a function that is compared with nothing may have no value",
    "value-as-truth": "a number stands for a condition: that it is not 0",
    "implicit-member": "a name that nothing declares is one more member of a sort",
    "implicit-function": "a function that nothing declares, named as a sort, gives a member of it",
    "listed-place": "a number in brackets after a sort is a place in its list, from 1 or from 0",
    "question-line": "a line that asks something is the question",
    "any-member": "`_` stands for some member",
    "missing-argument": "a relation without its last argument stands for the members it holds of",
    "turned-arguments": "a relation's two arguments stood in each other's place",
    "inverse": "a function of its value stands for that of which it is the value",
    "led-by": "a term of another sort stands for its value of the one function that leads there",
    "led-back": "a function's value stands for its argument, where a thing like that is wanted",
    "value-itself": "a function of a value, where its values are compared, is that value",
    "compared-by": "members of a sort are compared by the one function that the program has of it",
    "further-argument": "a function with one argument more says that this is its value",
    "inline-sort": "a sort that is written where it is used is the list of its members",
    "broken-line": "a formula whose parentheses are open goes on in the next line",
    "option-sense": "an option without a test is tested as the question asks",
    "dropped-line": "left out a line that could not be read",
}


@dataclass(frozen=True, slots=True)
class Mend:
    """One change: the rule's name, and what was done where."""

    name: str
    detail: str
    line: int = 0

    def __post_init__(self) -> None:
        assert self.name in MENDS, self.name

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.detail} ({self.name})"
