"""Packed files: what a `.gz`, `.bz2`, `.xz`, `.zst`, `.zip` or `.tar` holds, as if it lay there.

    sales.csv.gz          the source sales.csv.gz/sales.csv
    all.zip               the sources all.zip/a.csv, all.zip/2024/b.xlsx

Nothing is unpacked that grows out of all proportion (E609), that lies too deep, or under a name
that leads outside. A member that cannot be read is a warning, and the others are read.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from trivium.errors import BackendError, DataError, TriviumError
from trivium.ground.document import Contents
from trivium.ground.report import Log
from trivium.ground.unpack import unpack

DEEPEST, MEMBERS = 3, 10_000
# Files that systems and programs leave in archives.
_CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", ".git/")
_DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


def read_archive(path: Path, name: str, log: Log) -> Contents:
    """What the members hold. Raises E605, E606, E609; E604 if there is none that can be read."""
    if log.depth >= DEEPEST:
        raise DataError(609, f"`{name}` lies more than {DEEPEST} archives deep")
    contents = Contents()
    failed: list[TriviumError] = []
    count = 0
    try:
        for member, file in log.along(_members(path, name)):
            count += 1
            if count > MEMBERS:
                raise DataError(609, f"`{name}` holds more than {MEMBERS:,} files")
            read_member(contents, file, member, name, log, failed)
    except RuntimeError as problem:
        raise DataError(605, f"`{name}` is protected by a password") from problem
    except _DAMAGE as problem:
        if not contents.tables and not contents.passages:
            raise DataError(606, f"`{name}` is a damaged archive: {problem}") from problem
        log.warn(f"{name}: damaged after its first files: {problem}")
    if failed and not contents.tables and not contents.passages:
        raise failed[0]
    for error in failed:
        log.warn(error.message)
    if not count:
        raise DataError(604, f"`{name}` holds no files")
    return contents


def read_member(
    contents: Contents, file: Path, member: str, name: str, log: Log, failed: list[TriviumError]
) -> None:
    """Read a file that was taken out of another."""
    from trivium.ground.read import contents_of

    log.depth += 1
    try:
        contents.extend(contents_of(file, f"{name}/{member}", log))
    except (DataError, BackendError) as problem:
        failed.append(problem)
    finally:
        log.depth -= 1


def _members(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"PK"):
        yield from _zipped(path, name)
    elif head[257:262] == b"ustar":
        yield from _tarred(path, name)
    else:
        stream = _opened(path, head)
        member = path.stem if path.suffix.lower() in _PACKED else path.name
        unpacked = unpack(stream, member, path.stat().st_size, name)
        if path.suffix.lower() in (".tgz", ".tbz", ".txz"):
            unpacked = unpacked.rename(unpacked.with_suffix(".tar"))
        yield member, unpacked


_PACKED = (".gz", ".bz2", ".xz", ".zst", ".lzma", ".zstd")


def _opened(path: Path, head: bytes) -> Any:
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(path)
    if head.startswith(b"BZh"):
        return bz2.open(path)
    if head.startswith(b"\xfd7zXZ"):
        return lzma.open(path)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")


def _zipped(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir() and _is_wanted(info.filename, name):
                with archive.open(info) as stream:
                    size = max(info.compress_size, path.stat().st_size // 100)
                    yield info.filename, unpack(stream, info.filename, size, name)


def _tarred(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    with tarfile.open(path) as archive:
        for info in archive:
            stream = archive.extractfile(info) if info.isfile() else None
            if stream is not None and _is_wanted(info.name, name):
                yield info.name, unpack(stream, info.name, info.size, name)


def _is_wanted(member: str, name: str) -> bool:
    """Whether a member is a file of its own; E609 for a name that leads outside."""
    parts = PurePosixPath(member.replace("\\", "/")).parts
    if ".." in parts or member.startswith(("/", "\\")) or (parts and parts[0].endswith(":")):
        raise DataError(609, f"`{name}` holds a name that leads outside: `{member}`")
    return not any(mark in f"{member}/" if mark.endswith("/") else parts[-1] == mark
                   for mark in _CLUTTER)  # fmt: skip
