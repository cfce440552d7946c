"""A meaning as a sentence, in the language of the question.

Query(clients, where=(In(City, "Leeds"),), fold="count")
the number of rows of clients where City is Leeds      clients的行的数量，其中City是Leeds
"""

from __future__ import annotations

from trivium.ask.reader.meaning import (
    All,
    Any,
    Arith,
    Col,
    Compare,
    Condition,
    Exists,
    Expr,
    Field,
    In,
    LastDays,
    Like,
    Linked,
    Meaning,
    Missing,
    Not,
    Num,
    Pair,
    Period,
    Query,
    Scalar,
    Via,
    When,
)  # fmt: skip

__all__ = ["described"]

# What is said in each language; `{}` are filled in order.
_WORDS = {
    "en": {
        "count": "the number of {}",
        "distinct": "how many different {}",
        "sum": "the total of {}",
        "mean": "the average of {}",
        "median": "the median of {}",
        "min": "the least {}",
        "max": "the greatest {}",
        "where": "{} where {}",
        "of": "{} of {}",
        "by": "{} for each {}",
        "and": " and ",
        "or": " or ",
        "not": "not ({})",
        "is": "{} is {}",
        "missing": "{} is missing",
        "linked": "there is a row of {}",
        "linked_where": "there is a row of {} where {}",
        "contains": "{} contains {}",
        "starts": "{} starts with {}",
        "ends": "{} ends with {}",
        "last": "{} is in the last {} days",
        "most": "{} with the greatest {}",
        "least": "{} with the least {}",
        "nth": "{} at place {} by {}",
        "top": "the {} {} with the most {}",
        "bottom": "the {} {} with the least {}",
        "per": "{} in each {}",
        "rows": "rows of {}",
        "-": "the difference between {} and {}",
        "/": "the ratio of {} to {}",
        "share": "the percentage that {} is of {}",
        "growth": "the growth in percent from {} to {}",
        "choice": "which is more: {} or {}",
        "yesno": "whether {} is more than {}",
        "exists": "whether there are {}",
        "days": "the days from {} to {}",
        "minutes": "the minutes from {} to {}",
        "having": "{}, where it is {} {}",
        "both": "{}, with rows for each of {}",
    },
    "zh": {
        "count": "{}的数量",
        "distinct": "不同的{}的个数",
        "sum": "{}的总和",
        "mean": "{}的平均值",
        "median": "{}的中位数",
        "min": "{}的最小值",
        "max": "{}的最大值",
        "where": "{}，其中{}",
        "of": "{1}的{0}",
        "by": "每个{1}的{0}",
        "and": "且",
        "or": "或",
        "not": "并非（{}）",
        "is": "{}是{}",
        "missing": "{}为空",
        "linked": "有{}的行",
        "linked_where": "有{}的行，其中{}",
        "contains": "{}包含{}",
        "starts": "{}以{}开头",
        "ends": "{}以{}结尾",
        "last": "{}在最后{}天内",
        "most": "{1}最大的{0}",
        "least": "{1}最小的{0}",
        "nth": "{2}排第{1}的{0}",
        "top": "{2}最大的{0}个{1}",
        "bottom": "{2}最小的{0}个{1}",
        "per": "每个{1}里{0}",
        "rows": "{}的行",
        "-": "{}与{}之差",
        "/": "{}与{}之比",
        "share": "{}占{}的百分比",
        "growth": "从{}到{}的增长百分比",
        "choice": "{}和{}哪个更大",
        "yesno": "{}是否大于{}",
        "exists": "是否有{}",
        "days": "从{}到{}的天数",
        "minutes": "从{}到{}的分钟数",
        "having": "{}，且它{} {}",
        "both": "{}，且{}都有",
    },
}


def described(meaning: Meaning, language: str) -> str:
    """The sentence; a language that is not known is told in English."""
    return _Describer(language if language in _WORDS else "en").meaning(meaning)


def column_names(meaning: Meaning, language: str) -> tuple[str, ...]:
    """What the columns of an answer are called."""
    say = _Describer(language if language in _WORDS else "en")
    if not isinstance(meaning, Query):
        return (say.meaning(meaning),)
    by = tuple(map(say.expr, meaning.by))
    if meaning.fold:
        thing = meaning.measure or Col(Field("", "", meaning.base, "", "", ""))
        number = say.say(meaning.fold, say.expr(thing))
        return by if by and meaning.show == meaning.by else (*by, number)
    per = tuple(map(say.expr, meaning.rank.per)) if meaning.rank else ()
    shown = tuple(map(say.expr, meaning.show))
    many = meaning.rank is not None and meaning.order is not None and meaning.measure is not None
    return (*per, *shown, *((say.expr(meaning.measure),) if many and meaning.measure else ()))


