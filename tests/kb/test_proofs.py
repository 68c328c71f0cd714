"""`kb check` proves that nothing in a knowledge base is dead, and names what is."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from kb.__main__ import app
from kb.conditions import parse
from kb.model import KnowledgeBase
from kb.proofs import can_be_true, prove

Break = Callable[[Any], None]


def change(path: str, **values: Any) -> Break:
    return lambda town: town.record(path).update(values)


def question(**values: Any) -> Break:
    record = {
        "id": "wings", "text_ja": "羽は?", "why_ja": "島の規則です", "input": "yes_no", "per": "visit", "facts": ["has_wings"],
        **values,
    }  # fmt: skip

    def broken(town: Any) -> None:
        town.files["national/facts/wings.yaml"] = {
            "visit": {"has_wings": {"type": "bool", "label_ja": "羽", "privacy": "open"}}
        }
        town.files["national/questions/wings.yaml"] = record

    return broken


PERIOD = {"value": 1, "law": "月影島料金表"}

DEAD = [
    ("a trigger that its own exclusion undoes", change("procedures/boat_tax", when="has_boat and has_boat is not true"), "boat_tax", "when", "never be true"),
    ("two ages at once", change("procedures/night_pass", when="person.age >= 20 and person.age < 18"), "night_pass", "when", "never be true"),
    ("two values of one choice", change("procedures/boat_tax", when="boat_kind is sail and boat_kind is oar"), "boat_tax", "when", "never be true"),
    ("an exclusion by way of a definition", change("procedures/boat_tax", when="came_by_boat and has_boat is not true"), "boat_tax", "when", "never be true"),
    ("a paper for nobody", change("procedures/boat_tax", bring=[{"paper": "cup", "when": "has_boat and not came_by_boat"}]), "boat_tax", "bring.cup", "never be true"),
    ("a question nothing listens to", question(), "questions/wings", "facts", "has_wings"),
    ("an option that decides nothing", question(id="wings", input="choice", facts=["boat_kind"], options=[
        {"value": "w", "label_ja": "羽", "sets": {"has_wings": True}},
        {"value": "s", "label_ja": "帆", "sets": {"boat_kind": "sail"}},
    ]), "questions/wings", "options.w", "decides nothing"),
    ("a procedure without a way to it", change("procedures/certificate_of_light", life_events=[]), "certificate_of_light", "life_events", "by touch"),
    ("a fee that says nothing of next year", change("procedures/tea_licence", fee_yen=[{"from": dt.date(2020, 1, 1), "until": dt.date(2026, 12, 31), **PERIOD}]), "tea_licence", "fee_yen", "2027-01-01"),
    ("a fee with a gap", change("procedures/tea_licence", fee_yen=[
        {"from": dt.date(2020, 1, 1), "until": dt.date(2026, 3, 30), **PERIOD}, {"from": dt.date(2026, 4, 1), **PERIOD},
    ]), "tea_licence", "fee_yen", "2026-03-31"),
    ("a constant that begins too late", lambda t: t.files["national/constants.yaml"]["moon_age"][0].update({"from": dt.date(2026, 7, 1)}), "constants", "moon_age", "2026-01-01"),
    ("a deadline on days the town never opens", lambda t: t.overlay.update(closed_weekdays=[0, 1, 2, 3, 4, 5, 6]), "lantern_registration", "deadline", "closed"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "file", "key", "reason"), [d[1:] for d in DEAD], ids=[d[0] for d in DEAD])
def test_what_is_dead_is_named(small_town: Any, broken: Break, file: str, key: str, reason: str) -> None:
    broken(small_town)
    found = prove(small_town.load())
    assert any(file in p.file and key in p.key and reason in p.reason for p in found), "\n".join(
        map(str, found)
    )


def test_a_sound_town_is_proved(small_town: Any) -> None:
    assert prove(small_town.load()) == []


def test_the_packaged_records_are_proved(kb: KnowledgeBase) -> None:
    assert prove(kb) == []


@pytest.mark.parametrize(
    "text", ["person.age is 74", "count person (person.landed) >= 3", "days_since(landed_on) > 300"]
)
def test_rare_is_not_dead(small_town: Any, text: str) -> None:
    scope = "person" if text.startswith("person") else "visit"
    assert can_be_true(small_town.load(), parse(text), scope)


def test_the_command_refuses_what_is_dead(small_town: Any) -> None:
    change("procedures/boat_tax", when="has_boat and has_boat is not true")(small_town)
    arguments = ["check", "--town", small_town.code, "--data", str(small_town.write())]
    told = CliRunner().invoke(app, [*arguments, "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["problems"][0]["key"] == "when"
