"""Reading terms and formulas: the inside of a rule, shared by dialects that write it alike.

`souffle.py` shows the grammar. A name, or a name with arguments, is read before it is known
whether it is an atom (`strlen(x), ...`) or a functor (`strlen(x) > 3`): it is read as an atom, and
becomes a term when an operator follows.
"""

from __future__ import annotations

from math import isinf

from trivium.errors import SyntaxProblem
from trivium.ir.notation import CONSTRAINTS, PRECEDENCE, PREFIXES, UNARY_PRECEDENCE
from trivium.ir.text import unquoted
from trivium.source import Span
from trivium.syntax import ast
from trivium.syntax.cursor import AGGREGATES, NO_VALUE, TWO_VALUES, Cursor

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))

CONSTANTS = frozenset(("integer", "real", "string"))
_TERM_STARTS = frozenset(("name", "integer", "real", "address", "string", "(", "[", "$", "@"))
_TERM_ENDS = COMPARISONS | {",", ";", ".", "=>", "end"}
_FORMULA_ENDS = frozenset((",", ";", ".", ")", "}", "=>"))
_LARGEST = 2**64 - 1
_SMALLEST = -(2**63)


class FormulaParser(Cursor):
    """Terms and formulas, from a position in the tokens on."""

    # The relations that the text declares: a name of theirs is no functor's where an atom may be.
    relations: frozenset[str] = frozenset()

    # --- formulas --------------------------------------------------------------------------------

    def formula(self) -> ast.Formula:
        return self.as_formula(self.disjunction())

    def disjunction(self) -> ast.Formula | ast.Term:
        """A formula; or, inside parentheses only, a term that an operator may follow."""
        self.enter()
        first = self.at
        parts = [self.conjunction()]
        while self.take(";"):
            parts.append(self.conjunction())
        self.depth -= 1
        if len(parts) == 1:
            return parts[0]
        formulas = tuple(self.as_formula(part) for part in parts)
        return ast.Disjunction(formulas, self.since(first))

    def conjunction(self) -> ast.Formula | ast.Term:
        first = self.at
        parts = [self.literal()]
        while self.take(","):
            parts.append(self.literal())
        if len(parts) == 1:
            return parts[0]
        formulas = tuple(self.as_formula(part) for part in parts)
        return ast.Conjunction(formulas, self.since(first))

    def literal(self) -> ast.Formula | ast.Term:
        first = self.at
        if self.take("!"):
            self.enter()
            body = self.as_formula(self.literal())
            self.depth -= 1
            return ast.Negation(body, self.since(first))
        if self.kinds[first] == "(":
            return self.parenthesised()
        word = self.word()
        cast = word == "as" and self.next_kind() == "(" and self.value_starts()
        prefix = word in PREFIXES and self.next_kind() in _TERM_STARTS - {"("}
        if not word or word in ("_", "nil") or cast or prefix or self.aggregate_starts():
            return self.comparison(self.term())
        if word in ("true", "false") and self.next_kind() in _FORMULA_ENDS:
            self.at += 1
            return ast.Truth(word == "true", self.since(first))
        atom = self.atom()
        if self.operator_follows():
            return self.comparison(self.climb(self.as_term(atom), 1))
        constraint = word in CONSTRAINTS and word not in self.relations
        if constraint and len(atom.args) == 2 and not atom.names:
            return ast.Comparison(word, atom.args[0], atom.args[1], atom.span)
        return atom

    def value_starts(self) -> bool:
        """Whether `as(...)` here is compared with something; alone it is an atom."""
        level = 0
        for index in range(self.at + 1, len(self.kinds) - 1):
            level += (self.kinds[index] in ("(", "[", "{")) - (self.kinds[index] in (")", "]", "}"))
            if level == 0:
                after = self.kinds[index + 1]
                word = self.tokens.text(index + 1) if after == "name" else after
                return after in COMPARISONS or word in PRECEDENCE
        return True

    def parenthesised(self) -> ast.Formula | ast.Term:
        """`(formula)`, or a comparison whose left side starts with `(`."""
        self.at += 1
        inner = self.disjunction()
        self.expect(")", "`,`, `;` or `)`")
        if self.operator_follows():
            return self.comparison(self.climb(self.as_term(inner), 1))
        return inner

    def operator_follows(self) -> bool:
        kind = self.kinds[self.at]
        return kind in COMPARISONS or kind in PRECEDENCE or self.word() in PRECEDENCE

    def comparison(self, left: ast.Term) -> ast.Formula | ast.Term:
        """The comparison that starts with `left`, or `left` itself where none follows."""
        op = self.kinds[self.at]
        if op not in COMPARISONS:
            return left
        self.at += 1
        right = self.term()
        if self.kinds[self.at] in COMPARISONS:
            hint = "write `a < b, b < c`"
            raise self.unexpected("`,` or `.`; comparisons do not chain", hint)
        span = Span(self.tokens.source, left.span.start, self.tokens.ends[self.at - 1])
        return ast.Comparison(op, left, right, span)

    def as_formula(self, node: ast.Formula | ast.Term) -> ast.Formula:
        """The node as a formula; a lone term is one only where it says something by itself."""
        if isinstance(node, ast.Aggregate) and node.kind in ("exists", "forall"):
            return ast.Holds(node, node.span)
        if not isinstance(node, ast.Formula):
            raise self.unexpected("a comparison, such as `=` or `<`")
        return node

    def as_term(self, node: ast.Formula | ast.Term) -> ast.Term:
        """What was read as an atom, as the variable or functor that it turned out to be."""
        if isinstance(node, ast.Holds):
            return node.aggregate
        if isinstance(node, ast.Comparison) and node.op in CONSTRAINTS:
            return ast.Call(node.op, (node.left, node.right), node.span)
        if not isinstance(node, ast.Atom):
            if isinstance(node, ast.Formula):
                raise self.unexpected("`,`, `;` or `.`")
            return node
        if node.names:
            message = f"`{node.relation}` has named arguments, so it is an atom and has no value"
            hint = "bind a variable in it, and compare the variable"
            raise SyntaxProblem(101, message, node.span, hint=hint)
        if "." in node.relation:
            message = f"`{node.relation}` is a relation of an instance, and has no value"
            hint = "put a space after the full stop that ends a rule"
            raise SyntaxProblem(101, message, node.span, hint=hint)
        if node.span.end == node.name_span.end:
            return ast.Variable(node.relation, node.span)
        return ast.Call(node.relation, node.args, node.span)

    def atom(self) -> ast.Atom:
        first = self.expect("name", "a relation's name")
        if self.kinds[self.at] == ".":
            self.rest_of_name()
        relation = self.tokens.source.text[
            self.tokens.starts[first] : self.tokens.ends[self.at - 1]
        ]
        args: list[ast.Term] = []
        names: list[ast.Name | None] = []
        if self.take("("):
            while not self.take(")"):
                names.append(self.argument_name(by_position=names[-1:] == [None]))
                args.append(self.term())
                self.end_argument()
        named = tuple(name for name in names if name is not None)
        if named and len(named) != len(args):
            message = f"`{relation}` mixes named and positional arguments"
            span = args[names.index(None)].span
            raise SyntaxProblem(108, message, span, hint="name each argument, or none")
        return ast.Atom(relation, tuple(args), self.since(first), named)

    def end_argument(self) -> None:
        """Step over the comma after an argument; its closing parenthesis is left."""
        if self.kinds[self.at] == ")" or self.take(","):
            return
        hint = None
        if self.kinds[self.at] == "=":
            hint = "a named argument is written `name: value`"
        elif self.kinds[self.at] in COMPARISONS:
            hint = "bind a variable here, and compare it after the atom: `t(size: x), x > 3`"
        raise self.unexpected("`,` or `)`", hint)

    def argument_name(self, by_position: bool) -> ast.Name | None:
        """The name before a colon; `count : t(x)` after an argument `by_position` is a value."""
        if self.kinds[self.at] != "name" or self.next_kind() != ":":
            return None
        word = self.word()
        body = self.next_kind(2) == "{" or (by_position and self.next_kind(3) == "(")
        if word in NO_VALUE and body:
            return None
        self.at += 2
        return ast.Name(word, self.tokens.span(self.at - 2))

    # --- terms -----------------------------------------------------------------------------------

    def term(self) -> ast.Term:
        # Nearly all terms of a large program are the constants of its facts.
        at = self.at
        if self.kinds[at] in CONSTANTS and self.kinds[at + 1] in (",", ")"):
            return self.primary()
        self.enter()
        term = self.climb(self.unary(), 1)
        self.depth -= 1
        return term

    def climb(self, left: ast.Term, least: int) -> ast.Term:
        """`left` and the operators after it that bind at least so strongly."""
        while True:
            kind = self.kinds[self.at]
            op = self.word() if kind == "name" else kind
            strength = PRECEDENCE.get(op, 0)
            if strength < least:
                return left
            self.at += 1
            self.enter()
            # `^` groups to the right: 2 ^ 3 ^ 2 is 2 ^ (3 ^ 2).
            right = self.climb(self.unary(), strength if op == "^" else strength + 1)
            self.depth -= 1
            span = Span(self.tokens.source, left.span.start, self.tokens.ends[self.at - 1])
            left = ast.Call(op, (left, right), span)

    def unary(self) -> ast.Term:
        first = self.at
        word = self.word()
        if self.take("-"):
            self.enter()
            if self.kinds[self.at] in ("integer", "real") and self.next_kind() != "^":
                operand = self.number(negative=True)
            else:
                inner = self.climb(self.unary(), UNARY_PRECEDENCE)
                operand = ast.Call("neg", (inner,), self.since(first))
            self.depth -= 1
            return operand
        if word in PREFIXES and self.next_kind() in _TERM_STARTS:
            self.at += 1
            self.enter()
            inner = self.climb(self.unary(), UNARY_PRECEDENCE)
            self.depth -= 1
            return ast.Call(word, (inner,), self.since(first))
        return self.primary()

    def primary(self) -> ast.Term:
        first = self.at
        kind = self.kinds[first]
        if kind in ("integer", "real"):
            return self.number()
        if kind == "address":
            return self.address()
        if kind == "string":
            self.at += 1
            return ast.Text(unquoted(self.tokens.text(first)), self.tokens.span(first))
        if kind == "(":
            self.at += 1
            inner = self.term()
            self.expect(")", "an operator or `)`")
            return inner
        if kind == "@":
            self.at += 1
            if self.kinds[self.at] != "name" or self.next_kind() != "(":
                raise self.unexpected("a functor and its arguments after `@`")
            return self.call(first)
        if kind == "name":
            return self.named_term()
        if kind == "[":
            self.at += 1
            return ast.Structure(None, self.parts("]"), self.since(first))
        if kind == "$" and self.next_kind() != "name":  # as old versions of Soufflé have it
            self.at += 1
            return ast.Call("autoinc", (), self.tokens.span(first))
        if kind == "$":
            self.at += 1
            branch = self.qualified("the branch's name")
            args = self.parts(")") if self.take("(") else ()
            return ast.Structure(branch.text, args, self.since(first))
        raise self.unexpected("a term")

    def parts(self, closing: str) -> tuple[ast.Term, ...]:
        """Terms between commas, up to the closing bracket, which is stepped over."""
        self.enter()
        found: list[ast.Term] = []
        while not self.take(closing):
            if found:
                self.expect(",", f"`,` or `{closing}`")
            found.append(self.term())
        self.depth -= 1
        return tuple(found)

    def named_term(self) -> ast.Term:
        """A variable, a functor's call, `_` or an aggregate."""
        first = self.at
        word = self.word()
        if word == "_":
            self.at += 1
            return ast.Wildcard(self.tokens.span(first))
        if self.aggregate_starts():
            return self.aggregate()
        if self.next_kind() == "(":
            return self.cast() if word == "as" else self.call(first)
        self.at += 1
        if word == "nil":
            return ast.Nil(self.tokens.span(first))
        return ast.Variable(word, self.tokens.span(first))

    def call(self, first: int) -> ast.Call:
        functor = self.tokens.text(self.at)
        self.at += 2
        args: list[ast.Term] = []
        while not self.take(")"):
            args.append(self.term())
            self.end_argument()
        return ast.Call(functor, tuple(args), self.since(first))

    def cast(self) -> ast.Cast:
        first = self.at
        self.at += 2
        value = self.term()
        self.expect(",", "`,` and a type")
        kind = self.qualified("a type's name")
        self.expect(")")
        return ast.Cast(value, kind, self.since(first))

    def address(self) -> ast.Integer:
        """`127.0.0.1`, an address of four bytes, is one number."""
        self.at += 1
        text, span = self.tokens.text(self.at - 1), self.tokens.span(self.at - 1)
        parts = [int(part) for part in text.split(".")]
        if max(parts) > 255:
            message = f"`{text}` is not an address"
            raise SyntaxProblem(104, message, span, hint="each part is 0 to 255")
        return ast.Integer(int.from_bytes(parts), span)

    def number(self, negative: bool = False) -> ast.Term:
        index = self.at
        self.at += 1
        text = self.tokens.text(index)
        span = self.tokens.span(index - 1 if negative else index, index)
        if self.kinds[index] == "real":
            value = float(text)
            if isinf(value):
                message = f"`{'-' if negative else ''}{text[:40]}` does not fit in 64 bits"
                hint = "infinity is `1.0 / 0.0`"
                raise SyntaxProblem(105, message, span, hint=hint)
            return ast.Real(-value if negative else value, span)
        unsigned = text.endswith("u")
        digits = text[:-1] if unsigned else text
        # Longer than any 64-bit number in any base: not worth converting, and refused below.
        whole = int(digits, _base(digits)) if len(digits) < 200 else _LARGEST + 1
        whole = -whole if negative else whole
        if not (0 if unsigned else _SMALLEST) <= whole <= _LARGEST:
            shown = text if len(text) < 40 else text[:36] + "…"
            message = f"`{'-' if negative else ''}{shown}` does not fit in 64 bits"
            hint = "write it as a float, with a point, or as text, between quotes"
            raise SyntaxProblem(105, message, span, hint=hint)
        return ast.Integer(whole, span, unsigned)

    # --- aggregates ------------------------------------------------------------------------------

    def aggregate_starts(self) -> bool:
        word = self.word()
        if word not in AGGREGATES:
            return False
        after = self.next_kind()
        if word in NO_VALUE:
            return after == ":"
        if after == "(":
            # `sum (x) : ...`; but max(x, y) is a functor, and top(x), median(x) are atoms.
            return self.closes_before_colon()
        return after in _TERM_STARTS and self.tokens.text(self.at + 1) not in PRECEDENCE

    def closes_before_colon(self) -> bool:
        """Whether a `:` follows the term that starts with the `(` after this word."""
        level = 0
        first_group = True
        joined = "," if self.word() == "string_join" else None
        for index in range(self.at + 1, len(self.kinds)):
            kind = self.kinds[index]
            if kind in ("(", "{", "["):
                level += 1
            elif kind in (")", "}", "]"):
                level -= 1
            if level < 0 or (level == 0 and kind in _TERM_ENDS and kind != joined):
                return False
            if level == 0 and kind == ":":
                return True
            # `max(x, y)` is a functor; but `max (string_join x, "," : ...) : ...` is not.
            separator = self.kinds[index + 1 : index + 3] == ["string", ":"]
            if level == 1 and kind == "," and first_group and not separator:
                return False
            first_group = first_group and level > 0
        return False

    def aggregate(self) -> ast.Aggregate:
        first = self.at
        kind = self.word()
        self.at += 1
        self.enter()
        values: list[ast.Term] = []
        parameter = condition = None
        separator = ", "
        if kind == "top":
            parameter = self.primary() if self.kinds[self.at] != "name" else self.variable()
        if kind not in NO_VALUE:
            values.append(self.aggregated())
        if kind in TWO_VALUES and self.word() != "by":
            hint = f"write `{kind} what by measure : {{ ... }}`"
            raise self.unexpected("`by`", hint)
        if kind in (*TWO_VALUES, "string_join") and self.word() == "by":
            self.at += 1
            values.append(self.aggregated())
        if kind == "string_join" and self.take(","):
            index = self.expect("string", "the separator between quotes")
            separator = unquoted(self.tokens.text(index))
        self.expect(":", "`:` and the aggregate's body")
        if kind != "forall" and self.kinds[self.at] != "{":
            body: ast.Formula = self.atom()
        else:
            self.expect("{")
            body = self.formula()
            if kind == "forall":
                self.expect("=>", "`,`, `;` or `=>` and the condition")
                condition = self.formula()
            self.expect("}", "`,`, `;` or `}`")
        self.depth -= 1
        span = self.since(first)
        return ast.Aggregate(kind, tuple(values), body, span, parameter, condition, separator)

    def aggregated(self) -> ast.Term:
        """An aggregated value; a lone name is a variable: `argmax max by count : { ... }`."""
        following = self.at + 1 < len(self.kinds) and self.tokens.text(self.at + 1)
        alone = following in (":", "by")
        if alone and self.word() not in ("", "_"):
            return self.variable()
        return self.term()

    def variable(self) -> ast.Variable:
        index = self.expect("name", "a variable")
        return ast.Variable(self.tokens.text(index), self.tokens.span(index))


def _base(digits: str) -> int:
    return {"0x": 16, "0b": 2}.get(digits[:2].lower(), 10)
