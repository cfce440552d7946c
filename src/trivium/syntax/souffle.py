"""The Soufflé dialect: a recursive-descent parser, one method a rule of the grammar.

    program     = { directive | component | instance | clause }
    component   = ".comp" use {(":" | ",") use} "{" { ".override" name | item } "}"
    instance    = ".init" name "=" use            use = name [ "<" name {"," name} ">" ]
    clause      = atom {"," atom} [":-" formula] "." | atom "<=" atom ":-" formula "."
                | chance {";" chance} [":-" formula] "."         chance = term "::" atom
    formula     = conjunction { ";" conjunction }
    conjunction = literal { "," literal }
    literal     = "!" literal | "(" formula ")" | atom | term op term | exists/forall aggregate
    atom        = name [ "(" [argument {"," argument}] ")" ]      argument = [name ":"] term
    term        = operators over: name, `_`, number, text, `nil`, "[" terms "]",
                  "$" name ["(" terms ")"], "as" "(" term "," type ")", name "(" terms ")",
                  "(" term ")" or an aggregate
    aggregate   = "count" ":" body | ("sum" | "mean" | "min" | "max" | "median") term ":" body
                | ("argmin" | "argmax") term "by" term ":" body | "top" k term ":" body
                | "string_join" term ["by" term] ["," text] ":" body
                | "exists" ":" body | "forall" ":" "{" formula "=>" formula "}"
    body        = "{" formula "}" | atom

No word but `nil` is reserved: `count`, `max` or `input` may name a column, a variable or a
relation; they are operators only where what follows says so. A name may be of a component's
instance: `graph.edge`, without spaces. What is Soufflé's but not in this dialect is refused by name
(E103), never misread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from trivium.errors import SyntaxProblem
from trivium.ir.text import unquoted
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.depth import MAX_DEPTH, check_depth
from trivium.syntax.formulas import CONSTANTS, FormulaParser
from trivium.syntax.growth import uncollected
from trivium.syntax.lexer import Tokens, tokenise
from trivium.syntax.model_relation import read_model
from trivium.syntax.preprocess import preprocess

QUALIFIERS = frozenset(
    "overridable inline no_inline magic no_magic brie btree btree_delete eqrel".split()
)
_DEPRECATED = ("input", "output", "printsize")
_DIRECTIVES = (
    *("decl", "type", "number_type", "symbol_type", "functor"),
    *("comp", "init", "override", "include"),
    *("input", "output", "printsize", "limitsize", "plan", "pragma", "evidence"),
    *("utility", "model"),
)
_OUTSIDE_CORE = {
    "lattice": "compute the values first, and take `min` or `max` of them in a later rule",
}
_PLACES = {
    "plan": "after a rule",
    "override": "inside a component",
    "include": "before a file's name in quotes",
}

_AnyClause = TypeVar("_AnyClause", ast.Clause, ast.Subsumption)


@uncollected()
def parse(
    source: Source,
    folders: Sequence[Path] | None = None,
    macros: Mapping[str, str] | None = None,
) -> ast.Program:
    """The syntax tree of a program; raises SyntaxProblem (1xx) at the first mistake.

    `folders` and `macros` are the preprocessor's: see `preprocess.py`.
    """
    return _Parser(tokenise(preprocess(source, folders, macros))).program()


class _Parser(FormulaParser):
    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens)
        self.weighted = "::" in self.kinds
        self.relations = frozenset(self.declared_names())

    def declared_names(self) -> Iterator[str]:
        """What `.decl` declares anywhere in the text."""
        if ".decl" not in self.tokens.source.text:
            return
        for index, kind in enumerate(self.kinds):
            if kind == "directive" and self.tokens.text(index) == ".decl":
                while self.kinds[index + 1] == "name":
                    yield self.tokens.text(index + 1)
                    if self.kinds[index + 2] != ",":
                        break
                    index += 2

    # --- items -----------------------------------------------------------------------------------

    def program(self) -> ast.Program:
        items: list[ast.Item] = []
        while self.kinds[self.at] != "end":
            items.extend(self.item())
        return ast.Program(tuple(items), self.tokens.source)

    def item(self) -> Sequence[ast.Item]:
        if self.kinds[self.at] == "directive":
            return self.directive()
        return (self.plain_fact() or self.clause(),)

    def directive(self) -> list[ast.Item]:
        word = self.tokens.text(self.at)[1:]
        if word in _OUTSIDE_CORE:
            raise self.outside(f"`.{word}`", _OUTSIDE_CORE[word])
        if word not in _DIRECTIVES:
            import difflib  # only errors need it

            near = difflib.get_close_matches(word, _DIRECTIVES, 1)
            hint = f"did you mean `.{near[0]}`?" if near else "put a space after the full stop"
            span = self.tokens.span(self.at)
            raise SyntaxProblem(107, f"unknown directive `.{word}`", span, hint=hint)
        self.at += 1
        if word == "decl":
            return self.declaration()
        if word == "type":
            return [self.type_declaration()]
        if word in ("number_type", "symbol_type"):
            return [self.legacy_type(word.removesuffix("_type"))]
        if word == "functor":
            return [self.functor()]
        if word == "comp":
            return [self.component()]
        if word == "init":
            return [self.instance()]
        if word == "pragma":
            return [self.pragma()]
        if word == "evidence":
            return [self.evidence()]
        if word == "utility":
            return [self.utility()]
        if word == "model":
            return [read_model(self)]
        if word in _DEPRECATED or word == "limitsize":
            return self.input_output(word)
        message = f"`.{word}` stands {_PLACES[word]}"
        raise SyntaxProblem(101, message, self.tokens.span(self.at - 1))

    def declaration(self) -> list[ast.Item]:
        names = [self.expect("name", "the relation's name")]
        while self.take(","):
            names.append(self.expect("name", "the relation's name"))
        columns: tuple[ast.Attribute, ...] = ()
        delta_of = None
        if self.take("="):
            delta_of = self.delta_of()
        elif self.take("("):
            columns = self.attributes(")")
        words = self.qualifiers()
        choices = self.choices()
        qualifiers = tuple(word for word in words if word.text in QUALIFIERS)
        items: list[ast.Item] = []
        for name in map(self.name_at, names):
            text, span = name.text, name.span
            items.append(ast.Declaration(text, columns, span, qualifiers, choices, delta_of))
            items += [ast.Directive(w.text, text, (), span) for w in words if w not in qualifiers]
        return items

    def qualifiers(self) -> list[ast.Name]:
        """The words after a declaration's columns."""
        words = []
        while self.word() in QUALIFIERS or self.word() in _DEPRECATED:
            if self.next_kind() in ("(", ":-", "."):
                break  # it is the relation of the next fact or rule
            words.append(self.name_at(self.at))
            if words.count(words[-1]) > 1:
                message = f"`{self.word()}` is said twice"
                raise SyntaxProblem(101, message, words[-1].span, hint="keep one of the two")
            self.at += 1
        return words

    def choices(self) -> tuple[tuple[ast.Name, ...], ...]:
        """`choice-domain a, (b, c)`: each entry decides a row."""
        words = self.word(), self.tokens.text(min(self.at + 2, len(self.kinds) - 1))
        if words != ("choice", "domain") or self.next_kind() != "-":
            return ()
        self.at += 3
        found = []
        while True:
            if self.take("("):
                key = [self.column()]
                while self.take(","):
                    key.append(self.column())
                self.expect(")", "`,` or `)`")
                found.append(tuple(key))
            else:
                found.append((self.column(),))
            if not self.take(","):
                return tuple(found)

    def column(self) -> ast.Name:
        return self.name_at(self.expect("name", "a column's name"))

    def delta_of(self) -> ast.Name:
        """`.decl last = debug_delta(r)`."""
        if self.word() != "debug_delta":
            raise self.unexpected("`debug_delta(relation)`")
        self.at += 1
        self.expect("(")
        name = self.qualified("a relation's name")
        self.expect(")")
        return name

    def attributes(self, closing: str) -> tuple[ast.Attribute, ...]:
        """`name: type` between commas, up to the closing bracket, which is stepped over."""
        found: list[ast.Attribute] = []
        what = "a column's name" if closing == ")" else "a field's name"
        while not self.take(closing):
            first = self.expect("name", what)
            self.expect(":", "`:` and its type")
            if self.kinds[self.at] in ("[", "{"):
                hint = "name it: `.type T = [x: number, y: number]`"
                raise self.unexpected("the name of a type", hint)
            kind = self.qualified("a type: `number`, `unsigned`, `float`, `symbol`, `date`")
            found.append(ast.Attribute(self.tokens.text(first), kind.text, self.since(first)))
            if self.kinds[self.at] != closing:
                self.expect(",", f"`,` or `{closing}`")
        return tuple(found)

    def type_declaration(self) -> ast.AnyType:
        index = self.expect("name", "the type's name")
        name, span = self.tokens.text(index), self.tokens.span(index)
        if self.take("<:"):
            return ast.TypeDeclaration(name, (self.qualified("a type's name"),), True, span)
        if self.kinds[self.at] in ("directive", "name", "end"):
            # as old versions of Soufflé have it
            return ast.TypeDeclaration(name, (ast.Name("symbol", span),), True, span)
        if not self.take("="):
            raise self.unexpected("`=` or `<:` and a type")
        if self.take("["):
            return ast.RecordDeclaration(name, self.attributes("]"), span)
        if self.kinds[self.at] == "name" and self.next_kind() == "{":
            branches = [self.branch()]
            while self.take("|"):
                branches.append(self.branch())
            return ast.SumDeclaration(name, tuple(branches), span)
        bases = [self.qualified("a type's name")]
        while self.take("|"):
            bases.append(self.qualified("a type's name"))
        return ast.TypeDeclaration(name, tuple(bases), False, span)

    def branch(self) -> ast.BranchDeclaration:
        index = self.expect("name", "a branch's name")
        self.expect("{", "`{` and the branch's fields")
        fields = self.attributes("}")
        return ast.BranchDeclaration(self.tokens.text(index), fields, self.tokens.span(index))

    def functor(self) -> ast.FunctorDeclaration:
        """`.functor f(x: number, symbol): symbol stateful`."""
        index = self.expect("name", "the functor's name")
        self.expect("(", "`(` and the types of its arguments")
        fields: list[ast.Attribute] = []
        while not self.take(")"):
            first = self.at
            name = ""
            if self.next_kind() == ":":
                name = self.tokens.text(self.expect("name", "an argument's name"))
                self.at += 1
            kind = self.qualified("a type's name")
            fields.append(ast.Attribute(name, kind.text, self.since(first)))
            if self.kinds[self.at] != ")":
                self.expect(",", "`,` or `)`")
        self.expect(":", "`:` and the type of its result")
        result = self.qualified("a type's name")
        stateful = self.word() == "stateful" and self.next_kind() not in ("(", ":-", ".")
        self.at += stateful
        name, span = self.tokens.text(index), self.tokens.span(index)
        return ast.FunctorDeclaration(name, tuple(fields), result, stateful, span)

    def legacy_type(self, base: str) -> ast.TypeDeclaration:
        """`.number_type T` and `.symbol_type T`, as old versions of Soufflé have it."""
        index = self.expect("name", "the type's name")
        span = self.tokens.span(index)
        return ast.TypeDeclaration(self.tokens.text(index), (ast.Name(base, span),), True, span)

    def input_output(self, kind: str) -> list[ast.Item]:
        names = [self.qualified("a relation's name")]
        while self.take(","):
            names.append(self.qualified("a relation's name"))
        options: list[tuple[str, str]] = []
        if self.take("("):
            while not self.take(")"):
                key = self.tokens.text(self.expect("name", "an option's name"))
                self.expect("=")
                options.append((key, self.option_value()))
                if self.kinds[self.at] != ")":
                    self.expect(",", "`,` or `)`")
        return [ast.Directive(kind, name.text, tuple(options), name.span) for name in names]

    def option_value(self) -> str:
        kind = self.kinds[self.at]
        if kind not in ("string", "name", "integer", "real"):
            raise self.unexpected("the option's value: a text, a name or a number")
        self.at += 1
        text = self.tokens.text(self.at - 1)
        return unquoted(text) if kind == "string" else text

    def pragma(self) -> ast.Pragma:
        first = self.expect("string", "the pragma's name between quotes")
        value = unquoted(self.tokens.text(self.at - 1)) if self.take("string") else ""
        return ast.Pragma(unquoted(self.tokens.text(first)), value, self.since(first))

    def evidence(self) -> ast.Evidence:
        """`.evidence path(1, 3)`, `.evidence !path(1, 3)`, `.evidence path(1, 3) = false`."""
        first = self.at
        positive = not self.take("!")
        atom = self.atom()
        if self.take("="):
            if self.word() not in ("true", "false"):
                raise self.unexpected("`true` or `false`")
            positive = positive == (self.word() == "true")
            self.at += 1
        self.take(".")
        return ast.Evidence(atom, positive, self.since(first))

    def utility(self) -> ast.Utility:
        """`.utility sold(x, price) = price`, `.utility !dry = -20`."""
        first = self.at
        positive = not self.take("!")
        atom = self.atom()
        self.expect("=", "`=` and what it is worth")
        value = self.term()
        self.take(".")
        return ast.Utility(atom, positive, value, self.since(first))

    # --- components ------------------------------------------------------------------------------

    def component(self) -> ast.Component:
        head = self.use()
        bases: list[ast.ComponentUse] = []
        while self.take(":") or (bases and self.take(",")):
            bases.append(self.use())
        self.expect("{", "`:` and a component to inherit from, or `{`")
        self.enter()
        overrides: list[ast.Name] = []
        items: list[ast.Item] = []
        while not self.take("}"):
            if self.kinds[self.at] == "end":
                raise self.unexpected("`}`")
            if self.kinds[self.at] == "directive" and self.tokens.text(self.at) == ".override":
                self.at += 1
                overrides.append(self.name_at(self.expect("name", "a relation's name")))
            else:
                items.extend(self.item())
        self.depth -= 1
        span = Span(head.span.source, head.span.start, head.span.start + len(head.name))
        return ast.Component(
            head.name, head.args, tuple(bases), tuple(overrides), tuple(items), span
        )

    def instance(self) -> ast.Instance:
        name = self.expect("name", "the instance's name")
        self.expect("=", "`=` and a component")
        return ast.Instance(self.tokens.text(name), self.use(), self.tokens.span(name))

    def use(self) -> ast.ComponentUse:
        """`name` or `name<arg, arg>`."""
        first = self.expect("name", "a component's name")
        args: list[ast.Name] = []
        if self.take("<"):
            while not args or self.take(","):
                args.append(self.qualified("a type or a component"))
            self.expect(">", "`,` or `>`")
        return ast.ComponentUse(self.tokens.text(first), tuple(args), self.since(first))

    # --- facts and rules -------------------------------------------------------------------------

    def plain_fact(self) -> ast.Clause | None:
        """`edge(1, "a").`: constants alone, as nearly all clauses of a large program are.

        None, and nothing is read, where something else stands; `clause` reads all of these too.
        """
        first, kinds = self.at, self.kinds
        if kinds[first] != "name" or kinds[first + 1] != "(":
            return None
        last = first + 2
        while kinds[last] in CONSTANTS and kinds[last + 1] == ",":
            last += 2
        if kinds[last] not in CONSTANTS or kinds[last + 1 : last + 3] != [")", "."]:
            return None
        args = []
        for place in range(first + 2, last + 1, 2):
            self.at = place
            args.append(self.primary())
        self.at = last + 3
        tokens = self.tokens
        head = ast.Atom(tokens.text(first), tuple(args), tokens.span(first, last + 1), ())
        return self.ended(first, ast.Clause((head,), None, tokens.span(first, last + 2)))

    def clause(self) -> ast.Clause | ast.Subsumption:
        first = self.at
        if self.weighted and self.weight_follows():
            return self.chances(first)
        heads = [self.head()]
        if self.take("<="):
            return self.subsumption(first, heads[0])
        while self.take(","):
            heads.append(self.head())
        body = self.rest_of_clause()
        clause = ast.Clause(tuple(heads), body, self.since(first))
        return self.ended(first, clause)

    def rest_of_clause(self) -> ast.Formula | None:
        body = None
        if self.take(":-"):
            body = self.formula()
        if self.kinds[self.at] != ".":
            wanted = "`,`, `:-` or `.`" if body is None else "`,`, `;` or `.`"
            raise self.unexpected(wanted)
        self.at += 1
        return body

    def weight_follows(self) -> bool:
        """Whether `::` stands before the first head's end."""
        level = 0
        for kind in self.kinds[self.at :]:
            if kind in ("(", "["):
                level += 1
            elif kind in (")", "]"):
                level -= 1
            elif level == 0 and kind in ("::", ":-", ".", ",", ";", "<=", "end"):
                return kind == "::"
        return False

    def chances(self, first: int) -> ast.Clause:
        """`0.3::a(x); 0.7::b(x), c(x) :- body.`"""
        heads: list[ast.Atom] = []
        weights: list[ast.Term | None] = []
        while not heads or self.take(";"):
            weights.append(self.term())
            if not self.take("::"):
                raise self.unexpected("`::` and a head; each alternative has a probability")
            heads.append(self.head())
            while self.kinds[self.at] == ",":
                self.at += 1
                if self.weight_follows():
                    self.at -= 1
                    hint = "separate alternatives, of which at most one holds, by `;`"
                    raise self.unexpected("`;`, `:-` or `.`", hint)
                heads.append(self.head())
                weights.append(None)
        body = self.rest_of_clause()
        span = self.since(first)
        return self.ended(first, ast.Clause(tuple(heads), body, span, weights=tuple(weights)))

    def subsumption(self, first: int, worse: ast.Atom) -> ast.Subsumption:
        better = self.head()
        self.expect(":-", "`:-` and the condition")
        body = self.formula()
        self.expect(".", "`,`, `;` or `.`")
        return self.ended(first, ast.Subsumption(worse, better, body, self.since(first)))

    def ended(self, first: int, clause: _AnyClause) -> _AnyClause:
        """The clause, found not too deep, with its `.plan`."""
        if self.at - first > MAX_DEPTH:
            check_depth(clause)
        if self.kinds[self.at] == "directive" and self.tokens.text(self.at) == ".plan":
            return replace(clause, plans=tuple(self.plans()))
        return clause

    def plans(self) -> Iterator[ast.Plan]:
        """`.plan 0:(2,1), 1:(1,2)`."""
        self.at += 1
        while True:
            first = self.at
            version = self.place("the version of the rule")
            self.expect(":")
            self.expect("(")
            order: list[int] = []
            while not self.take(")"):
                order.append(self.place("the number of an atom"))
                if self.kinds[self.at] != ")":
                    self.expect(",", "`,` or `)`")
            yield ast.Plan(version, tuple(order), self.since(first))
            if not self.take(","):
                return

    def place(self, wanted: str) -> int:
        text = self.tokens.text(self.expect("integer", wanted))
        return int(text) if text.isdecimal() and len(text) < 9 else -1

    def head(self) -> ast.Atom:
        if self.kinds[self.at] == "!":
            hint = "a head says what holds; put the negation into the body"
            raise self.unexpected("a fact, a rule or a directive", hint)
        if self.kinds[self.at] != "name":
            raise self.unexpected("a fact, a rule or a directive")
        return self.atom()
