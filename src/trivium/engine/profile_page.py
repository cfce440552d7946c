"""A profile as one HTML page that needs nothing beside itself: where the time went at a glance, the
rules with their plans, and a chart of the rounds.

page(result.profile, "closure.dl")  ->  <!doctype html> ...
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from trivium.engine.profile import PlanProfile, Profile, RoundProfile, RuleProfile, seconds, share

# The chart's size, and how many bars it has at most: rounds beyond are joined.
WIDTH, HEIGHT, BARS = 900, 90, 300
# The dearest rules have colours of their own; the rest share the last one.
_COLOURS = ("#3b6ea5", "#d98032", "#4f9d69", "#b5545c", "#8466ab", "#c2a83e", "#8a8f98")
_LOADING = "#c9ced6"

_STYLE = """
:root { --text: #1f2328; --soft: #646c76; --line: #dfe3e8; --back: #fff; --card: #f5f7f9; }
@media (prefers-color-scheme: dark) { :root { --text: #e2e5e9; --soft: #9aa3ad; --line: #353a41;
  --back: #16181b; --card: #202327; } .far { color: #ff8070 !important; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 1040px; padding: 0 1em;
       color: var(--text); background: var(--back); font-variant-numeric: tabular-nums; }
h1 { font-size: 1.5em; margin: 0 0 .6em; } h2 { font-size: 1.1em; margin: 2em 0 .5em; }
code { font: 13px/1.45 ui-monospace, monospace; }
.cards { display: flex; gap: .8em; flex-wrap: wrap; margin: 0 0 1.2em; padding: 0; }
.cards div { background: var(--card); border-radius: 8px; padding: .5em 1em; min-width: 7.5em; }
.cards b { display: block; font-size: 1.35em; font-weight: 600; }
.cards span, small, .note { color: var(--soft); font-size: .87em; }
.strip { display: flex; height: 26px; border-radius: 6px; overflow: hidden; }
.strip i { display: block; min-width: 1px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: right; font-weight: 500; color: var(--soft);
     border-bottom: 1px solid var(--line); }
th, td { padding: .25em .6em; } td { text-align: right; vertical-align: top; white-space: nowrap; }
tr.rule > td { border-bottom: 1px solid var(--line); }
th.text, td.text { text-align: left; white-space: normal; width: 55%; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .5em; }
.plan { background: var(--card); border-radius: 8px; padding: .4em .6em .6em; margin: .5em 0; }
.far { color: #b03020; font-weight: 600; }
summary { cursor: pointer; } svg { width: 100%; display: block; }
svg rect { fill: #3b6ea5; } svg rect:hover { fill: #d98032; }
svg text { font-size: 11px; fill: var(--soft); }
"""


def page(profile: Profile, title: str) -> str:
    """The whole page; rules are the dearest first, each opens to its plans."""
    name = html.escape(title)
    found = sum(rule.found for rule in profile.rules)
    new = sum(rule.new for rule in profile.rules)
    cards = (
        (seconds(profile.seconds), "in all"),
        (seconds(profile.load_seconds), "of them for loading"),
        (f"{len(profile.rounds):,}", "rounds"),
        (f"{found:,}", "rows found"),
        (f"{new:,}", f"of them new ({share(new, found)})" if found else "of them new"),
    )
    rules = "".join(_rule(rule, place, profile) for place, rule in enumerate(profile.dearest))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{name}: profile</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{name}</h1>\n"
        f'<div class="cards">{"".join(map(_card, cards))}</div>\n{_strip(profile)}\n'
        f"<h2>Rules</h2>\n<table><tr><th>time</th><th>share</th><th>rounds</th>"
        f'<th>found</th><th>new</th><th class="text">rule</th></tr>\n{rules}</table>\n'
        f'<p class="note">Rows found that are not new were known already. A rule opens to its '
        f'plans; an estimate that is ten times off is <span class="far">marked</span>.</p>\n'
        f"<h2>Rounds</h2>\n{_chart(profile.rounds, 'seconds')}\n{_chart(profile.rounds, 'new')}\n"
        f"</body></html>\n"
    )


def _card(card: tuple[str, str]) -> str:
    figure, words = card
    return f"<div><b>{figure}</b><span>{words}</span></div>"


def _colour(place: int) -> str:
    return _COLOURS[min(place, len(_COLOURS) - 1)]


def _strip(profile: Profile) -> str:
    """The time of the run in one line: loading, then the rules, the dearest first."""
    rules = [(rule.seconds, _colour(n), rule.text) for n, rule in enumerate(profile.dearest)]
    named = profile.load_seconds + sum(took for took, *_ in rules)
    rest = max(profile.seconds - named, 0.0)
    parts = [
        (profile.load_seconds, _LOADING, "loading"),
        *rules,
        (rest, "var(--card)", "planning and the rest"),
    ]
    return f'<div class="strip">{"".join(_pieces(parts))}</div>'


def _pieces(parts: Iterable[tuple[float, str, str]]) -> Iterable[str]:
    for took, colour, words in parts:
        if took:
            shown = html.escape(f"{seconds(took)}  {words}", quote=True)
            yield f'<i style="flex:{1e6 * took:.0f};background:{colour}" title="{shown}"></i>'


def _rule(rule: RuleProfile, place: int, profile: Profile) -> str:
    line = "" if rule.line is None else f" <small>line {rule.line}</small>"
    plans = "".join(map(_plan, rule.plans))
    return (
        f'<tr class="rule"><td>{seconds(rule.seconds)}</td>'
        f"<td>{share(rule.seconds, profile.seconds)}</td>"
        f"<td>{len(rule.rounds):,}</td><td>{rule.found:,}</td><td>{rule.new:,}</td>"
        f'<td class="text"><details><summary><span class="dot" '
        f'style="background:{_colour(place)}"></span><code>{html.escape(rule.text)}</code>{line}'
        f"</summary>{plans}</details></td></tr>\n"
    )


def _plan(plan: PlanProfile) -> str:
    times = "once" if plan.runs == 1 else f"{plan.runs:,} times"
    steps = "".join(
        f"<tr><td>{seconds(step.seconds)}</td><td>{_expected(step.expected, step.rows)}</td>"
        f'<td>{step.rows:,}</td><td class="text"><code>{html.escape(step.text)}</code></td></tr>'
        for step in plan.steps
    )
    return (
        f'<div class="plan"><small>ran {times}, {seconds(plan.seconds)} in its steps</small><table>'
        f'<tr><th>time</th><th>expected</th><th>rows</th><th class="text">step</th></tr>'
        f"{steps}</table></div>"
    )


def _expected(expected: float | None, rows: int) -> str:
    """The rows expected, marked where they are ten times off."""
    if expected is None:
        return ""
    off = max(expected, 1.0) / max(rows, 1)
    mark = ' class="far"' if off > 10 or off < 0.1 else ""
    return f"<span{mark}>{round(expected):,}</span>"


def _chart(rounds: tuple[RoundProfile, ...], what: str) -> str:
    """Bars over the rounds, of their time or their new rows."""
    values = [r.seconds if what == "seconds" else float(r.new) for r in rounds]
    each = -(-len(values) // BARS) or 1
    heights = [max(values[i : i + each]) for i in range(0, len(values), each)]
    top = max(heights, default=0.0)
    if not top:
        return ""
    label = (
        f"time: at most {seconds(top)}" if what == "seconds" else f"new rows: at most {top:,.0f}"
    )
    wide = WIDTH / len(heights)
    bars = "".join(
        f'<rect x="{i * wide:.1f}" y="{20 + HEIGHT * (1 - value / top):.1f}" '
        f'width="{max(min(wide - 1, 40), 0.5):.1f}" height="{HEIGHT * value / top:.1f}">'
        f"<title>round {i * each + 1}: {seconds(value) if what == 'seconds' else f'{value:,.0f}'}"
        f"</title></rect>"
        for i, value in enumerate(heights)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 44}" role="img" aria-label="{what} of each round">'
        f'<text x="0" y="12">{label}</text>{bars}'
        f'<text x="0" y="{HEIGHT + 34}">round 1</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 34}" text-anchor="end">round {len(values):,}</text></svg>'
    )
