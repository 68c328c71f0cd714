"""Search in a town's own questions and answers."""

import json
from pathlib import Path

import pytest

from nlu.encoder import Encoder, load_encoder
from nlu.errors import BadFaqFile
from nlu.faq import FaqEntry, FaqIndex, read_faq, search_faq

ENTRIES = (
    FaqEntry(
        "waste-1",
        "粗大ごみを出したい",
        "粗大ごみ受付センターに電話で申し込み、処理券を貼って出してください。",
    ),
    FaqEntry("waste-2", "ごみの収集日を知りたい", "地区ごとの収集カレンダーをご覧ください。"),
    FaqEntry("tax-1", "住民税はいつ払うのですか", "6月、8月、10月、1月の4回に分けて納めていただきます。"),
    FaqEntry("pet-1", "犬を飼い始めたときの手続き", "登録と狂犬病の予防注射が必要です。"),
    FaqEntry("child-1", "保育園の入園申込みについて", "希望する月の前月10日までに申請書を出してください。"),
    FaqEntry("water-1", "水道を止めたい", "使用を止める日の5日前までに水道課へ連絡してください。"),
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def index(encoder: Encoder) -> FaqIndex:
    return FaqIndex(ENTRIES, encoder)


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ("いらなくなったソファーなどの大型ごみ", "waste-1"),
        ("燃えるごみは何曜日ですか", "waste-2"),
        ("市民税の納期を教えて", "tax-1"),
        ("子犬をもらった", "pet-1"),
        ("引っ越すので水道を止めてほしい", "water-1"),
        ("こどもを保育所に入れたい", "child-1"),
    ],
)
def test_the_right_entry_is_found_in_other_words(index: FaqIndex, query: str, entry: str) -> None:
    assert index.search(query, 1)[0].id == entry


def test_hits_come_best_first_and_as_many_as_asked_for(index: FaqIndex) -> None:
    scores = [hit.score for hit in index.search("ごみ", 4)]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", ["", "。", "😀"])
def test_a_query_without_words_finds_nothing(index: FaqIndex, query: str) -> None:
    assert index.search(query) == ()


def test_an_empty_list_finds_nothing(encoder: Encoder) -> None:
    assert search_faq((), "ごみ", encoder=encoder) == ()


def test_the_same_entries_are_not_encoded_twice(encoder: Encoder, tmp_path: Path) -> None:
    first = search_faq(ENTRIES, "犬", 3, encoder=encoder, cache_dir=tmp_path)
    files = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert len(files) == 2
    assert search_faq(ENTRIES, "犬", 3, encoder=encoder, cache_dir=tmp_path) == first
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == files


def test_json_lines_and_csv_read_alike(tmp_path: Path) -> None:
    lines = tmp_path / "faq.jsonl"
    rows = [{"id": e.id, "question": e.question, "answer": e.answer, "section": "市民課"} for e in ENTRIES]
    lines.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8"
    )
    table = tmp_path / "faq.csv"
    body = "".join(f'{e.id},"{e.question}","{e.answer}"\r\n' for e in ENTRIES)
    table.write_text("\ufeffid,question,answer\r\n" + body, encoding="utf-8")
    assert read_faq(lines) == read_faq(table) == ENTRIES


def test_a_number_is_an_id_too(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    file.write_text('{"id": 7, "question": "q", "answer": "a"}', encoding="utf-8")
    assert read_faq(file) == (FaqEntry("7", "q", "a"),)


def test_a_csv_field_may_hold_line_breaks(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text('id,question,answer\n1,質問,"一行目\n二行目"\n', encoding="utf-8")
    assert read_faq(file) == (FaqEntry("1", "質問", "一行目\n二行目"),)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("faq.jsonl", '{"id": "1", "question": "q", "answer": "a"}\n{"id"', r"faq\.jsonl:2: is no JSON"),
        ("faq.jsonl", "[1]", r"faq\.jsonl:1: is no object"),
        ("faq.jsonl", '{"id": "1", "question": "q"}', r"faq\.jsonl:1: answer missing"),
        ("faq.csv", "id,question,answer\n1,q\n", r"faq\.csv:2: answer missing"),
        ("faq.csv", "number,question,answer\n1,q,a\n", r"faq\.csv:2: id missing"),
        ("faq.csv", "id,question,answer\n1,q,a\n1,r,b\n", r"faq\.csv:3: the id '1' stands twice"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_remedy(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadFaqFile, match=message):
        read_faq(file)


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    with pytest.raises(BadFaqFile, match="cannot be read"):
        read_faq(file)
    file.write_bytes("質問".encode("shift_jis"))
    with pytest.raises(BadFaqFile, match="give a file in UTF-8"):
        read_faq(file)
