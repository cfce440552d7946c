"""The Soufflé dialect: a recursive-descent parser, one method a rule of the grammar.

    program     = { directive | clause }
    clause      = atom {"," atom} [":-" formula] "."
    formula     = conjunction { ";" conjunction }
    conjunction = literal { "," literal }
    literal     = "!" literal | "(" formula ")" | atom | term op term | exists/forall aggregate
    atom        = name [ "(" [argument {"," argument}] ")" ]      argument = [name ":"] term
    term        = operators over: name, `_`, number, text, name "(" terms ")", "(" term ")" or
                  an aggregate
    aggregate   = "count" ":" body | ("sum" | "mean" | "min" | "max" | "median") term ":" body
                | ("argmin" | "argmax") term "by" term ":" body | "top" k term ":" body
                | "string_join" term ["," text] ":" body
                | "exists" ":" body | "forall" ":" "{" formula "=>" formula "}"
    body        = "{" formula "}" | atom

No word is reserved: `count`, `max` or `input` may name a column, a variable or a relation; they are
operators only where what follows says so. What is Soufflé's but not in the core dialect (records,
components, `eqrel`, subsumption, ...) is refused by name (E103), never misread.
"""

from __future__ import annotations

import difflib
import gc

from trivium.errors import SyntaxProblem
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.depth import MAX_DEPTH, check_depth
from trivium.syntax.formulas import FormulaParser
from trivium.syntax.lexer import tokenise, unescape

_QUALIFIERS = frozenset(
    ("inline", "no_inline", "magic", "no_magic", "brie", "btree", "btree_delete")
)
_DIRECTIVES = ("decl", "type", "input", "output", "printsize", "plan", "pragma")
_OUTSIDE_CORE = {
    "comp": "write its rules out, with a name of its own for each relation",
    "init": "write the component's rules out, with a name of its own for each relation",
    "override": "write the component's rules out",
    "functor": "pass Python functions to `Program(text, functions=...)`",
    "limitsize": "pass `limits=Limits(rows=...)` to `run`",
    "include": "paste the included text in",
    "once": "include each text once",
    "symbol_type": "write `.type T <: symbol`",
    "number_type": "write `.type T <: number`",
    "lattice": "compute the values first, and take `min` or `max` of them in a later rule",
}


def parse(source: Source) -> ast.Program:
    """The syntax tree of a program; raises SyntaxProblem (1xx) at the first mistake."""
    # A syntax tree has no cycles, so looking for some while it grows is time lost: more than
    # half of it, for a program of many facts.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Parser(tokenise(source)).program()
    finally:
        if collecting:
            gc.enable()


