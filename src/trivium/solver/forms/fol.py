"""First-order logic and constraints, read in any usual spelling into the tree of `logic.py`.

    ∀x (Human(x) → Mortal(x))     forall x. (Human(x) -> Mortal(x))     ![X]: (h(X) => m(X))
    ¬(a ∧ b) ∨ c ⊕ d ↔ e          ~(a & b) | c xor d <-> e              not (a and b) or c
    ForAll([p:people], Count([m:meals], eats(p, m) == fish) <= 1)       Or(a, Not(b))

    formula    = formula op formula | quantifier | "not" formula | "(" formula ")" | comparison
    op         = iff < implies < xor, or < and        `implies` groups to the right
    quantifier = ("∀" | "forall" | "![") names [":" sort] ["." | ":"] formula
    comparison = term {("=" | "!=" | "<" | "<=" | ">" | ">=" | "in") term}
    term       = number | name ["(" terms ")"] | "[" terms "]"
               | term ("+" | "-" | "*" | "/" | "%") term

A quantifier reaches over the next unit, `∀x (...)`, and up to the end of its group after a full
stop or colon. A tolerant reader is given a list to put its mends in; without one, what is out of
order is E101.
"""

from __future__ import annotations

from trivium.errors import SyntaxProblem
from trivium.solver.forms.fol_tokens import TRUTHS, Tokens, tokens_of
from trivium.solver.forms.logic import (
    Apply,
    Binder,
    Bound,
    Expression,
    Listing,
    Number,
    Operation,
    Truth,
)
from trivium.solver.forms.mends import Mend
from trivium.source import Source, Span
from trivium.syntax.depth import MAX_DEPTH

# What each mark or word means between two formulas or terms.
_INFIX = {
    **dict.fromkeys("↔ ⇔ ⟷ ⟺ ≡ <=> <-> iff".split(), "iff"),
    **dict.fromkeys("→ ⇒ ⟹ ⟶ ⊃ => -> ==> implies".split(), "implies"),
    **dict.fromkeys("⊕ ⊻ <~> xor".split(), "xor"),
    **dict.fromkeys("∨ ⋁ | || \\/ or".split(), "or"),
    **dict.fromkeys("∧ ⋀ · & && /\\ and".split(), "and"),
    **dict.fromkeys("= == ≈".split(), "="),
    **dict.fromkeys("!= ≠ \\= <>".split(), "!="),
    **dict.fromkeys("<= ≤".split(), "<="),
    **dict.fromkeys(">= ≥".split(), ">="),
    **dict.fromkeys("∈ in".split(), "in"),
    "<": "<", ">": ">", "∉": "not in", "~|": "nor", "~&": "nand",
    "+": "+", "-": "-", "*": "*", "/": "/", "%": "%",
}  # fmt: skip
_STRENGTH = {
    "iff": 1, "implies": 2, "xor": 3, "or": 3, "nor": 3, "and": 4, "nand": 4,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "not in"), 5),
    "+": 6, "-": 6, "*": 7, "/": 7, "%": 7,
}  # fmt: skip
_COMPARED = 5
_UNARY = 8
_NOT = frozenset(("¬", "~", "!", "not"))
_FORALL = frozenset(("∀", "forall", "ForAll", "Forall", "all"))
_EXISTS = frozenset(("∃", "exists", "Exists", "some"))
_UNIQUE = frozenset(("∃!",))
# Functions that are connectives or arithmetic, by their names in z3's Python and elsewhere.
_FUNCTIONS = {
    "And": "and", "Or": "or", "Not": "not", "Implies": "implies", "Xor": "xor", "Iff": "iff",
    "If": "if", "Distinct": "distinct", "AllDifferent": "distinct", "AllDistinct": "distinct",
    "AllDifferentConstraint": "distinct", "Sum": "sum", "Abs": "abs", "abs": "abs",
    "Max": "max", "max": "max", "Min": "min", "min": "min", "sum": "sum", "Count": "count",
    "count": "count",
}  # fmt: skip
_BINDERS = {
    "ForAll": "forall", "Forall": "forall", "Exists": "exists", "Count": "count",
    "Distinct": "distinct", "AllDifferent": "distinct", "Sum": "sum", "Min": "min", "Max": "max",
    "ArgMin": "argmin", "ArgMax": "argmax",
}  # fmt: skip
_LIMITED = {
    "AtLeast": ">=", "AtLeastOne": ">=", "AtMost": "<=", "AtMostOne": "<=", "Exactly": "=",
    "ExactlyOne": "=",
}  # fmt: skip
_GLUE = frozenset("if then either neither nor both that therefore thus when".split())


