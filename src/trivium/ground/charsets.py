"""Which encoding bytes are in that are no Unicode: the one in which they read as a language does.

    c4 cf be a9   ->   gb18030 (南京), though big5 (鰍儔) and euc-kr (남쑴) could be too

Each candidate is tried strictly; its letters are scored by how usual they are, and by whether words
keep to one alphabet and one way of case. A tie goes to the encoding that is named first.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

# Names as people know them.
NAMES = {
    "cp949": "EUC-KR", "euc_jp": "EUC-JP", "cp932": "Shift-JIS", "big5": "Big5",
    "gb18030": "GBK (GB18030)", "cp1252": "Windows-1252", "iso8859_15": "ISO-8859-15",
    "cp1251": "Windows-1251", "koi8_r": "KOI8-R", "iso8859_5": "ISO-8859-5",
    "cp866": "DOS code page 866", "cp1254": "Windows-1254", "cp1250": "Windows-1250",
    "iso8859_2": "ISO-8859-2", "cp1253": "Windows-1253", "iso8859_7": "ISO-8859-7",
    "cp1255": "Windows-1255", "cp1256": "Windows-1256", "cp874": "Windows-874",
}  # fmt: skip
_EAST = ("cp949", "euc_jp", "cp932", "big5", "gb18030")
_SAMPLE = 1 << 16
# Fewer usual letters than this, and nothing is known.
_ENOUGH = 0.4

_SIMPLIFIED = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
    "可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同"
    "三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名"
    "定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内"
    "加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原"
    "车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战"
    "干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连"
    "远资队跟带花快条院变联权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量"
    "空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像省份"
    "称价格额率号码类型客户订单日期姓岁职企银行售店苏杭州上广深圳重庆津沈阳武汉成都数据项"
)
_TRADITIONAL = frozenset(
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對"
    "可里後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同"
    "三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名"
    "定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內"
    "加化由卻代軍產入先山五太水萬市眼體別處總才場師書比住員九性通目華報立馬命張活難神數件安表原車"
    "白應路期叫死常提感金何更反合放做系計或司利受光王果親界及今京務制解各任至清物台臺象記邊共風戰"
    "灣縣區價格額率號碼類型客戶訂單姓歲職企銀售店高雄新竹嘉義台南花蓮宜蘭屏東苗栗彰化雲林基隆"
)
_JAPANESE = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四"
    "定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約"
    "主題下首意法不来作性的要用制治度務強気小七成期公持野協取都和統以機平総加山思家話世受区領多県続"
    "進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告"
    "軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情"
    "投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有"
    "阪札幌横浜神戸福岡仙台州府量額率号種類客注単姓職銀店氏給与社都市口価格商品"
)
_KOREAN = frozenset(
    "이다에의는가을하고로한를은도지사자기어서인리시나대그아해일수부정장보과전주만여라원상구제조공신소연동"
    "국울산성남안경중학생회년월고위문제화물품명가격량총액번호날짜도시름이서울부인천광대구직책영업관개발"
    "세우요것들있없적니면같거때까게내더진말오모두비무유방선실용계양당민현재교통치권법행식체감간강단달등"
)
_LETTERS = {
    "cp1252": "äöüßéèàçêôâîûñóíáúõãåøæëïùœÄÖÜÉÈÀÇÅØÆÑÓÁÍÚÕÃÊÔÎìòÂŒþðÞÐ€£§°–—’“”„«»·²³",
    "cp1250": "ąćęłńóśźżčšžřěůýáíéúőűöüäôľťďňđßçăşţĄĆĘŁŃÓŚŹŻČŠŽŘĚŮÝÁÍÉÚŐŰÖÜÄĽĽŤĎŇĐŞŢ€§°–—’“”„«»",
    "cp1254": "ışğçöüâîûİŞĞÇÖÜéäß€§°–—’“”„",
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъіїєґ№–—’“”„«»€§°",
    "cp1253": "αοιετσνηυρπκμλςωγδθχφβξζψάέήίόύώϊϋΐΰ€§°–—’“”„«»",
}
_LETTERS |= {
    "iso8859_15": _LETTERS["cp1252"], "iso8859_2": _LETTERS["cp1250"],
    "koi8_r": _LETTERS["cp1251"], "iso8859_5": _LETTERS["cp1251"], "cp866": _LETTERS["cp1251"],
    "iso8859_7": _LETTERS["cp1253"],
}  # fmt: skip
# Letters that a language has but seldom uses: more likely they are another's.
_SELDOM = {"cp1252": "þðÞÐÝìòÈÊÌÒùÙ", "iso8859_15": "þðÞÐÝìòÈÊÌÒùÙ",
           "cp1250": "ţŢđĐýÝ"}  # fmt: skip
# The letters that make up most of a text.
_FREQUENT = {"cp1251": "оеаинтсрвлкмі", "cp1253": "αοιετσνηυρπκάίό"}
for _other, _same in (("koi8_r", "cp1251"), ("iso8859_5", "cp1251"), ("cp866", "cp1251"),
                      ("iso8859_7", "cp1253")):  # fmt: skip
    _FREQUENT[_other] = _FREQUENT[_same]
_WORD = re.compile(r"[^\W\d_]+")


def guess(data: bytes) -> str:
    """The encoding that fits best: a key of `NAMES`, or nothing if none reads as a language."""
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    best, best_score = "", _ENOUGH
    for encoding in NAMES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _east(text, encoding) if encoding in _EAST else _west(text, encoding)
        if score > best_score + 0.01:
            best, best_score = encoding, score
    return best


def _east(text: str, encoding: str) -> float:
    scores = [_character(c, encoding) for c in text if c > "\x7f"]
    return sum(scores) / max(1, len(scores))


def _character(c: str, encoding: str) -> float:
    """How usual a character is in the language of an encoding: from -1 to 1."""
    usual = {"cp949": _KOREAN, "euc_jp": _JAPANESE, "cp932": _JAPANESE, "big5": _TRADITIONAL,
             "gb18030": _SIMPLIFIED}[encoding]  # fmt: skip
    code = ord(c)
    if c in usual:
        return 1.0
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E or c in "—…“”‘’·":
        return 0.7
    if 0x3040 <= code <= 0x30FF:
        return 1.0 if encoding in ("euc_jp", "cp932") else 0.1
    if 0xAC00 <= code <= 0xD7A3:
        return 0.6
    if 0x4E00 <= code <= 0x9FFF:
        return 0.1 if encoding == "cp949" else 0.5 * _is_first_level(c, encoding)
    return -1.0 if 0xE000 <= code <= 0xF8FF or code < 0xA0 else -0.3


def _is_first_level(c: str, encoding: str) -> bool:
    """Whether the standard of the encoding has the character among its usual ones."""
    lead = c.encode(encoding)[0]
    first, last = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "cp932": (0x88, 0x98),
                   "euc_jp": (0xB0, 0xCF)}[encoding]  # fmt: skip
    return first <= lead <= last


def _west(text: str, encoding: str) -> float:
    scores = list(_words(text, encoding))
    # What is no letter stands in words of no language.
    for c in text:
        if c > "\x7f" and not c.isalpha():
            scores.append(0.3 if c in _LETTERS.get(encoding, "–—’“”€") or c == "\xa0" else -0.7)
    return sum(scores) / max(1, len(scores))


def _words(text: str, encoding: str) -> Iterator[float]:
    latin = encoding in ("cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1254")
    for found in _WORD.finditer(text):
        word = found[0]
        foreign = [c for c in word if c > "\x7f"]
        if not foreign:
            continue
        mixed = not latin and len(foreign) < len(word)
        turned = any(a.islower() and b.isupper() for a, b in itertools.pairwise(word))
        crowded = latin and len(word) > 4 and len(foreign) > 0.7 * len(word)
        loud = 1.0 if latin or not word.isupper() else 0.85
        for c in foreign:
            yield _letter(c, encoding) * loud - mixed - turned - crowded


def _letter(c: str, encoding: str) -> float:
    """How usual a letter is in the languages of an encoding."""
    usual = _LETTERS.get(encoding)
    if usual is None:
        return 0.75
    if frequent := _FREQUENT.get(encoding):
        return 1.0 if c.lower() in frequent else 0.6 if c.lower() in usual else 0.1
    if c in _SELDOM.get(encoding, ""):
        return 0.5
    return 0.9 if c in usual else 0.1
