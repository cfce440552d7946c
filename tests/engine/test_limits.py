"""A runaway program is stopped, names the rule that grew, and may be run again."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter, sleep

import pytest

from trivium.engine.contract import Table
from trivium.engine.limits import Guard, Limits
from trivium.engine.reference import Reference, RunIndex, RunMatches
from trivium.errors import LimitError
from trivium.program import Program

NATURALS = "nat(0).\nnat(x + 1) :- nat(x)."


@pytest.mark.parametrize(
    ("number", "limits"), [(301, Limits(seconds=0.3)), (302, Limits(rows=100))]
)
def test_endless_recursion(number: int, limits: Limits) -> None:
    with pytest.raises(LimitError) as caught:
        Program(NATURALS).run(limits=limits)
    assert caught.value.number == number
    assert caught.value.span is not None
    assert caught.value.span.text == "nat(x + 1) :- nat(x)."
    assert "`nat(x + 1) :- nat(x).`" in caught.value.message


def test_memory_is_asked_for_before_it_is_taken() -> None:
    program = Program("p(x, y) :- n(x), n(y).")
    numbers = [(i,) for i in range(100_000)]  # ten thousand million pairs
    with pytest.raises(LimitError) as caught:
        program.run(n=numbers, limits=Limits(memory_bytes=20_000_000))
    assert caught.value.number == 303
    assert len(program.run(n=numbers[:10])["p"]) == 100


def test_dense_rows_count_as_they_are_held() -> None:
    pytest.importorskip("trivium._native", reason="the native engine was not built")
    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    ring = [(i, (i + 1) % 1500) for i in range(1500)]
    limits = Limits(memory_bytes=24 << 20)
    assert len(program.run(edge=ring, backend="native", limits=limits)["path"]) == 1500**2
    with pytest.raises(LimitError) as caught:
        program.run(edge=ring, backend="native", limits=Limits(memory_bytes=1 << 20))
    assert caught.value.number == 303


@pytest.mark.parametrize("rule", ["p(n) :- t(n, _).", "p(n) :- t(n, _), strlen(to_string(n)) < 9."])
def test_texts_are_counted_as_memory(rule: str) -> None:
    program = Program(f".decl t(n: number, s: symbol)\n.decl p(n: number)\n{rule}")
    same = [(i, "the same text") for i in range(100_000)]
    others = [(i, f"text {i}") for i in range(100_000)]
    limits = Limits(memory_bytes=12_000_000)
    with pytest.raises(LimitError) as caught:
        program.run(t=others, limits=limits)
    assert caught.value.number == 303
    if "to_string" in rule:
        with pytest.raises(LimitError):
            program.run(t=same, limits=limits)
    else:
        assert len(program.run(t=same, limits=limits)["p"]) == 100_000


def test_terms_are_counted_as_memory() -> None:
    text = ".type Pair = [x: number, y: number]\n.decl p(q: Pair)\np([x, x + 1]) :- n(x), x >= 0."
    program = Program(f".decl n(x: number)\n{text}")
    numbers = [(i,) for i in range(50_000)]
    with pytest.raises(LimitError, match="E303"):
        program.run(n=numbers, limits=Limits(memory_bytes=12_000_000))
    assert len(program.run(n=numbers, limits=Limits(memory_bytes=40_000_000))["p"]) == 50_000


def test_what_an_update_keeps_is_counted_as_memory() -> None:
    program = Program(".decl e(x: number, y: number)\np(x, y) :- e(y, x), x != y.")
    result = program.run(e=[(i, i + 1) for i in range(50_000)])
    assert len(result["p"]) == 50_000
    with pytest.raises(LimitError, match="E303"):
        program.update(insert={"e": [(0, 2)]}, limits=Limits(memory_bytes=2_000_000))
    assert len(program.update(insert={"e": [(0, 2)]})["p"]) == 50_001


def test_a_large_product_stops_in_time() -> None:
    program = Program("p(x) :- n(x), n(y), n(z), x + y + z < 0.")
    with pytest.raises(LimitError) as caught:
        program.run(n=[(i,) for i in range(5000)], limits=Limits(seconds=0.2))
    assert caught.value.number == 301
    assert caught.value.message.startswith("the run took longer")


def test_a_large_product_needs_little_memory() -> None:
    program = Program("p(c) :- c = count : { n(x), n(y), x = y + 1 }.")
    result = program.run(
        n=[(i,) for i in range(3000)], limits=Limits(memory_bytes=200_000_000, seconds=60)
    )
    assert result["p"].rows() == [(2999,)]


class Interrupted(Reference):
    """A backend during whose third join the user presses Ctrl-C."""

    probes = 0

    def probe(self, index: object, keys: Table, length: int) -> RunMatches:
        self.probes += 1
        if self.probes == 3:
            raise KeyboardInterrupt
        assert isinstance(index, RunIndex)
        return super().probe(index, keys, length)


def test_ctrl_c_leaves_the_program_usable() -> None:
    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    edges = [(i, i + 1) for i in range(10)]
    with pytest.raises(KeyboardInterrupt):
        program.run(backend=Interrupted(), edge=edges)
    assert len(program.run(edge=edges)["path"]) == 55


def test_the_clock_of_a_run_does_not_bind_its_proofs() -> None:
    result = Program("p(x) :- n(x).").run(n=[(1,)], limits=Limits(seconds=0.5))
    sleep(0.6)
    assert result.why("p", (1,)).row == (1,)


@pytest.mark.parametrize("large", [0, 1 << 20])
@pytest.mark.parametrize("options", ["", '(IO=file, rfc4180=true, delimiter="\\t")'])
@pytest.mark.parametrize(
    ("number", "limits"), [(301, Limits(seconds=1e-9)), (303, Limits(memory_bytes=20_000))]
)
def test_reading_a_file_keeps_to_the_limits(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    large: int,
    options: str,
    number: int,
    limits: Limits,
) -> None:
    monkeypatch.setattr("trivium.files.large.LARGE", large)
    text = "".join(f"name {n}\t{n}\n" for n in range(2000))
    (tmp_path / "t.facts").write_text(text)
    options = options.replace(")", ', filename="t.facts")')
    program = Program(f".decl t(s: symbol, n: number)\n.input t{options}")
    with pytest.raises(LimitError) as caught:
        program.run(facts_dir=tmp_path, limits=limits)
    assert caught.value.number == number
    assert len(program.run(facts_dir=tmp_path)["t"]) == 2000


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("form", ["jsonl", "jsonfile", "sqlite", "parquet"])
@pytest.mark.parametrize(
    ("number", "limits"), [(301, Limits(seconds=1e-9)), (303, Limits(memory_bytes=20_000))]
)
def test_so_does_reading_other_formats(
    tmp_path: Path, declared: bool, form: str, number: int, limits: Limits
) -> None:
    rows = [(f"name {n}", n) for n in range(2000)]
    at = f'(IO={form}, filename="t.{form}")'
    columns = ".decl t(s: symbol, n: number)\n"
    Program(f"{columns}.output t{at}").run(t=rows, output_dir=tmp_path)
    program = Program(f"{columns if declared else ''}.input t{at}\np(n) :- t(_, n).")
    with pytest.raises(LimitError) as caught:
        program.run(facts_dir=tmp_path, limits=limits)
    assert caught.value.number == number
    assert len(program.run(facts_dir=tmp_path)["p"]) == 2000


def test_writing_an_output_keeps_to_the_deadline(tmp_path: Path) -> None:
    program = Program(".decl p(x: number)\n.output p\np(x) :- n(x), x > 0.\n.decl n(x: number)")
    result = program.run(n=[(n,) for n in range(5000)])
    (tmp_path / "p.csv").write_text("as it was\n")
    with pytest.raises(LimitError, match="E301"):
        result.write(tmp_path, Guard(Limits(seconds=1), perf_counter() - 2))
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]
    assert (tmp_path / "p.csv").read_text() == "as it was\n"
    result.write(tmp_path)
    assert (tmp_path / "p.csv").read_text() == "".join(f"{n}\n" for n in range(1, 5000))
