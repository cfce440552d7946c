"""The text of a program file, and the dialect that its name tells.

dialect_of("alarm.pl")   problog      dialect_of("rules.dl")   souffle
"""

from __future__ import annotations

import sys
from pathlib import Path

from trivium.errors import DataError

# The dialect of a program, by how the name of its file ends; any other is Soufflé's.
ENDINGS = {".pl": "problog", ".problog": "problog", ".sql": "sql", ".bif": "bif"}


def dialect_of(path: str | Path) -> str:
    return ENDINGS.get(Path(path).suffix.lower(), "souffle")


def program_text(path: str | Path) -> str:
    """The text of a program file, or of stdin for `-`.

    E601 missing, E602 unreadable, E603 a directory, E606 not text.
    """
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(601, f"there is no file `{path}`") from None
    except IsADirectoryError:
        raise DataError(603, f"`{path}` is a directory") from None
    except OSError as error:
        raise DataError(602, f"`{path}` cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(606, f"`{path}` is not UTF-8 text (byte {error.start})") from None