class _Describer:
    def __init__(self, language: str) -> None:
        self.words = _WORDS[language]

    def say(self, what: str, *parts: str) -> str:
        return self.words[what].format(*parts)

    def listed(self, parts: tuple[str, ...], joint: str = "and") -> str:
        return self.words[joint].join(parts)

    def meaning(self, meaning: Meaning) -> str:
        match meaning:
            case Query():
                return self.query(meaning)
            case Pair(op, left, right):
                return self.say(op, self.query(left), self.query(right))
            case Exists(query):
                return self.say("exists", self.where(self.say("rows", query.base), query))
        raise AssertionError(meaning)

    def where(self, text: str, query: Query) -> str:
        if not query.where:
            return text
        return self.say("where", text, self.listed(tuple(map(self.condition, query.where))))

    def query(self, query: Query) -> str:
        shown = self.listed(tuple(map(self.expr, query.by or query.show)))
        if query.rows:
            shown = self.say("rows", query.base)
        thing = self.expr(query.measure) if query.measure else self.say("rows", query.base)
        text = self.say(query.fold, thing) if query.fold else shown
        if query.fold and query.by and not query.rank:
            text = self.say("by", text, shown)
        if query.rank:
            by = text if query.fold else self.expr(query.measure) if query.measure else ""
            rank, n = query.rank, str(query.rank.last)
            text = (
                self.say("nth", shown, n, by) if rank.first == rank.last > 1
                else self.say("top" if rank.greatest else "bottom", n, shown, by) if rank.last > 1
                else self.say("most" if rank.greatest else "least", shown, by)
            )  # fmt: skip
            if rank.per:
                text = self.say("per", text, self.listed(tuple(map(self.expr, rank.per))))
        for op, bound in query.having:
            text = self.say("having", text, op, self.expr(bound))
        if query.both:
            text = self.say("both", text, self.listed(tuple(map(self.condition, query.both))))
        return self.where(text, query)

    def expr(self, expr: Expr) -> str:
        match expr:
            case Col(field, part):
                return self.say("of", part, field.header) if part else field.header
            case Via(link, _, then):
                return self.say("of", then.header, link.header)
            case Num(value):
                return f"{value:g}"
            case Arith(op, left, right) if op in ("days", "minutes"):
                return self.say(op, self.expr(left), self.expr(right))
            case Arith(op, left, right):
                return f"({self.expr(left)} {op} {self.expr(right)})"
            case Scalar(query):
                return self.query(query)
        raise AssertionError(expr)

    def condition(self, condition: Condition) -> str:
        match condition:
            case Compare(left, op, right):
                return f"{self.expr(left)} {op} {self.expr(right)}"
            case In(field, texts):
                return self.say("is", field.header, self.listed(texts, "or"))
            case Like(field, how, text):
                return self.say(how, field.header, f"“{text}”")
            case When(field, "=", period):
                return self.say("is", field.header, period_text(period))
            case When(field, op, period):
                return f"{field.header} {op} {period_text(period)}"
            case LastDays(field, days):
                return self.say("last", field.header, str(days))
            case Missing(field):
                return self.say("missing", field.header)
            case Linked(table, ()):
                return self.say("linked", table)
            case Linked(table, inner):
                return self.say(
                    "linked_where", table, self.listed(tuple(map(self.condition, inner)))
                )
            case All(parts):
                return self.listed(tuple(map(self.condition, parts)))
            case Any(parts):
                return "(" + self.listed(tuple(map(self.condition, parts)), "or") + ")"
            case Not(part):
                return self.say("not", self.condition(part))
        raise AssertionError(condition)


def period_text(period: Period) -> str:
    """`2023-05`, `2023 Q2`, `Saturday`."""
    if period.weekdays:
        names = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
        return "/".join(names[day] for day in period.weekdays)
    parts = [f"{period.year:04d}"] if period.year else []
    parts += [f"{part:02d}" for part in (period.month, period.day) if part]
    text = "-".join(parts)
    if period.quarter:
        text = f"{text} Q{period.quarter}".strip()
    if period.months:
        text = f"{text} {period.months[0]:02d}..{period.months[1]:02d}".strip()
    return text
