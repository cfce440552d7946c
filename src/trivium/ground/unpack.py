"""The bytes of a stream as a file that lasts as long as the program, and no longer than is sane.

A stream that grows out of all proportion to what it came from is refused (E609).
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from trivium.errors import DataError

# So many bytes may always come out; beyond, at most RATIO times what went in.
ALWAYS, RATIO = 100_000_000, 200
_CHUNK = 1 << 20


def unpack(stream: IO[bytes] | Any, member: str, size: int, name: str) -> Path:
    """The bytes of a stream as a file of that name, kept until the program ends."""
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    plain = PurePosixPath(member.replace("\\", "/")).name or "member"
    target = folder / plain[-200:]
    written = 0
    with target.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > max(ALWAYS, RATIO * size):
                file.close()
                target.unlink()
                raise DataError(
                    609, f"`{name}` unpacks to more than {RATIO} times its size",
                    hint="unpack it yourself if it is meant to",
                )  # fmt: skip
            file.write(chunk)
    return target


_made: list[str] = []


def _folder() -> str:
    if not _made:
        _made.append(tempfile.mkdtemp(prefix="trivium-"))
        atexit.register(shutil.rmtree, _made[0], ignore_errors=True)
    return _made[0]
