"""The persons of the demo: who holds which software card, with which PIN.

They are made up, and their PINs are printed and shown, so this is the one place where a PIN is plain data. A real
card never passes through here.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from counter_bridge.card import Sex
from counter_bridge.card_errors import BadDemoPersons, PersonProblem

FAMILY_NAME = "見本"
"""Part of every demo name, so that no printed page can pass for a real one."""

TRIES = 3
"""Tries of a fresh PIN."""

Note = Callable[[str, str, str], None]
"""Takes key, reason and remedy of one problem."""


@dataclass(frozen=True)
class DemoPerson:
    """A made-up holder of a software card."""

    id: str
    name: str
    name_kana: str
    address: str
    birth_date: dt.date
    sex: Sex
    pin: str
    household: str
    """Persons with the same word live together."""
    note_ja: str
    tries_left: int = TRIES
    """0: the PIN is locked from the start."""


def load_demo_persons(file: Path) -> tuple[DemoPerson, ...]:
    """All persons of a file, checked; `BadDemoPersons` lists every problem in it."""
    problems: list[PersonProblem] = []

    def note(key: str, reason: str, remedy: str) -> None:
        problems.append(PersonProblem(file.name, key, reason, remedy))

    persons: list[DemoPerson] = []
    for position, entry in enumerate(_entries(file, note)):
        person = _person(position, entry, note)
        if person is not None:
            persons.append(person)
    for person in persons:
        if [other.id for other in persons].count(person.id) > 1:
            note(person.id, "stands twice", "give each person an id of its own")
    if problems:
        raise BadDemoPersons(problems)
    return tuple(persons)


def person_to_json(person: DemoPerson) -> dict[str, object]:
    """A person as JSON types, for the process that plays the cards."""
    return {**asdict(person), "birth_date": person.birth_date.isoformat()}


def person_from_json(data: Mapping[str, Any]) -> DemoPerson:
    """The inverse of `person_to_json`."""
    return DemoPerson(**{**data, "birth_date": dt.date.fromisoformat(data["birth_date"])})


def _entries(file: Path, note: Note) -> list[Mapping[str, object]]:
    try:
        data: object = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        note("(file)", "cannot be read as YAML", "give a readable UTF-8 YAML file")
        return []
    known = {"source", "checked", "owner", "review_by", "persons"}
    if not isinstance(data, dict) or set(data) != known:
        note(
            "(file)", f"must hold exactly {', '.join(sorted(known))}", "add what is missing, remove the rest"
        )
        return []
    entries = data["persons"]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        note("persons", "is no list of persons", "write one entry a person")
        return []
    return cast("list[Mapping[str, object]]", entries)


def _person(position: int, entry: Mapping[str, object], note: Note) -> DemoPerson | None:
    where = str(entry.get("id") or f"persons[{position}]")
    texts = ("id", "name", "name_kana", "address", "sex", "pin", "household", "note_ja")
    allowed = {*texts, "birth_date", "tries_left"}
    wrong: list[tuple[str, str, str]] = [
        *((str(key), "is not known", f"use {', '.join(sorted(allowed))}") for key in entry.keys() - allowed),
        *(
            (key, "must be text", "write it, in quotes if it is digits")
            for key in texts
            if not _is_text(entry.get(key))
        ),
    ]
    birth, tries = entry.get("birth_date"), entry.get("tries_left", TRIES)
    if not isinstance(birth, dt.date) or isinstance(birth, dt.datetime):
        wrong.append(("birth_date", "must be a day", "write YYYY-MM-DD"))
    if not isinstance(tries, int) or not 0 <= tries <= TRIES:
        wrong.append(("tries_left", f"must be 0 to {TRIES}", "write a whole number"))
    if not wrong:
        wrong += _wrong_values(entry)
    for key, reason, remedy in wrong:
        note(f"{where}.{key}", reason, remedy)
    return None if wrong else DemoPerson(**cast("dict[str, Any]", dict(entry)))


def _wrong_values(entry: Mapping[str, object]) -> list[tuple[str, str, str]]:
    wrong: list[tuple[str, str, str]] = []
    pin, identifier = str(entry["pin"]), str(entry["id"])
    if len(pin) != 4 or not (pin.isascii() and pin.isdecimal()):
        wrong.append(("pin", "must be four digits", 'write four digits in quotes: "1234"'))
    if not (identifier.isascii() and identifier.isidentifier()):
        wrong.append(("id", "must be an English term in ASCII", "write letters and underscores"))
    if entry["sex"] not in get_args(Sex):
        wrong.append(("sex", "is not known", f"use {', '.join(get_args(Sex))}"))
    name = str(entry["name"])
    if FAMILY_NAME not in name and "SAMPLE" not in name:
        wrong.append(("name", "could be a real person's", f"use the family name {FAMILY_NAME} or SAMPLE"))
    return wrong


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200
