"""A context-free grammar as data: made by `Maker`, written as GBNF or in Lark's notation.

    maker = Maker()
    colour = maker.rule("colour", ['"red"'], ['"blue"'])
    grammar = maker.grammar(["answer(", colour, ")."])

    root ::= "answer(" colour ")."
    colour ::= "\\"red\\"" | "\\"blue\\""

A text is a terminal, a `Rule` the rule of that name. Rules are made once: the same alternatives
under the same name are the same rule, so a grammar can be made by plain recursion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A reference to the rule called `name`."""

    name: str


Part = str | Rule
Alternative = Sequence[Part]


@dataclass(frozen=True)
class Grammar:
    """Rules by name; a sentence is derived from `root`."""

    rules: dict[str, tuple[tuple[Part, ...], ...]]
    root: str = "root"

    def gbnf(self) -> str:
        """The grammar for llama.cpp, vLLM and others."""
        lines = [f"{_name(name)} ::= {self._alternatives(name, _name)}" for name in self._reached()]
        return "\n".join(lines) + "\n"

    def lark(self) -> str:
        """The grammar in Lark's notation, for llguidance."""
        lines = []
        for name in self._reached():
            shown = "start" if name == self.root else _lark_name(name)
            lines.append(f"{shown}: {self._alternatives(name, _lark_name)}")
        return "\n".join(lines) + "\n"

    def _alternatives(self, name: str, of_rule: Callable[[str], str]) -> str:
        def shown(part: Part) -> str:
            return of_rule(part.name) if isinstance(part, Rule) else quote(part)

        return " | ".join(" ".join(map(shown, parts)) or '""' for parts in self.rules[name])

    def _reached(self) -> Iterator[str]:
        """The rules that a sentence may need, `root` first."""
        seen = {self.root: None}
        waiting = [self.root]
        while waiting:
            name = waiting.pop()
            yield name
            for parts in self.rules[name]:
                for part in parts:
                    if isinstance(part, Rule) and part.name not in seen:
                        seen[part.name] = None
                        waiting.append(part.name)


class Maker:
    """Makes a grammar rule by rule."""

    def __init__(self) -> None:
        self.rules: dict[str, tuple[tuple[Part, ...], ...]] = {}

    def rule(self, name: str, *alternatives: Alternative) -> Rule:
        """A rule with these alternatives. Raises ValueError if it would have none, or if the name
        already means something else."""
        made = tuple(tuple(parts) for parts in alternatives)
        if not made or self.rules.setdefault(name, made) != made:
            raise ValueError(f"rule {name}")
        return Rule(name)

    def later(self, name: str, alternatives: Callable[[], Sequence[Alternative]]) -> Rule:
        """The rule `name`, made on its first mention; its alternatives may mention it."""
        if name not in self.rules:
            self.rules[name] = ()
            self.rules[name] = tuple(tuple(parts) for parts in alternatives())
            if not self.rules[name]:
                raise ValueError(f"rule {name}")
        return Rule(name)

    def maybe(self, *parts: Part) -> Rule:
        """These parts or nothing."""
        return self.rule(f"maybe_{_slug(parts)}", [], parts)

    def grammar(self, *alternatives: Alternative) -> Grammar:
        self.rule("root", *alternatives)
        return Grammar(dict(self.rules))


def quote(text: str) -> str:
    """A terminal as both notations write it."""
    shown = []
    for c in text:
        if c in '"\\':
            shown.append("\\" + c)
        elif c == "\n":
            shown.append("\\n")
        elif ord(c) < 32 or ord(c) == 127:
            shown.append(f"\\x{ord(c):02x}")
        else:
            shown.append(c)
    return '"' + "".join(shown) + '"'


def _name(name: str) -> str:
    return name.replace("_", "-")


def _lark_name(name: str) -> str:
    return name.lower()


def _slug(parts: Sequence[Part]) -> str:
    text = "_".join(part.name if isinstance(part, Rule) else part for part in parts)
    return re.sub(r"\W+", "_", text).strip("_") or "blank"