def read_formula(
    source: Source | Span, mends: list[Mend] | None = None, line: int = 0
) -> Expression:
    """The tree of one formula; E101 where it is none, E106 where it nests too deep.

    A span is read where it stands. `mends` makes the reader tolerant, and takes what it changed;
    `line` is where the text stands.
    """
    span = source if isinstance(source, Span) else Span(source, 0, len(source.text))
    return _Reader(tokens_of(span), mends, line).whole()


class _Reader:
    """A position in the tokens; `at` only moves on."""

    def __init__(self, tokens: Tokens, mends: list[Mend] | None, line: int) -> None:
        self.tokens = tokens
        self.texts, self.kinds = tokens.texts, tokens.kinds
        self.mends = mends
        self.line = line
        self.at = 0
        self.depth = 0

    # --- moving ----------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return self.texts[self.at]

    @property
    def kind(self) -> str:
        return self.kinds[self.at]

    def ahead(self, steps: int = 1) -> str:
        return self.texts[min(self.at + steps, len(self.texts) - 1)]

    def take(self, *marks: str) -> bool:
        if self.kind != "end" and self.text in marks:
            self.at += 1
            return True
        return False

    def span(self, first: int) -> Span:
        last = max(first, self.at - 1)
        starts = self.tokens.starts
        return Span(self.tokens.source, starts[first], starts[last] + max(1, len(self.texts[last])))

    def problem(self, wanted: str, hint: str | None = None) -> SyntaxProblem:
        found = "the end of the formula" if self.kind == "end" else f"`{self.text[:40]}`"
        return SyntaxProblem(
            101, f"found {found}, expected {wanted}", self.span(self.at), hint=hint
        )

    def mend(self, name: str, detail: str) -> bool:
        """Note a mend, if this reader may make one."""
        if self.mends is None:
            return False
        self.mends.append(Mend(name, detail, self.line))
        return True

    def close(self, mark: str) -> None:
        if self.take(mark):
            return
        if self.kind == "end" and self.mend("close-parenthesis", f"added `{mark}` at the end"):
            return
        raise self.problem(f"an operator or `{mark}`")

    # --- formulas --------------------------------------------------------------------------------

    def whole(self) -> Expression:
        node = self.formula()
        while self.kind != "end":
            if self.text in (".", ";", ",") and self.at == len(self.texts) - 2:
                self.at += 1
            elif self.text == ")" and self.mends is not None:
                self.mend("extra-parenthesis", "dropped a `)` that closes nothing")
                self.at += 1
                node = self.climb(node, 1)
            elif self.text == "," and self.mend("conjoined-arguments", "`,` stands for “and”"):
                self.at += 1
                node = Operation("and", (node, self.formula()), self.span(0))
            else:
                raise self.problem("an operator or the end of the formula")
        return node

    def formula(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the formula nests deeper than {MAX_DEPTH} levels here"
            hint = "name the inner part with a predicate of its own"
            raise SyntaxProblem(106, message, self.span(self.at), hint=hint)
        node = self.climb(self.prefix(), 1)
        self.depth -= 1
        return node

    def infix(self) -> str:
        """The operator here, or nothing."""
        text = self.text
        if self.kind == "end":
            return ""
        if text == "^" and self.mend("caret", "`^` was read as “and”"):
            return "and"
        if text == "not" and self.ahead() == "in":
            return "not in"
        return _INFIX.get(text) or _INFIX.get(text.lower(), "")

    def climb(self, left: Expression, least: int) -> Expression:
        """`left` and the operators after it that bind at least so strongly."""
        chained: str | None = None
        while True:
            op = self.infix()
            strength = _STRENGTH.get(op, 0)
            if strength < least or not op:
                return left
            first = self.at
            self.at += 2 if op == "not in" and self.text == "not" else 1
            if op == "implies":
                right = self.deeper(strength)
            elif strength == _COMPARED:
                left = self.comparison(left, op, self.deeper(strength + 1), first)
                chained = None
                continue
            else:
                right = self.deeper(strength + 1)
            if op == chained and isinstance(left, Operation):
                left = Operation(op, (*left.args, right), self.span(first))
            elif op in ("nor", "nand"):
                inner = Operation({"nor": "or", "nand": "and"}[op], (left, right), self.span(first))
                left = Operation("not", (inner,), self.span(first))
            else:
                left = Operation(op, (left, right), self.span(first))
            # a ∧ b ∧ c is one conjunction of three; (a ∧ b) ∧ c is not.
            chained = op if op in ("and", "or") else None

    def deeper(self, least: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the formula nests deeper than {MAX_DEPTH} levels here"
            raise SyntaxProblem(106, message, self.span(self.at))
        node = self.climb(self.prefix(), least)
        self.depth -= 1
        return node

    def comparison(self, left: Expression, op: str, right: Expression, first: int) -> Expression:
        if op == "not in":
            inside = Operation("in", (left, right), self.span(first))
            return Operation("not", (inside,), self.span(first))
        node: Expression = Operation(op, (left, right), self.span(first))
        # a < b < c is a < b and b < c.
        links = [node]
        while _STRENGTH.get(following := self.infix(), 0) == _COMPARED:
            self.at += 1
            left, right = right, self.deeper(_COMPARED + 1)
            links.append(Operation(following, (left, right), self.span(first)))
        return links[0] if len(links) == 1 else Operation("and", tuple(links), self.span(first))

    def prefix(self) -> Expression:
        first = self.at
        text = self.text
        if self.kind == "end":
            raise self.problem("a formula")
        if self.quantifies():
            return self.quantified()
        if text in _NOT or text == "NOT":
            self.at += 1
            return Operation("not", (self.deeper(_COMPARED),), self.span(first))
        if text == "-":
            self.at += 1
            inner = self.deeper(_UNARY)
            if isinstance(inner, Number):
                return Number(-inner.value, self.span(first))
            return Operation("neg", (inner,), self.span(first))
        return self.primary()

    def primary(self) -> Expression:
        first = self.at
        text = self.text
        if self.kind == "number":
            self.at += 1
            return Number(float(text) if "." in text else int(text), self.span(first))
        if text in TRUTHS and self.ahead() != "(":
            self.at += 1
            return Truth(TRUTHS[text], self.span(first))
        if self.kind == "name":
            return self.named()
        for opening, closing in (("(", ")"), ("[", "]"), ("{", "}")):
            if text == opening:
                self.at += 1
                if opening == "(" or (opening == "[" and self.mends is not None and self.grouped()):
                    inner = self.group(closing)
                    return inner
                items = self.items(closing)
                return Listing(items, self.span(first))
        raise self.problem("a formula or a term")

    def grouped(self) -> bool:
        """Whether the square bracket just opened groups a formula, as in `[A(x) ∧ B(x)]`."""
        if self.kind != "name" or self.ahead() != "(":
            return False
        level = 0
        for text in self.texts[self.at :]:
            level += (text in ("(", "[")) - (text in (")", "]"))
            if level < 0 or (level == 0 and text == ","):
                return level < 0
        return False

    def group(self, closing: str) -> Expression:
        first = self.at
        node = self.formula()
        parts = [node]
        while self.take(","):
            parts.append(self.formula())
        self.close(closing)
        if len(parts) > 1:
            if not self.mend("conjoined-arguments", "`,` stands for “and”"):
                raise SyntaxProblem(101, "found `,`, expected `)`", self.span(first))
            return Operation("and", tuple(parts), self.span(first))
        return node

    def items(self, closing: str) -> tuple[Expression, ...]:
        """Expressions between commas, up to the closing bracket, which is stepped over."""
        found: list[Expression] = []
        while not self.take(closing):
            if found and not self.take(",", ";"):
                self.close(closing)
                break
            if self.kind == "end" and found:
                self.close(closing)
                break
            found.append(self.formula())
        return tuple(found)

    def named(self) -> Expression:
        first = self.at
        name = self.text
        self.at += 1
        if self.take("("):
            if name in _BINDERS and self.text == "[" and (bound := self.scope()):
                return self.bound_over(first, _BINDERS[name], bound)
            if name in _LIMITED and (counted := self.limited(first, _LIMITED[name])):
                return counted
            args = self.items(")")
            return self.applied(name, args, first)
        if self.kind == "name" and self.mends is not None and not self.infix():
            return self.words(first, name)
        return Apply(name, (), self.span(first))

    def applied(self, name: str, args: tuple[Expression, ...], first: int) -> Expression:
        span = self.span(first)
        op = _FUNCTIONS.get(name)
        if op is None or not args:
            return Apply(name, args, span)
        if len(args) == 1 and isinstance(args[0], Listing) and op != "count":
            args = args[0].items
        if op in ("and", "or") and len(args) == 1:
            return args[0]
        wanted = {"not": 1, "abs": 1, "implies": 2, "xor": 2, "iff": 2, "if": 3}.get(op)
        if op == "not" and len(args) > 1 and self.mend("conjoined-arguments", "`Not` of several"):
            args = (Operation("and", args, span),)
        if op == "implies" and len(args) > 2 and self.mend("conjoined-arguments", "several causes"):
            args = (Operation("and", args[:-1], span), args[-1])
        if wanted is not None and len(args) != wanted:
            message = f"`{name}` has {len(args)} arguments, expected {wanted}"
            raise SyntaxProblem(101, message, span)
        return Operation(op, args, span)

    def limited(self, first: int, op: str) -> Expression | None:
        """`AtLeast(2, [x:sort], formula)`, or `AtLeastOne([x:sort], formula)`."""
        start = self.at
        number: Expression = Number(1)
        if self.kind == "number":
            number = self.primary()
            self.take(",")
        bound = self.scope() if self.text == "[" else None
        if bound is None:
            self.at = start
            return None
        counted = self.bound_over(first, "count", bound)
        return Operation(op, (counted, number), self.span(first))

    def words(self, first: int, name: str) -> Expression:
        """Words in a row: prose before a formula, or a name of several words."""
        if name.lower() in _GLUE:
            self.mend("prose", f"dropped the word “{name}”")
            return self.prefix()
        parts = [name]
        while self.kind == "name" and not self.infix() and not self.quantifies():
            parts.append(self.text)
            self.at += 1
        if any(len(part) == 1 for part in parts):
            raise SyntaxProblem(101, f"“{' '.join(parts)}” is no formula", self.span(first))
        joined = "_".join(parts)
        self.mend("joined-words", f"read “{' '.join(parts)}” as `{joined}`")
        if self.take("("):
            return Apply(joined, self.items(")"), self.span(first))
        return Apply(joined, (), self.span(first))

    # --- binders ---------------------------------------------------------------------------------

    def quantifies(self) -> bool:
        text = self.text
        if text in ("∀", "∃"):
            return True
        after = self.ahead()
        if text in ("!", "?") and after == "[":
            return True
        if text in _EXISTS and after == "!":
            return True
        named = self.kinds[min(self.at + 1, len(self.kinds) - 1)] == "name"
        word = text in _FORALL or text in _EXISTS
        return word and named and after not in _INFIX and self.ahead(2) != ")"

    def quantified(self) -> Expression:
        first = self.at
        text = self.text
        self.at += 1
        kind = "exists" if text in _EXISTS or text == "?" else "forall"
        if kind == "exists" and self.take("!"):
            kind = "unique"
        bracket = self.take("[")
        bound = self.variables()
        if bracket:
            self.close("]")
        wide = self.take(".", ":", ",")
        if wide or (self.mends is None and self.quantifies()):
            body = self.formula() if wide else self.quantified()
        else:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise SyntaxProblem(106, "the formula nests too deep here", self.span(first))
            body = self.climb(self.prefix(), _COMPARED)
            self.depth -= 1
            if self.infix() and self.used_later({variable.name for variable in bound}):
                body = self.widened(body, bound)
        return Binder(kind, bound, body, self.span(first))

    def widened(self, body: Expression, bound: tuple[Bound, ...]) -> Expression:
        """The body, up to the end of the group, since the variables are used there too."""
        names = ", ".join(variable.name for variable in bound)
        if self.mends is not None:
            self.mend("wide-scope", f"the quantifier of {names} reaches to the end of its group")
        return self.climb(body, 1)

    def used_later(self, names: set[str]) -> bool:
        """Whether the names stand again before the end of the group, not bound anew."""
        level = 0
        for index in range(self.at, len(self.texts)):
            text = self.texts[index]
            level += (text in ("(", "[")) - (text in (")", "]"))
            if level < 0:
                return False
            before = self.texts[index - 1]
            if before in ("∀", "∃", "!", "?") or before in _FORALL or before in _EXISTS:
                names = names - {text}
            elif text in names and self.texts[index + 1] != "(":
                return True
        return False

    def variables(self) -> tuple[Bound, ...]:
        """`x`, `x, y`, `x y` or `x:sort, y:sort`."""
        found: list[Bound] = []
        while self.kind == "name":
            name = self.text
            self.at += 1
            sort = ""
            if self.text == ":" and self.ahead(2) in (",", "]", ".", "") and self.take(":"):
                sort = self.text
                self.at += 1
            found.append(Bound(name, sort))
            named = self.kinds[min(self.at + 1, len(self.kinds) - 1)] == "name"
            if self.text == "," and named and self.ahead(2) != "(":
                self.at += 1
            elif self.kind != "name" or self.ahead() == "(":
                break
        if not found:
            raise self.problem("a variable after the quantifier")
        return tuple(found)

    def scope(self) -> tuple[Bound, ...] | None:
        """`[x:sort, y:sort]` at the start of a binder's arguments; None if it is a plain list."""
        start = self.at
        self.at += 1
        found: list[Bound] = []
        while self.kind == "name":
            name = self.text
            self.at += 1
            sort: list[str] = []
            if self.take(":") or self.take("in"):
                # A sort may be put together: `boys + girls`, or be listed.
                level = 0
                while self.kind != "end" and (level or self.text not in (",", "]")):
                    level += (self.text in ("[", "(")) - (self.text in ("]", ")"))
                    sort.append(self.text)
                    self.at += 1
            found.append(Bound(name, " ".join(sort)))
            if not self.take(","):
                break
        if found and any(variable.sort for variable in found) and self.take("]"):
            # [x, y:sort]: both are of the sort.
            last = next(v.sort for v in reversed(found) if v.sort)
            return tuple(Bound(v.name, v.sort or last) for v in found)
        self.at = start
        return None

    def bound_over(self, first: int, kind: str, bound: tuple[Bound, ...]) -> Expression:
        if not self.take(","):
            self.take(":")
        bodies = list(self.items(")"))
        if not bodies:
            raise self.problem("what is said of the variables")
        if len(bodies) == 1:
            body = bodies[0]
        elif (
            kind == "forall" and self.mend("conjoined-arguments", "several conditions")
        ) or self.mend("conjoined-arguments", "several conditions"):
            body = Operation("and", tuple(bodies), self.span(first))
        else:
            message = f"`{self.texts[first]}` has {len(bodies)} conditions, expected one"
            raise SyntaxProblem(101, message, self.span(first))
        return Binder(kind, bound, body, self.span(first))
