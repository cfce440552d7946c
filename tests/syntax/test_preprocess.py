"""Included files, macros and conditions; errors point to what the user wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from trivium.errors import SyntaxProblem
from trivium.program import Program
from trivium.source import Source
from trivium.syntax.preprocess import preprocess
from trivium.syntax.printer import print_program
from trivium.syntax.souffle import parse


def printed(text: str, **macros: str) -> str:
    return print_program(parse(Source("test.dl", text), None, macros)).strip()


def problem(text: str, folders: list[Path] | None = None) -> SyntaxProblem:
    with pytest.raises(SyntaxProblem) as caught:
        parse(Source("test.dl", text), folders)
    return caught.value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#define N 3\np(N, NN, x).", "p(3, NN, x)."),
        ("#define N 3 // three\n  # define M (N + /* one */ 1)\np(M).", "p(3 + 1)."),
        (
            "#define E(a, b) e(a, b)\nE(1, (2 + 3)). E ( f(4, 5) , 6 ).",
            "e(1, 2 + 3).\ne(f(4, 5), 6).",
        ),
        ("#define E(a) e(a)\np(E, 1).", "p(E, 1)."),
        ("#define NONE() 7\np(NONE()).", "p(7)."),
        ('#define T(x) #x\np(T(a  b), T("c")).', 'p("a b", "\\"c\\"").'),
        ("#define J(a, b) a ## _ ## b\nJ(left, 1)(2).", "left_1(2)."),
        ("#define X Y\n#define J(a) a ## X\n#define Y 1\np(J(t), X).", "p(tX, 1)."),
        ("#define ALL(r, ...) r(__VA_ARGS__)\nALL(p, 1, 2). ALL(q).", "p(1, 2).\nq."),
        ("#define p p(1)\np.", "p(1)."),
        ("#define SUM ADD\n#define ADD(a, b) a + b\np(SUM(1, 2), SUM).", "p(1 + 2, ADD)."),
        ("#define F(x) g(x), F\np(F(1)(2)).", "p(g(1), F(2))."),
        (
            "#define N(a, b, n, ...) n\n#define R1(a) a\n#define R2(a, ...) [a, R1(__VA_ARGS__)]\n"
            "#define J(n) J_(n)\n#define J_(n) R ## n\n"
            "#define LIST(...) J(N(__VA_ARGS__, 2, 1))(__VA_ARGS__)\np(LIST(x), LIST(x, y)).",
            "p(x, [x, y]).",
        ),
        ("#define A B\n#define B A\np(A, B).", "p(A, B)."),
        ('#define x 1\np("x", x). // x\n', 'p("x", 1).'),
        ("#define LONG(a) \\\n  p(a), \\\n  q(a)\nr(x) :- LONG(x).", "r(x) :- p(x), q(x)."),
        ("p(x) :- \\\n q(x).", "p(x) :- q(x)."),
        ("#define N 1\n#undef N\np(N).", "p(N)."),
        ("# a comment\n#### another\np(1).", "p(1)."),
        ("#ifdef A\np(1).\n#else\np(2).\n#endif", "p(2)."),
        ("#ifndef A\np(1).\n#else\np(2).\n#endif", "p(1)."),
        ("#define A\n#ifdef A\n#ifdef B\np(1).\n#else\np(2).\n#endif\n#endif", "p(2)."),
        ("#if 0\n#if 1\np(1).\n#else\np(2).\n#endif\n#define C\n#error no\n#endif\np(C).", "p(C)."),
        ("#if 0\np(1).\n#elif 1\np(2).\n#elif 1\np(3).\n#else\np(4).\n#endif", "p(2)."),
        ("/*\n#if 1\n*/ p(1).", "p(1)."),
        ("p(__LINE__).\n\np(__LINE__,\n__LINE__).", "p(1).\np(3, 4)."),
        ("#define AT __LINE__\n\np(AT, __FILE__, __INCL__).", 'p(3, "test.dl", "").'),
    ],
)
def test_lines(text: str, shown: str) -> None:
    assert printed(text) == shown


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1", True),
        ("0x10 == 16 && 1 + 2 * 3 == 7", True),
        ("defined(A) && !defined B", True),
        ("A >= 3 || UNKNOWN", True),
        ("A < 3", False),
        ("-1 < 0 ? 0 : 1", False),
        ("(1 << 3) % 5 == 3 && ~0 == -1 && (6 & 3 | 8) ^ 1", True),
        ("1 / 0", False),
        ("DOUBLE(A) == 6", True),
        ("RAM_DOMAIN_SIZE == 64", True),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    text = f"#define DOUBLE(x) (2 * x)\n#if {condition}\nyes.\n#else\nno.\n#endif"
    assert printed(text, A="3") == ("yes." if holds else "no.")


def test_nothing_to_do_is_nothing_done() -> None:
    source = Source("test.dl", "p(1). # not a line of the preprocessor\n")
    assert preprocess(source) is source


def test_errors_point_to_what_was_written(tmp_path: Path) -> None:
    error = problem("#define N 1\n#define BAD(x) q(x :- r.\np(N). BAD(3)\n")
    assert "--> test.dl:3:7" in str(error)
    assert "^^^^^^" in str(error)
    inner = tmp_path / "inner.dl"
    inner.write_text("q(1).\nq(2\n", encoding="utf-8")
    error = problem('p(1).\n#include "inner.dl"\n', [tmp_path])
    assert f"--> {inner}:2:4\n 2 | q(2\n" in str(error)


def test_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "main.dl").write_text(
        '.include "sub/one.dl"\n#include <two.dl>\n.include "once.dl"\n.include "once.dl"\n'
        '#include "pragma.dl"\n#include "pragma.dl"\n#pragma twice\n'
        "main(__LINE__).\n",
        encoding="utf-8",
    )
    (tmp_path / "sub/one.dl").write_text('.include "beside.dl"\nINNER(1).', encoding="utf-8")
    (tmp_path / "sub/beside.dl").write_text("#define INNER one", encoding="utf-8")
    (tmp_path / "two.dl").write_text("two(__LINE__, __INCL__).", encoding="utf-8")
    (tmp_path / "once.dl").write_text(".once\nonce(1).", encoding="utf-8")
    (tmp_path / "pragma.dl").write_text("#pragma once\npragma(1).", encoding="utf-8")
    main = tmp_path / "main.dl"
    tree = parse(Source(str(main), main.read_text("utf-8")), [tmp_path])
    assert print_program(tree).splitlines() == [
        "one(1).",
        f'two(1, "{main}:2").',
        "once(1).",
        "pragma(1).",
        "main(8).",
    ]
    program = Program(main.read_text("utf-8"), name="elsewhere.dl", include=[tmp_path])
    assert program.run()["two"].rows() == [(1, "elsewhere.dl:2")]


def test_facts_know_their_file(tmp_path: Path) -> None:
    (tmp_path / "facts.dl").write_text("\nedge(1, 2).", encoding="utf-8")
    text = '#include "facts.dl"\npath(x, y) :- edge(x, y).'
    proof = Program(text, include=[tmp_path]).run().why("path", (1, 2))
    assert [(place.file, place.line) for place in proof.places()] == [
        (str(tmp_path / "facts.dl"), 2)
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#if 1\np(1).", 109),
        ("#endif", 109),
        ("#if 1\n#else\n#else\n#endif", 109),
        ("#if 1\n#else\n#elif 1\n#endif", 109),
        ("#if 1 +\n#endif", 109),
        ("#if (1\n#endif", 109),
        ("#if p(1)\n#endif", 109),
        ("#if " + "(" * 1000 + "\n#endif", 109),
        ("#ifdef\n#endif", 109),
        ("#define 3", 109),
        ("#define P(1) 2", 109),
        ("#error too late", 109),
        ("#include here", 109),
        ('#include "there.dl"', 110),
        ('.include "there.dl"', 110),
        ("#define E(a, b) a\np(E(1)).", 111),
        ("#define E(a) a\np(E(1, 2)).", 111),
        ("#define NONE() a\np(NONE(1)).", 111),
        ("#define F(x) x\np(" + "F(" * 500 + "1" + ")" * 500 + ").", 111),
        ("".join(f"#define A{n + 1} A{n}\n" for n in range(500)) + "p(A500).", 111),
        (
            "#define A0 xxxxxxxxxxxxxxxx\n"
            + "".join(f"#define A{n + 1} A{n} A{n}\n" for n in range(40))
            + "p(A40).",
            111,
        ),
    ],
)
def test_mistakes(text: str, number: int) -> None:
    assert problem(text).number == number


def test_a_file_that_includes_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.dl").write_text('#include "loop.dl"', encoding="utf-8")
    error = problem('#include "loop.dl"', [tmp_path])
    assert error.number == 110
    assert "includes itself" in error.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.dl").write_bytes(b"\xff\xfe\x00")
    assert problem('#include "bytes.dl"', [tmp_path]).number == 110
    assert problem('#include "missing.dl"', [tmp_path]).number == 110
