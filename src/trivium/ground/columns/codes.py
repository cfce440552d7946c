"""Codes: digits and letters that name a thing. They are shown and compared, never added.

    02134, 55104             a zero in front would be lost
    8A, 8B, 7C               letters that are no unit, since they differ
    T-2001, SP.POP.TOTL      joined letters and digits
    +44 20 7946 0958, 555-0101, 978-0-306-40615-7, DE89 3704 0044 0532 0130 00

The cells decide; a header such as `Zip` or `电话` helps where they are mere digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from trivium.ground.cells import parse_cell
from trivium.ground.columns.units import UNITS

_NAMED = re.compile(
    r"\b(?:zip|zipcode|post(?:al)?[\s_]?code|postcode|plz|postleitzahl|code postal|pincode|eircode"
    r"|phone|telephone|tel|mobile|fax|telefon|téléphone|teléfono|telefone|isbn|issn|ean|upc|gtin"
    r"|sku|iban|bic|swift|vin|imei|ssn|nino|account[\s_](?:no|number|nr)|kontonummer|barcode"
    r"|passport|serial(?:[\s_](?:no|number))?|codes?|código|codigo|cpf|cnpj|version|versions"
    r"|invoice[\s_](?:no|number|nr)|order[\s_](?:no|number|nr)|registration[\s_](?:no|number))\b"
    r"|_(?:code|zip|phone|sku|isbn|ean)$"
    r"|邮编|邮政编码|郵便番号|电话|電話|手机|号码|書号|书号|工号|学号|编号|代码|コード|身份证|账号|帐号|条码|우편번호|전화",
    re.I,
)
_HOUSES = re.compile(
    r"\b(?:house|apartment|apt|flat|room|suite|unit|door|hausnummer|hausnr|gate|seat|section|class"
    r"|platform|route|line|bus)\b|门牌|班级|房号",
    re.I,
)
_DIGITS = re.compile(r"\d+(?:-\d+)?")
_JOINED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[^\W_]+(?:[-./_][^\W_]+)*")
_HOUSE = re.compile(r"\d+\s?[A-Za-z]?")
_PHONE = re.compile(r"\+?\(?\d{1,4}\)?(?:[\s.\-/]\(?\d{2,7}\)?){1,5}(?:\s?(?:x|ext\.?)\s?\d+)?")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{3,4}){3,8}(?: ?[A-Z0-9]{1,4})?")
_ISBN = re.compile(r"(?:97[89][-\s]?)?\d{1,5}[-\s]?\d{1,7}[-\s]?\d{1,7}[-\s]?[\dX]")
SHARE = 0.8


def why_codes(header: str, texts: Sequence[str]) -> str:
    """Why the distinct texts of a column are codes, in words; empty where they are not."""
    n = len(texts)
    digits = [text for text in texts if _DIGITS.fullmatch(text)]
    zeros = sum(len(text) > 1 and text[0] == "0" and text.isdigit() for text in digits)
    named = bool(_NAMED.search(header.replace("_", " ")) or _NAMED.search(header))
    if len(digits) >= SHARE * n and zeros and (named or zeros >= 0.05 * len(digits)):
        return "codes: zeros stand in front"
    if named and sum(any(c.isdigit() for c in text) for text in texts) >= SHARE * n:
        return "codes: the header says so" if all(map(_bare, texts)) else ""
    if _share(texts, _is_isbn):
        return "codes: ISBN"
    if _share(texts, lambda text: bool(_IBAN.fullmatch(text)) and len(text) >= 15):
        return "codes: IBAN"
    if _share(texts, _is_phone):
        return "codes: phone numbers"
    if len(digits) >= SHARE * n and all(len(text) >= 16 for text in digits):
        return "codes: too long for numbers"
    return ""


def why_joined(header: str, texts: Sequence[str]) -> str:
    """Why letters and digits that are no numbers are codes; empty where they are not."""
    digits = [text for text in texts if _DIGITS.fullmatch(text)]
    if _share(texts, lambda text: bool(_JOINED.fullmatch(text))) and _are_joined(header, texts):
        return "codes: letters and digits"
    if _HOUSES.search(header) and _share(texts, lambda text: bool(_HOUSE.fullmatch(text))):
        return "codes: numbers with letters" if len(digits) < len(texts) else ""
    return ""


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, texts)) >= SHARE * len(texts)


def _bare(text: str) -> bool:
    """Whether a text below a header of codes may be one: no money, share or decimal fraction."""
    return parse_cell(text).kind not in ("currency", "percent") and "," not in text


def _are_joined(header: str, texts: Sequence[str]) -> bool:
    """Whether joined letters and digits are no numbers with a unit, dates or ordinals."""
    cells = [parse_cell(text) for text in texts]
    joined = [cell for cell in cells if _JOINED.fullmatch(cell.text)]
    if sum(cell.kind in ("date", "range", "duration") for cell in joined) > 0.2 * len(cells):
        return False
    if any(re.fullmatch(r"\d+(?:st|nd|rd|th|s)", cell.text, re.I) for cell in joined):
        return False
    units = {cell.unit for cell in joined if cell.kind == "quantity"}
    if units and (len(units) == 1 or all(unit in UNITS for unit in units)):
        return bool(_HOUSES.search(header) and not any(unit in UNITS for unit in units))
    scales = {unit.lower() for unit in units}
    if units and scales <= {"k", "m", "mn", "b", "bn", "t", "tn"}:
        return False
    # `T4`, `T7`, `1` are shared ranks; `T-2001` in every cell is a name.
    ranked = [cell for cell in cells if cell.kind == "ordinal"]
    return not ranked or len(joined) == len(cells)


def _is_phone(text: str) -> bool:
    if not _PHONE.fullmatch(text):
        return False
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15 or parse_cell(text).kind not in ("text", "score"):
        return False
    groups = re.findall(r"\d+", text)
    return text[0] in "+(" or len(groups) > 2 or any(g[0] == "0" and len(g) > 2 for g in groups)


def _is_isbn(text: str) -> bool:
    """A number with the check digit of ISO 2108."""
    if not _ISBN.fullmatch(text):
        return False
    digits = re.sub(r"[-\s]", "", text)
    if len(digits) == 13 and digits.startswith(("978", "979")) and digits.isdigit():
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    if len(digits) != 10 or digits == text:
        return False
    values = [10 if d == "X" else int(d) for d in digits]
    return sum((10 - i) * v for i, v in enumerate(values)) % 11 == 0
