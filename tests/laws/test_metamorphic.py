"""What must not matter: the order of clauses, names, clauses said twice, where facts are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from tests.fuzz.engines import ENGINES, Outcome
from tests.fuzz.programs import Case, make

from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

HALF = "_half"


def shuffled(case: Case, chance: Random) -> Case:
    items = list(case.program.items)
    chance.shuffle(items)
    return with_items(case, items)


def renamed(case: Case, chance: Random) -> Case:
    """Other names for relations and variables, which sort the other way round."""
    text = re.sub(r"\b([rx])(\d+)\b", lambda m: f"{m[1]}{999 - int(m[2])}z", case.text)
    data = {f"r{999 - int(name[1:])}z": rows for name, rows in case.data.items()}
    return Case(parse(Source("<renamed>", text)), data)


def repeated(case: Case, chance: Random) -> Case:
    items = list(case.program.items)
    clauses = [item for item in items if isinstance(item, ast.Clause) and chance.random() < 0.5]
    for clause in clauses:
        items.insert(chance.randrange(len(items) + 1), clause)
    return with_items(case, items)


def split(case: Case, chance: Random) -> Case:
    """Some facts of declared relations move to relations of their own, which a rule adds."""
    items: list[ast.Item] = []
    declared = {i.name: i for i in case.program.items if isinstance(i, ast.Declaration)}
    moved: dict[str, None] = {}
    for item in case.program.items:
        if isinstance(item, ast.Clause) and item.body is None and len(item.heads) == 1:
            head = item.heads[0]
            if head.relation in declared and chance.random() < 0.5:
                moved[head.relation] = None
                item = replace(item, heads=(replace(head, relation=head.relation + HALF),))
        items.append(item)
    for name in moved:
        declaration = declared[name]
        args = tuple(
            ast.Variable(f"a{n}", declaration.span) for n in range(len(declaration.columns))
        )
        atoms = [ast.Atom(n, args, declaration.span) for n in (name, name + HALF)]
        items.insert(0, replace(declaration, name=name + HALF))
        items.append(ast.Clause((atoms[0],), atoms[1], declaration.span))
    return with_items(case, items)


def with_items(case: Case, items: list[ast.Item]) -> Case:
    return replace(case, program=replace(case.program, items=tuple(items)))


def rows(outcome: Outcome) -> dict[str, object]:
    """The rows by the names of the first program."""
    names = {name: name for name in outcome.rows if not name.endswith(HALF)}
    names = {n: f"r{999 - int(n[1:-1])}" if n.endswith("z") else n for n in names}
    return {names[name]: found for name, found in outcome.rows.items() if name in names}


@pytest.mark.parametrize("change", [shuffled, renamed, repeated, split])
@pytest.mark.parametrize("engine", ["default", "native" if "native" in ENGINES else "reference"])
def test_a_change_of_form_changes_no_row(
    change: Callable[[Case, Random], Case], engine: str
) -> None:
    for seed in range(40):
        case = make(Random(f"metamorphic/{seed}"))
        before = ENGINES[engine](case)
        after = ENGINES[engine](change(case, Random(seed)))
        if "large" in (before.trouble, after.trouble):
            continue
        assert (rows(after), after.trouble) == (rows(before), before.trouble), case.text