class _Parser(FormulaParser):
    # --- items -----------------------------------------------------------------------------------

    def program(self) -> ast.Program:
        items: list[ast.Item] = []
        while self.kinds[self.at] != "end":
            if self.kinds[self.at] == "directive":
                items.extend(self.directive())
            else:
                items.append(self.clause())
        return ast.Program(tuple(items), self.tokens.source)

    def directive(self) -> list[ast.Item]:
        word = self.tokens.text(self.at)[1:]
        if word in _OUTSIDE_CORE:
            raise self.outside(f"`.{word}`", _OUTSIDE_CORE[word])
        if word not in _DIRECTIVES:
            near = difflib.get_close_matches(word, _DIRECTIVES, 1)
            hint = f"did you mean `.{near[0]}`?" if near else "put a space after the full stop"
            span = self.tokens.span(self.at)
            raise SyntaxProblem(107, f"unknown directive `.{word}`", span, hint=hint)
        self.at += 1
        if word == "decl":
            return self.declaration()
        if word == "type":
            return [self.type_declaration()]
        if word == "pragma":
            self.expect("string", "the pragma's name between quotes")
            self.take("string")
            return []
        if word == "plan":
            raise self.unexpected("`.plan` after a rule")
        return self.input_output(word)

    def declaration(self) -> list[ast.Item]:
        names = [self.expect("name", "the relation's name")]
        while self.take(","):
            names.append(self.expect("name", "the relation's name"))
        columns: list[ast.Attribute] = []
        if self.take("("):
            while not self.take(")"):
                first = self.expect("name", "a column's name")
                self.expect(":", "`:` and the column's type")
                if self.kinds[self.at] in ("[", "{"):
                    raise self.outside("a record type", "give each field a column of its own")
                kind = self.expect(
                    "name", "a type: `number`, `unsigned`, `float`, `symbol`, `date`"
                )
                columns.append(
                    ast.Attribute(
                        self.tokens.text(first), self.tokens.text(kind), self.since(first)
                    )
                )
                if self.kinds[self.at] != ")":
                    self.expect(",", "`,` or `)`")
        span = [(self.tokens.text(n), self.tokens.span(n)) for n in names]
        items: list[ast.Item] = [ast.Declaration(n, tuple(columns), s) for n, s in span]
        for kind_word in self.qualifiers():
            items.extend(ast.Directive(kind_word, n, (), s) for n, s in span)
        return items

    def qualifiers(self) -> list[str]:
        """The words after a declaration; gives those that ask for input or output."""
        directives = []
        while True:
            word = self.word()
            if word in ("input", "output", "printsize"):
                directives.append(word)
            elif word == "eqrel":
                hint = "write the rules: r(x, x), r(y, x) and r(x, z)"
                raise self.outside("`eqrel`", hint)
            elif word == "choice" and self.next_kind() == "-":
                hint = "choose with an aggregate: `argmin`, `argmax`, `min`, `max`"
                raise self.outside("`choice-domain`", hint)
            elif word in ("overridable", "override"):
                raise self.outside(f"`{word}`", "write the component's rules out")
            elif word not in _QUALIFIERS or self.next_kind() in ("(", ":-", "."):
                return directives
            self.at += 1

    def type_declaration(self) -> ast.TypeDeclaration:
        name = self.expect("name", "the type's name")
        subtype = self.kinds[self.at] == "<:"
        if not subtype and self.kinds[self.at] != "=":
            raise self.unexpected("`=` or `<:` and a type")
        self.at += 1
        if self.kinds[self.at] == "[":
            raise self.outside("a record type", "give each field a column of its own")
        bases = [self.type_name()]
        while self.take("|"):
            bases.append(self.type_name())
        return ast.TypeDeclaration(
            self.tokens.text(name), tuple(bases), subtype, self.tokens.span(name)
        )

    def type_name(self) -> ast.Name:
        index = self.expect("name", "a type's name")
        if self.kinds[self.at] == "{":
            raise self.outside(
                "an algebraic data type", "use a column for the branch and its fields"
            )
        return ast.Name(self.tokens.text(index), self.tokens.span(index))

    def input_output(self, kind: str) -> list[ast.Item]:
        names = [self.expect("name", "a relation's name")]
        while self.take(","):
            names.append(self.expect("name", "a relation's name"))
        options: list[tuple[str, str]] = []
        if self.take("("):
            while not self.take(")"):
                key = self.tokens.text(self.expect("name", "an option's name"))
                self.expect("=")
                options.append((key, self.option_value()))
                if self.kinds[self.at] != ")":
                    self.expect(",", "`,` or `)`")
        text, span = self.tokens.text, self.tokens.span
        return [ast.Directive(kind, text(n), tuple(options), span(n)) for n in names]

    def option_value(self) -> str:
        kind = self.kinds[self.at]
        if kind not in ("string", "name", "integer", "real"):
            raise self.unexpected("the option's value: a text, a name or a number")
        self.at += 1
        text = self.tokens.text(self.at - 1)
        return unescape(text) if kind == "string" else text

    def clause(self) -> ast.Clause:
        first = self.at
        heads = [self.head()]
        while self.take(","):
            heads.append(self.head())
        body = None
        if self.take(":-"):
            body = self.formula()
        if self.kinds[self.at] != ".":
            wanted = "`,`, `:-` or `.`" if body is None else "`,`, `;` or `.`"
            raise self.unexpected(wanted)
        self.at += 1
        clause = ast.Clause(tuple(heads), body, self.since(first))
        if self.at - first > MAX_DEPTH:
            check_depth(clause)
        if self.kinds[self.at] == "directive" and self.tokens.text(self.at) == ".plan":
            self.plan()
        return clause

    def plan(self) -> None:
        """`.plan 0:(2,1), 1:(1,2)`: an order of evaluation; it never changes the meaning."""
        self.at += 1
        while True:
            self.expect("integer", "the version of the rule")
            self.expect(":")
            self.expect("(")
            while not self.take(")"):
                self.expect("integer", "the number of a literal")
                if self.kinds[self.at] != ")":
                    self.expect(",", "`,` or `)`")
            if not self.take(","):
                return

    def head(self) -> ast.Atom:
        if self.kinds[self.at] == "!":
            hint = "a head says what holds; put the negation into the body"
            raise self.unexpected("a fact, a rule or a directive", hint)
        if self.kinds[self.at] in ("real", "integer") and self.next_kind() == "::":
            raise self.outside("a probability", "keep it in a column of its own")
        if self.kinds[self.at] != "name":
            raise self.unexpected("a fact, a rule or a directive")
        atom = self.atom()
        if self.kinds[self.at] == "<=":
            raise self.outside("subsumption (`<=`)", "keep the best rows with `argmin` or `argmax`")
        return atom
