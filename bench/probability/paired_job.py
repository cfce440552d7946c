"""One program in a process of its own, a few times: a job comes on stdin, a line of JSON goes out.

{"how": "souffle", "text": "0.5::a().", "queries": [["a", []]], ...}   ->   {"seconds": 0.001, ...}

It imports nothing but what it runs, so that a Python with only ProbLog in it can run it too.
"""

from __future__ import annotations

import json
import math
import resource
import statistics
import sys
import time
import warnings

# So many seconds of rounds are enough, and so many are too few where rounds are short.
ENOUGH, FEW = 5.0, 0.5


def trivium(dialect, text, queries):
    """A round of Trivium: the answers, and whether they are exact."""
    from trivium import Program

    result = Program(text, dialect=dialect).run()
    asked = {}
    for name, row in queries:
        asked.setdefault(name, []).append(tuple(row))
    # Several relations are asked for together: as outputs.
    exact = True if len(asked) < 2 else result.method == "exact"
    answers = {}
    for name, rows in asked.items():
        for row, value in result.probabilities(name, rows).items():
            answers[f"{name}({','.join(map(str, row))})" if row else name] = value
            low, high = result.bounds(name, row)
            exact = exact and low == high
    return answers, exact


def problog(knowledge, text, queries):
    """A round of ProbLog, by one of its ways to compile."""
    from problog import get_evaluatable
    from problog.program import PrologString

    found = get_evaluatable(knowledge).create_from(PrologString(text)).evaluate()
    return {str(term).replace(" ", ""): value for term, value in found.items()}, True


def main() -> None:
    job = json.loads(sys.stdin.read())
    seconds = math.ceil(job["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"] << 20, job["memory"] << 20))
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100_000)
    run = trivium if job["how"] in ("problog", "souffle") else problog
    times = []
    # What is imported late is not what is compared.
    run(job["how"], "0.5::a." if run is problog or job["how"] == "problog" else "0.5::a().", ())
    while sum(times) < FEW or (len(times) < job["rounds"] and sum(times) < ENOUGH):
        start = time.perf_counter()
        answers, exact = run(job["how"], job["text"], job["queries"])
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"seconds": statistics.median(times), "memory": peak, "exact": exact}
    print(json.dumps({**found, "answers": answers}))


if __name__ == "__main__":
    main()
