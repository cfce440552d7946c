"""Mail (EML): who wrote to whom, when and about what; the text; attachments as sources.

The plain text is read, or the HTML where there is none.
"""

from __future__ import annotations

import email
import email.policy
import io
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from trivium.errors import DataError, TriviumError
from trivium.ground.archive import read_member
from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.html import parse_html
from trivium.ground.passage import Passage
from trivium.ground.report import Log
from trivium.ground.text import parse_text
from trivium.ground.unpack import unpack
from trivium.source import Place

_HEADERS = ("Subject", "From", "To", "Cc", "Date")


def read_mail(path: Path, name: str, log: Log) -> Contents:
    """The headers, the text and the attachments of a message. Raises E606 where it is none."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not any(message[key] for key in _HEADERS):
        raise DataError(606, f"`{name}` is no mail: it has no header")
    contents, place = Contents(), Place(name)
    subject = " ".join(str(message["Subject"] or "").split())
    for key in _HEADERS:
        if message[key]:
            text = f"{key}: {' '.join(str(message[key]).split())}"
            contents.passages.append(Passage(text, place, subject))
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        decoded = _decoded(body)
        if body.get_content_type() == "text/html":
            page = parse_html(decoded, path.stem, name, log)
            # Bytes are those of the decoded page, not of the message.
            contents.passages += [replace(p, place=place, trace=None) for p in page.passages]
            contents.tables += [replace(t, place=place, places=()) for t in page.tables]
        else:
            contents.extend(parse_text(decoded, path.stem, name, log, subject, exact=False))
    failed: list[TriviumError] = []
    for number, part in enumerate(message.iter_attachments(), 1):
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            member = part.get_filename() or f"attachment {number}"
            file = unpack(io.BytesIO(data), member, len(data), name)
            read_member(contents, file, member, name, log, failed)
    for error in failed:
        log.warn(error.message)
    return contents


def _decoded(part: MIMEPart) -> Decoded:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return decode(data, part.get_content_charset() or "")
