"""The rules of joining, in the order in which they are tried.

`cmp|adj than ?C V` is a pattern: kinds of part that stand side by side, one of several, or perhaps
none; behind it stands what they are joined to, or None where they do not fit.
"""

from __future__ import annotations

from trivium.ask.reader.grammar.amounts import (
    group_value,
    numbered,
    percent_of,
    same_column,
    spelt_number,
    with_unit,
)
from trivium.ask.reader.grammar.bounds import (
    apart,
    between_two,
    bound_after,
    from_to,
    level_of,
    mean_bound,
    mean_of_all,
    mean_or_more,
    more_what_than,
    plain_bound,
    than_own,
    than_row,
)
from trivium.ask.reader.grammar.cells import (
    beside_before,
    beside_column,
    beside_noun,
    done_by,
    is_not_value,
    is_value,
    like_text,
    table_value,
)
from trivium.ask.reader.grammar.chinese import surname_is, zh_between, zh_than, zh_than_mean
from trivium.ask.reader.grammar.comparisons import (
    derived_bound,
    every_mark,
    failed,
    joined_bound,
    measured_after,
    measured_by,
)
from trivium.ask.reader.grammar.connectives import either_of, is_missing
from trivium.ask.reader.grammar.parts import adjectives_of, word
from trivium.ask.reader.grammar.periods import dated_by, last_days
from trivium.ask.reader.grammar.superlatives import (
    how_adjective,
    how_much_more,
    k_sup,
    more_adjective,
    most_of,
    ord_adj,
    sup_k,
    superlative_of,
    top_of,
)

X = "N|D"


NAMED_SUP = (
    ("num", spelt_number),
    ("N unknown|unit|minutes|days|C", with_unit),
    ("C C", same_column),
    ("N noun", lambda self, n, noun: n if self.linker.sentence.language == "zh" else None),
    ("howmuch|howmany|how more|adj", how_much_more),
    ("how adj", how_adjective),
    ("more adj", more_adjective),
    ("most adj", most_of),
    ("adj", superlative_of),
    ("ord sup", k_sup),
    ("N sup", k_sup),
    ("ord adj", ord_adj),
    ("top N", top_of),
    ("most", most_of),
    ("ord sup", k_sup),
    ("N sup", k_sup),
    ("sup adj", lambda self, s, a: s if adjectives_of(a, "base") else None),
    ("sup N", sup_k),
)


BOUNDS = (
    (f"between {X} and {X}", between_two),
    (f"{X} to|and {X} between", zh_between),
    (f"between {X} to {X}", between_two),
    (f"cmp {X} to|cmp {X}", from_to),
    ("lastdays N unit|days", last_days),
    ("cmp|adj|more ?than fold ?C|T|people", mean_bound),
    ("cmp ?per T fold ?C", mean_of_all),
    ("more C than fold", lambda self, more, c, than, mean: mean_bound(self, more, than, mean, c)),
    (f"{X} post", bound_after),
    ("fold ?C post", mean_or_more),
    (f"cmp|adj|more than {X}|V|C", than_row),
    ("more|cmp C|people|expr|T than V", more_what_than),
    ("cmp|adj|more ?than own C", than_own),
    (f"cmp {X}", lambda self, cmp, right: plain_bound(self, cmp, None, right)),
    (f"cmp C {X}", apart),
    ("cmp C fold", level_of),
    ("C cmp V", is_not_value),
    (
        "cmp V|C",
        lambda self, cmp, right: (
            None if word(cmp) in ("since", "until", "=") else than_row(self, cmp, None, right)
        ),
    ),
    ("than V ?C adj", zh_than),
    ("than fold adj", zh_than_mean),
)


CONDITIONS = (
    ("bound noun", lambda self, b, n: b),
    ("?C measured", joined_bound),
    ("measured C", lambda self, m, c: joined_bound(self, c, m)),
    ("C fail ?bound", failed),
    ("marks ?every|both bound", lambda self, m, e, b: every_mark(self, m, b)),
    ("bound marks", lambda self, b, m: every_mark(self, m, b)),
    (
        "?C like text|V|unknown|T|C|ord|N char|noun",
        lambda self, c, k, t, m: like_text(self, c, k, m, t),
    ),
    ("?C like ?char text|V|unknown|T|C|ord", like_text),
    ("expr bound", derived_bound),
    ("C bound", measured_by),
    ("bound C", measured_after),
    ("C noun", beside_noun),
    ("noun C", lambda self, n, c: c),
    ("C N", group_value),
    ("N C", percent_of),
    ("T N", numbered),
    ("T V", table_value),
    ("C V", beside_before),
    ("V C", beside_column),
    ("C per V", done_by),
    ("missing C", is_missing),
    ("C D", dated_by),
    ("D C", lambda self, d, c: dated_by(self, c, d)),
    ("surname", surname_is),
)


REST = (
    ("V", is_value),
    ("cond ?and|or|nor|to cond", either_of),
)
