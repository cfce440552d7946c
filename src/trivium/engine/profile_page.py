"""A profile as one HTML page that needs nothing beside itself: bars, a chart of the rounds, plans.

page(result.profile, "closure.dl")  ->  <!doctype html> ...
"""

from __future__ import annotations

import html

from trivium.engine.profile import PlanProfile, Profile, RoundProfile, RuleProfile, seconds, share

# The chart's size, and how many bars it has at most: rounds beyond are joined.
WIDTH, HEIGHT, BARS = 900, 120, 300

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 1000px; padding: 0 1em;
       color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th { text-align: right; font-weight: 600; border-bottom: 1px solid #999; }
td { text-align: right; padding: .15em .6em; vertical-align: top; white-space: nowrap; }
th:last-child, td:last-child { text-align: left; width: 60%; white-space: normal; }
code, pre { font: 13px/1.4 ui-monospace, monospace; }
.bar { display: inline-block; height: .7em; background: #4878a8; }
.far { color: #b03020; font-weight: 600; }
details { margin: .1em 0; } summary { cursor: pointer; }
svg rect { fill: #4878a8; } svg text { font-size: 11px; fill: #555; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1c1c1c; }
  .far { color: #ff8070; } svg text { fill: #aaa; } }
"""


def page(profile: Profile, title: str) -> str:
    """The whole page; rules are the dearest first, each opens to its plans."""
    name = html.escape(title)
    found = sum(rule.found for rule in profile.rules)
    new = sum(rule.new for rule in profile.rules)
    rules = "".join(_rule(rule, profile) for rule in profile.dearest)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{name}: profile</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{name}</h1>\n<p>{seconds(profile.seconds)} in all, "
        f"{seconds(profile.load_seconds)} of them for loading; {len(profile.rounds):,} rounds; "
        f"{found:,} rows found, {new:,} of them new.</p>\n"
        f"<h2>Rules</h2>\n<table><tr><th>time</th><th>share</th><th>rounds</th><th>found</th>"
        f"<th>new</th><th>rule</th></tr>\n{rules}</table>\n"
        f"<h2>Rounds</h2>\n{_chart(profile.rounds, 'seconds')}\n{_chart(profile.rounds, 'new')}\n"
        f"</body></html>\n"
    )


def _rule(rule: RuleProfile, profile: Profile) -> str:
    part = rule.seconds / profile.seconds if profile.seconds else 0.0
    line = "" if rule.line is None else f" <small>line {rule.line}</small>"
    plans = "".join(map(_plan, rule.plans))
    return (
        f"<tr><td>{seconds(rule.seconds)}</td><td>{share(rule.seconds, profile.seconds)} "
        f'<span class="bar" style="width:{80 * part:.0f}px"></span></td>'
        f"<td>{len(rule.rounds):,}</td><td>{rule.found:,}</td><td>{rule.new:,}</td>"
        f"<td><details><summary><code>{html.escape(rule.text)}</code>{line}</summary>"
        f"{plans}</details></td></tr>\n"
    )


def _plan(plan: PlanProfile) -> str:
    times = "once" if plan.runs == 1 else f"{plan.runs:,} times"
    steps = "".join(
        f"<tr><td>{seconds(step.seconds)}</td><td>{_expected(step.expected, step.rows)}</td>"
        f"<td>{step.rows:,}</td><td><code>{html.escape(step.text)}</code></td></tr>"
        for step in plan.steps
    )
    return (
        f"<p>ran {times}, {seconds(plan.seconds)} in its steps</p><table><tr><th>time</th>"
        f"<th>expected</th><th>rows</th><th>step</th></tr>{steps}</table>"
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
    label = seconds(top) if what == "seconds" else f"{int(top):,} new rows"
    wide = WIDTH / len(heights)
    bars = "".join(
        f'<rect x="{i * wide:.1f}" y="{20 + HEIGHT * (1 - value / top):.1f}" '
        f'width="{max(wide - 1, 0.5):.1f}" height="{HEIGHT * value / top:.1f}"/>'
        for i, value in enumerate(heights)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 40}" role="img" aria-label="{what} of each round">'
        f'<text x="0" y="12">{label}</text>{bars}'
        f'<text x="0" y="{HEIGHT + 36}">round 1</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 36}" text-anchor="end">round {len(values):,}</text></svg>'
    )
