"""The preprocessor: included files, macros and conditions, before anything else is read.

    before:  #define EDGE(a, b) edge(#a, #b).
             #ifdef SMALL
             EDGE(ulm, bern)
             #endif
    after:   edge("ulm", "bern").     where SMALL is defined; errors point to EDGE(ulm, bern)

The lines are those of C: `#include`, `#define`, `#undef`, `#if`, `#ifdef`, `#ifndef`, `#elif`,
`#else`, `#endif`, `#error`, `#pragma once`; `.include` and `.once` are Soufflé's. Any other line
that starts with `#` is a comment. Files are read only where the caller says in which folders.

Raises SyntaxProblem 109 (a line, or the end of a condition), 110 (an included file) and 111 (the
arguments of a macro).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trivium.errors import SyntaxProblem
from trivium.source import Assembled, Piece, Source, Span
from trivium.syntax.conditions import is_true
from trivium.syntax.macros import Macro, Macros, define, expand_use

_WANTED = re.compile(
    r"^[ \t\ufeff]*\#[ \t]*(?:include|define|undef|if|ifdef|ifndef|elif|else|endif|error)\b"
    r"|\.include\b|\.once\b|\b__(?:FILE|LINE|INCL)__\b",
    re.MULTILINE,
)
_PART = re.compile(
    r"""
    (?P<line>(?:(?<=\n)|\A)[ \t\ufeff]*\#(?:[^\n\\"/]|\\\r?\n|\\.|"(?:\\.|[^"\\\n])*"?
        |/\*[\s\S]*?\*/|/)*)
    |(?P<include>(?<![\w)\]"}])\.include[ \t]+"(?P<file>(?:\\.|[^"\\\n])*)")
    |(?P<once>(?<![\w)\]"}])\.once\b)
    |(?P<plain>//[^\n]*|/\*[\s\S]*?\*/|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[0-9]\w*)
    |(?P<name>[^\W\d]\w*)
    |(?P<rest>[^\w"/#.\n]+|[\s\S])
    """,
    re.VERBOSE,
)
_LINE = re.compile(r"[ \t\ufeff]*\#[ \t]*(\w+)([\s\S]*)")
_COMMENT = re.compile(r'//[^\n]*|/\*[\s\S]*?\*/|("(?:\\.|[^"\\\n])*"?)')
_QUOTED = re.compile(r'"([^"]+)"|<([^>]+)>')
BUILT_IN = frozenset(("__LINE__", "__FILE__", "__INCL__"))
# What Soufflé defines for programs that ask how wide numbers are.
DEFINED = {"RAM_DOMAIN_SIZE": "64"}
# Files inside files, and characters in all: more is taken for a mistake.
MAX_FILES = 100
MAX_TEXT = 1 << 28


def preprocess(
    source: Source,
    folders: Sequence[Path] | None = None,
    macros: Mapping[str, str] | None = None,
) -> Source:
    """The source with nothing left to preprocess; the source itself if there is nothing to do.

    `folders` are where included files are looked for, after the folder of the including file; None
    forbids them. `macros` are defined from the start, as is `RAM_DOMAIN_SIZE` where anything is to
    be preprocessed.
    """
    if not macros and not _WANTED.search(source.text):
        return source
    made = _Preprocessor(source, folders, DEFINED | dict(macros or {}))
    made.file(source, Span(source, 0, 0))
    return Assembled(source.name, "".join(made.texts), tuple(made.pieces))


@dataclass(slots=True)
class _Condition:
    """An open `#if`: whether its lines count, whether one of its parts has, and what is around."""

    active: bool
    taken: bool
    around: bool
    span: Span
    last: bool = False


@dataclass(slots=True)
class _File:
    """A file that is being read."""

    source: Source
    included: Span
    conditions: list[_Condition] = field(default_factory=list)

    _counted: tuple[int, int] = (0, 1)

    def line(self, at: int) -> int:
        """The line of a character, at or after the one asked for before."""
        start, line = self._counted
        self._counted = at, line + self.source.text.count("\n", start, at)
        return self._counted[1]

    @property
    def active(self) -> bool:
        return not self.conditions or self.conditions[-1].active


class _Preprocessor:
    def __init__(
        self, source: Source, folders: Sequence[Path] | None, macros: Mapping[str, str]
    ) -> None:
        self.folders = folders
        self.macros = {name: Macro(name, None, body) for name, body in macros.items()}
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0
        self.files: list[_File] = []
        self.once: set[Path] = set()

    # --- what comes out --------------------------------------------------------------------------

    def put(self, text: str, span: Span, copied: bool) -> None:
        if text:
            self.pieces.append(Piece(self.length, span, copied))
            self.texts.append(text)
            self.length += len(text)
            if self.length > MAX_TEXT:
                message = f"the text grows beyond {MAX_TEXT:,} characters"
                raise SyntaxProblem(109, message, span, hint="a macro or a file multiplies itself")

    # --- files -----------------------------------------------------------------------------------

    def file(self, source: Source, included: Span) -> None:
        """Read one file, from its first character to its last."""
        file = _File(source, included)
        self.files.append(file)
        text, at, copied = source.text, 0, 0
        while found := _PART.match(text, at):
            kind, at = found.lastgroup, found.end()
            if kind == "name" and file.active and (found[0] in self.macros or found[0] in BUILT_IN):
                macros = self.built_in(file, found.start())
                name = Span(source, found.start(), at)
                use = expand_use(text, found.start(), at, macros, name)
                if use is not None:
                    self.put(
                        text[copied : found.start()], Span(source, copied, found.start()), True
                    )
                    self.put(use[0], Span(source, found.start(), use[1]), False)
                    copied = at = use[1]
            elif kind in ("line", "include", "once"):
                if file.active:
                    before = Span(source, copied, found.start())
                    self.put(before.text, before, True)
                if not self.directive(file, kind, found):
                    self.files.pop()
                    return
                copied = at
            elif not file.active:
                copied = at
        if file.conditions:
            raise SyntaxProblem(109, "the condition has no `#endif`", file.conditions[-1].span)
        self.put(text[copied:], Span(source, copied, len(text)), True)
        self.files.pop()

    def directive(self, file: _File, kind: str, found: re.Match[str]) -> bool:
        """Do what a line says; whether the rest of the file is to be read."""
        span = Span(file.source, found.start(), found.end())
        if kind == "line":
            return self.line(file, span)
        if file.active and kind == "include":
            self.include(file, found["file"], span)
        return not file.active or kind != "once" or self.first(file)

    def first(self, file: _File) -> bool:
        """Whether this file, which is to be read once, was not read before."""
        path = Path(file.source.name).resolve()
        if path in self.once:
            return False
        self.once.add(path)
        return True

    def line(self, file: _File, span: Span) -> bool:
        """Do what a line with `#` says; whether the rest of the file is to be read."""
        found = _LINE.fullmatch(span.text)
        if found is None:
            return True
        word, rest = found[1], _without_comments(found[2])
        if word in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
            self.condition(file, word, rest, span)
        elif not file.active:
            return True
        elif word == "pragma" and rest == "once":
            return self.first(file)
        elif word == "define":
            macro = define(rest, span)
            self.macros[macro.name] = macro
        elif word == "undef":
            self.macros.pop(rest, None)
        elif word == "include":
            name = _QUOTED.fullmatch(rest)
            if name is None:
                hint = 'write `#include "file.dl"`'
                raise SyntaxProblem(109, "`#include` without a file name", span, hint=hint)
            self.include(file, name[1] or name[2], span)
        elif word == "error":
            raise SyntaxProblem(109, f"the program says: {rest or 'an error'}", span)
        return True

    def condition(self, file: _File, word: str, rest: str, span: Span) -> None:
        if word in ("if", "ifdef", "ifndef"):
            around = file.active
            active = around and self.holds(word, rest, span)
            file.conditions.append(_Condition(active, active, around, span))
            return
        if not file.conditions:
            raise SyntaxProblem(109, f"`#{word}` without an `#if`", span)
        last = file.conditions[-1]
        if word == "endif":
            file.conditions.pop()
            return
        if last.last:
            raise SyntaxProblem(109, f"`#{word}` after `#else`", span)
        last.last = word == "else"
        free = last.around and not last.taken
        last.active = free and (last.last or self.holds("if", rest, span))
        last.taken = last.taken or last.active

    def holds(self, word: str, rest: str, span: Span) -> bool:
        if word == "if":
            return is_true(rest, self.macros, span)
        if not rest.isidentifier():
            raise SyntaxProblem(109, f"`#{word}` without the name of a macro", span)
        return (rest in self.macros) == (word == "ifdef")

    def include(self, file: _File, name: str, span: Span) -> None:
        if self.folders is None:
            message = f"the file `{name}` is not read: this program may not read files"
            hint = "say where they may be: `Program(text, include=[folder])`"
            raise SyntaxProblem(110, message, span, hint=hint)
        if len(self.files) > MAX_FILES:
            hint = "put `.once` at the top of the file"
            raise SyntaxProblem(110, f"the file `{name}` includes itself", span, hint=hint)
        for folder in (Path(file.source.name).parent, *self.folders):
            path = folder / name
            if path.is_file():
                break
        else:
            places = ", ".join(str(folder) for folder in self.folders) or "."
            message = f"there is no file `{name}` to include"
            raise SyntaxProblem(110, message, span, hint=f"it is looked for in: {places}")
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SyntaxProblem(110, f"`{path}` cannot be read: {error}", span) from None
        self.file(Source(str(path), text), span)
        self.put("\n", span, False)

    # --- macros ----------------------------------------------------------------------------------

    def built_in(self, file: _File, at: int) -> Macros:
        """All macros, and those that tell where they are used."""
        places = [f.included.place for f in self.files[1:]]
        stack = [f"{name}:{line}" for name, line, _ in places]
        here = {
            "__LINE__": str(file.line(at)),
            "__FILE__": f'"{file.source.name}"',
            "__INCL__": f'"{";".join(stack)}"',
        }
        return self.macros | {name: Macro(name, None, body) for name, body in here.items()}


def _without_comments(text: str) -> str:
    """The rest of a line, on one line, without its comments."""
    text = re.sub(r"\\\r?\n", " ", text)
    return _COMMENT.sub(lambda found: found[1] or " ", text).strip()
