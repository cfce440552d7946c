"""A run that is cancelled, at whatever moment, leaves the program usable and outputs whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import numpy as np
import pytest

from trivium.engine.native import available
from trivium.program import Program

BACKENDS = ["reference", "native"] if available() else ["reference"]
TEXT = """
.decl edge(x: number, y: number)
.decl path(x: number, y: number)
.output path
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
.decl far(x: number, label: symbol, n: number)
.output far(IO=jsonl)
far(x, cat("node ", to_string(x)), n) :- edge(x, _), n = count : { path(x, _) }, n > 3.
"""
EDGES = np.array([(i, (i * 7 + 1) % 150) for i in range(150)])

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="signals come after a time on Unix alone"
)


@contextmanager
def ctrl_c_after(seconds: float) -> Iterator[None]:
    """The signal that Ctrl-C sends, once, after some time; not at all if the block ends before."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# A file that the signal catches between its opening and its `with` is closed by the interpreter.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("backend", BACKENDS)
def test_ctrl_c_at_any_moment(backend: str, tmp_path: Path) -> None:
    assert threading.current_thread() is threading.main_thread()
    program = Program(TEXT)
    whole = program.run(edge=EDGES, backend=backend, output_dir=tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(written) == {"path.csv", "far.jsonl"}
    chance = Random(5)
    cancelled, longest = 0, whole.stats.seconds * 1.5
    for _ in range(40):
        delay = max(1e-4, longest * chance.random())
        try:
            with ctrl_c_after(delay):
                program.run(edge=EDGES, backend=backend, output_dir=tmp_path)
            longest *= 0.8  # the first run may have been slow
        except KeyboardInterrupt:
            cancelled += 1
            longest *= 1.1
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == written
    again = program.run(edge=EDGES, backend=backend)
    assert again["path"].rows() == whole["path"].rows()
    assert again["far"].rows() == whole["far"].rows()
    assert cancelled > 5
