"""A program in plain words.

    answer(c) :- games(city: c, year: y), y > 1950, !games(city: c, nation: "France").

    the city, where games has a row with city and year, and games has no row with that city and
    nation "France", and the year is greater than 1950

The words follow the program literal by literal: they say what it does, not what was asked.
"""

from __future__ import annotations

from trivium.syntax import ast
from trivium.syntax.printer import print_term

_COMPARED = {
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is greater than",
    ">=": "is at least",
    "match": "matches",
    "contains": "contains",
}
_OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "modulo"}
_MEASURES = {
    "sum": "the sum of {0}",
    "mean": "the average of {0}",
    "min": "the least {0}",
    "max": "the greatest {0}",
    "median": "the median of {0}",
    "argmin": "the {0} with the least {1}",
    "argmax": "the {0} with the greatest {1}",
    "top": "each of the greatest {0}",
    "string_join": "the list of {0}",
}


def paraphrase(program: ast.Program, relation: str = "answer") -> str:
    """The rules of `relation` in words, then those of the other relations that have rules."""
    clauses = [item for item in program.items if isinstance(item, ast.Clause)]
    own = [_clause(c) for c in clauses if c.heads[0].relation == relation]
    rest = [
        f"{c.heads[0].relation} holds {_clause(c)}"
        for c in clauses
        if c.heads[0].relation != relation
    ]
    return "; ".join([" or ".join(own), *rest]).strip("; ")


def _clause(clause: ast.Clause) -> str:
    words = _Words()
    body = words.formula(clause.body) if clause.body is not None else ""
    head = _list([words.term(arg, "the ") for arg in clause.heads[0].args]) or "yes"
    return f"{head}, where {body}" if body else head


def _defined(literal: ast.Formula) -> tuple[str, ast.Term] | None:
    """The variable and the term of `variable = term`, written either way round."""
    match literal:
        case ast.Comparison("=", ast.Variable(name), term) | ast.Comparison(
            "=", term, ast.Variable(name)
        ):
            return name, term
    return None


class _Words:
    """The names that a clause's variables have in words: that of the first column they stand in,
    or, where `=` defines them, the words of what they are equal to."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.definitions: dict[str, str] = {}

    def name(self, variable: str, column: str) -> str:
        if variable not in self.names:
            label, n = column, 1
            while label in self.names.values():
                n += 1
                label = f"{column} {n}"
            self.names[variable] = label
        return self.names[variable]

    def formula(self, formula: ast.Formula, joined: str = ", and ") -> str:
        match formula:
            case ast.Conjunction(parts):
                # Atoms first: they name the variables that the comparisons speak of.
                ordered = sorted(parts, key=lambda part: not isinstance(part, ast.Atom))
                said = [self.formula(part, joined) for part in ordered]
                return joined.join(words for words in said if words)
            case ast.Disjunction(parts):
                return "either " + " or ".join(self.formula(part) for part in parts)
            case ast.Negation(ast.Atom() as atom):
                return self.atom(atom, "no row")
            case ast.Negation(body):
                return f"not ({self.formula(body)})"
            case ast.Atom():
                return self.atom(formula, "a row")
            case ast.Comparison(op, left, right):
                defined = _defined(formula)
                if defined and defined[0] not in self.names | self.definitions:
                    self.definitions[defined[0]] = self.term(defined[1], "the ")
                    return ""
                if op in ("match", "contains"):
                    left, right = right, left
                return f"{self.term(left, 'the ')} {_COMPARED[op]} {self.term(right, 'the ')}"
            case ast.Holds(aggregate):
                return self.term(aggregate)
            case ast.Truth(value):
                return "always" if value else "never"

    def atom(self, atom: ast.Atom, row: str) -> str:
        columns = [name.text for name in atom.names] or [""] * len(atom.args)
        said: list[str] = []
        for column, arg in zip(columns, atom.args, strict=True):
            label = column.replace("_", " ")
            if isinstance(arg, ast.Wildcard):
                continue
            if isinstance(arg, ast.Variable):
                known = arg.name in self.names
                name = self.name(arg.name, label or arg.name)
                if not known:
                    said.append(name)
                elif name == label or not label:
                    said.append(f"that {name}")
                else:
                    said.append(f"{label} the same as that {name}")
            else:
                said.append(f"{label} {self.term(arg, 'the ')}".strip())
        return f"{atom.relation} has {row}" + (f" with {_list(said)}" if said else "")

    def term(self, term: ast.Term, article: str = "") -> str:
        match term:
            case ast.Variable(name):
                if name in self.definitions:
                    return self.definitions[name]
                return article + self.names.get(name, f"value {name}")
            case ast.Nil() | ast.Structure() | ast.Cast():
                return print_term(term)
            case ast.Text(value):
                return f'"{value}"'
            case ast.Integer(number):
                return str(number)
            case ast.Real(real):
                return f"{real:g}"
            case ast.Call(functor, (left, right)) if functor in _OPERATORS:
                return (
                    f"{self.term(left, article)} {_OPERATORS[functor]} {self.term(right, article)}"
                )
            case ast.Call(functor, args):
                return f"{functor}({', '.join(self.term(arg) for arg in args)})"
            case ast.Aggregate():
                return self.aggregate(term)
            case ast.Wildcard():
                return "anything"

    def aggregate(self, aggregate: ast.Aggregate) -> str:
        body = self.formula(aggregate.body, " and ")
        if aggregate.kind in ("exists", "forall"):
            start = "there is a case where" if aggregate.kind == "exists" else "in every case where"
            then = f", {self.formula(aggregate.condition)}" if aggregate.condition else ""
            return f"{start} {body}{then}"
        if aggregate.kind == "count":
            return f"how many times {body}"
        measure = _MEASURES[aggregate.kind].format(*(self.term(v) for v in aggregate.values))
        return f"{measure} where {body}"


def _list(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
