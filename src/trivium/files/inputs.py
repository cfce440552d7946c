"""What a run reads its files through: `.input` directives, and the options that say where and how.

    run_program(program, data, functors, options, start, inputs=inputs_of(options))

Many runs read no file: the readers are loaded with the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trivium.engine.given import Given
from trivium.engine.limits import Guard
from trivium.engine.run import Options
from trivium.ir.nodes import InputOutput, Relation
from trivium.ir.types import Shapes


@dataclass(frozen=True, slots=True)
class FactFiles:
    """Fact files under a folder; `skip` leaves out malformed lines, with a warning."""

    folder: Path
    skip: bool = False

    def read(
        self, directive: InputOutput, relation: Relation, shapes: Shapes, guard: Guard
    ) -> Given:
        from trivium.files.facts import read_facts

        return read_facts(directive, relation, self.folder, shapes, self.skip, guard)

    def read_untyped(self, directive: InputOutput, guard: Guard) -> Given:
        from trivium.files.facts import read_untyped

        return read_untyped(directive, self.folder, guard)


def inputs_of(options: Options) -> FactFiles:
    """The files that a run with these options reads."""
    return FactFiles(Path(options.facts_dir or "."), options.on_error == "skip")
