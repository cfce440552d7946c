"""Encodings: the right text, told, and each character at its bytes."""

from __future__ import annotations

import pytest

from trivium.ground.encoding import decode
from trivium.ground.sentences import sentences

CHINESE = "城市,人口\n北京,2184\n上海,2487\n"
TEXTS: dict[str, tuple[str, list[str]]] = {
    "Chinese": (CHINESE, ["gbk", "gb18030", "utf-16", "utf-32"]),
    "Chinese without a mark": (CHINESE, ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
    "Taiwan": ("城市,人口\n臺北,2184\n高雄,2487\n", ["big5"]),
    "Japanese": ("都市,人口\n東京,1396\n大阪,275\n", ["shift_jis", "euc_jp"]),
    "Japanese names": ("氏名,部署\n山田太郎,営業部\n佐藤花子,総務部\n", ["shift_jis", "euc_jp"]),
    "Korean": ("도시,인구\n서울,940\n부산,330\n", ["euc_kr"]),
    "Russian": (
        "Город,Население\nМосква,13010\nКазань,1308\n", ["cp1251", "koi8_r", "iso8859_5", "cp866"],
    ),
    "Ukrainian": ("Місто,Населення\nКиїв,2967\nЛьвів,721\n", ["cp1251"]),
    "German": ("Stadt,Einwohner\nKöln,1073\nMünchen,1488\n", ["latin_1", "cp1252", "iso8859_15"]),
    "French": ("Ville,Prix\nOrléans,12 €\nBesançon,5 €\n", ["cp1252", "iso8859_15"]),
    "Polish": ("Miasto,Ludność\nŁódź,670\nKraków,800\n", ["cp1250", "iso8859_2"]),
    "Czech": ("Město,Počet\nPlzeň,1\nČeské Budějovice,3\n", ["cp1250", "iso8859_2"]),
    "Greek": ("Πόλη,Πληθυσμός\nΑθήνα,643\nΘεσσαλονίκη,319\n", ["cp1253", "iso8859_7"]),
    "Turkish": ("Şehir,Nüfus\nİzmir,4400\nİstanbul,15000\n", ["cp1254", "iso8859_9"]),
    "Arabic": ("المدينة,السكان\nالرياض,7\n", ["cp1256"]),
    "Thai": ("เมือง,ประชากร\nกรุงเทพ,5\n", ["cp874"]),
    "Spanish": ("Ciudad,Año\nMálaga,1\nCórdoba,2\n", ["cp1252"]),
    "Portuguese": ("Cidade,N\nSão Paulo,1\nBrasília,2\n", ["cp1252"]),
}  # fmt: skip
CASES = [(name, encoding) for name, (_, encodings) in TEXTS.items() for encoding in encodings]


@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_each_encoding_is_recognised(name: str, encoding: str) -> None:
    text = TEXTS[name][0]
    data = text.encode(encoding)
    decoded = decode(data)
    assert decoded.text == text
    assert decoded.notes or encoding in ("utf-16", "utf-32")
    plain = f"{encoding}-le" if encoding in ("utf-16", "utf-32") else encoding
    for i, character in enumerate(text):
        assert data[decoded.byte(i) : decoded.byte(i + 1)].decode(plain) == character


def test_a_line_of_another_encoding_is_mixed() -> None:
    decoded = decode("Köln\nMünchen\n".encode() + "Größe\n".encode("cp1252"))
    assert decoded.text == "Köln\nMünchen\nGröße\n"
    assert "mixed" in decoded.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天下雨。我们不去了！为什么？", ["今天下雨。", "我们不去了！", "为什么？"]),
        ("「行きます。」と彼は言った。次の文。", ["「行きます。」と彼は言った。", "次の文。"]),
        ("他说：“走吧。”我们走了。", ["他说：“走吧。”", "我们走了。"]),
        ("增长了3.5。然后", ["增长了3.5。", "然后"]),
    ],
)
def test_sentences_of_east_asia(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
