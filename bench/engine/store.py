"""The data of a workload on disk: arrays for Trivium and DuckDB, `.facts` files for Soufflé.

    FOLDER/tc-chain-1.0/edge.npy    edge.facts    about.json

Made once for each scale; `about.json` holds the number of facts and a fingerprint of data and
programs, by which kept figures are known to be of the same work.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from bench.engine import generate
from bench.engine.workloads import Workload
from pyarrow import csv


@dataclass(frozen=True)
class Stored:
    """Where the data of a workload is, how many facts, and its fingerprint."""

    folder: Path
    facts: int
    fingerprint: str


def store(workload: Workload, scale: float, root: Path) -> Stored:
    """The data of a workload, made if it is not there; `.facts` files come with `write_facts`."""
    generator = hashlib.sha256(Path(generate.__file__).read_bytes()).hexdigest()[:8]
    folder = root / f"{workload.name}-{scale}-{generator}"
    about = folder / "about.json"
    if not about.exists():
        folder.mkdir(parents=True, exist_ok=True)
        data = workload.data(scale)
        digest = hashlib.sha256()
        for name, rows in sorted(data.items()):
            digest.update(name.encode() + np.ascontiguousarray(rows).tobytes())
            np.save(folder / f"{name}.npy", np.asfortranarray(rows))
        facts = sum(map(len, data.values()))
        about.write_text(json.dumps({"facts": facts, "digest": digest.hexdigest()}), "utf-8")
    known = json.loads(about.read_text("utf-8"))
    work = "\0".join((known["digest"], *workload.datalog, str(workload.repeats)))
    return Stored(folder, known["facts"], hashlib.sha256(work.encode()).hexdigest()[:16])


def write_facts(stored: Stored) -> None:
    for path in stored.folder.glob("*.npy"):
        target = path.with_suffix(".facts")
        if not target.exists():
            columns = [pa.array(column) for column in np.load(path).T]
            table = pa.table(columns, names=[str(place) for place in range(len(columns))])
            part = target.with_suffix(".part")
            csv.write_csv(table, part, csv.WriteOptions(include_header=False, delimiter="\t"))
            part.rename(target)
