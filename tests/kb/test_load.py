"""A broken knowledge base is refused whole, with everything that is wrong, where, and what to do about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.errors import BrokenKnowledge, Problem
from kb.load import load

Break = Callable[[Any], None]


def problems(town: Any) -> list[Problem]:
    with pytest.raises(BrokenKnowledge) as refused:
        town.load()
    found = list(refused.value.problems)
    assert found
    for problem in found:
        assert problem.file
        assert problem.key
        assert problem.reason
        assert problem.remedy
        assert str(problem) in str(refused.value)
    return found


def change(path: str, **values: Any) -> Break:
    def broken(town: Any) -> None:
        town.record(path).update(values)

    return broken


def overlay(**values: Any) -> Break:
    def broken(town: Any) -> None:
        town.overlay.update(values)

    return broken


POOL = {"id": "shore", "name_ja": "岸の係", "role": "town_operator"}


def operators(**more: Any) -> dict[str, Any]:
    """Remote operators of the small town."""
    return {"opens_at": "09:00", "closes_at": "17:00", "pools": [POOL], **more}


def text(path: str, content: str) -> Break:
    def broken(town: Any) -> None:
        town.files[path] = content

    return broken


def without(path: str, key: str) -> Break:
    def broken(town: Any) -> None:
        del town.record(path)[key]

    return broken


def definitions(*entries: dict[str, Any]) -> Break:
    def broken(town: Any) -> None:
        town.files["national/definitions.yaml"] += list(entries)

    return broken


def visit_definition(record: str, when: str) -> dict[str, Any]:
    return {"id": record, "scope": "visit", "when": when}


TEA = "procedures/tea_licence"
TEA_FILE = "national/procedures/tea_licence.yaml"
LANTERN = "procedures/lantern_registration"

BROKEN = [
    ("a key written twice", text(TEA_FILE, "id: tea_licence\nid: tea_licence\n"), TEA_FILE, "line 2", "stands twice"),
    ("a nested key written twice", text("national/constants.yaml", "a: [{from: 2020-01-01, value: 1, value: 2}]"), "national/constants.yaml", "line 1", "stands twice"),
    ("text that is no YAML", text(TEA_FILE, "id: [tea"), TEA_FILE, "line", ""),
    ("a file that holds a list", text(TEA_FILE, "- id: tea_licence"), TEA_FILE, "(file)", "no mapping"),
    ("an empty file", text(TEA_FILE, ""), TEA_FILE, "(file)", "no mapping"),
    ("an unknown key", change(TEA, colour="green"), TEA_FILE, "colour", ""),
    ("a missing key", without(TEA, "why_ja"), TEA_FILE, "why_ja", ""),
    ("no source", without(TEA, "sources"), TEA_FILE, "sources", ""),
    ("no owner", without(TEA, "owner"), TEA_FILE, "owner", ""),
    ("a wrong type", change(TEA, life_events="landing"), TEA_FILE, "life_events", ""),
    ("a value outside its list", change(TEA, scope="island"), TEA_FILE, "scope", ""),
    ("an id that is not the file name", change(TEA, id="coffee_licence"), TEA_FILE, "id", "coffee_licence"),
    ("no id", without(TEA, "id"), TEA_FILE, "id", ""),
    ("a condition that cannot be read", change(TEA, when="person.drinks_tea and and"), TEA_FILE, "when", "cannot read"),
    ("a condition over an unknown fact", change(TEA, when="person.drinks_coffee"), TEA_FILE, "when", "drinks_coffee"),
    ("a condition over an unknown choice", change("procedures/boat_tax", when="boat_kind is steam"), "national/procedures/boat_tax.yaml", "when", "steam"),
    ("a condition of code", change(TEA, when="__import__('os')"), TEA_FILE, "when", "cannot read"),
    ("a person outside a quantifier", change(LANTERN, when="person.landed"), "national/procedures/lantern_registration.yaml", "when", "any person"),
    ("an unknown life event", change(TEA, life_events=["drowning"]), TEA_FILE, "life_events", "drowning"),
    ("an unknown paper", change(TEA, bring=[{"paper": "sword"}]), TEA_FILE, "bring", "sword"),
    ("an unknown form", change(TEA, forms=["sword_form"]), TEA_FILE, "forms", "sword_form"),
    ("an unknown predecessor", change(TEA, follows=["sword_dance"]), TEA_FILE, "follows", "sword_dance"),
    ("a filing that follows what is only told", lambda t: (change("procedures/lantern_registration", information_only=True)(t)), TEA_FILE, "follows", "only told"),
    ("procedures that follow each other in a circle", change(LANTERN, follows=["tea_licence"]), "", "lantern_registration", "lantern_registration"),
    ("definitions that come back to themselves", definitions(visit_definition("sun", "moon"), visit_definition("moon", "sun")), "national/definitions.yaml", "sun", "sun → moon → sun"),
    ("a definition of itself", definitions(visit_definition("sun", "sun")), "national/definitions.yaml", "sun", "sun → sun"),
    ("a definition written twice", definitions(visit_definition("came_by_boat", "has_boat")), "national/definitions.yaml", "came_by_boat", "twice"),
    ("a definition with the name of a fact", definitions(visit_definition("has_boat", "true")), "national/definitions.yaml", "has_boat", "fact"),
    ("definitions that are no list", text("national/definitions.yaml", "sun: moon"), "national/definitions.yaml", "(file)", "list"),
    ("a definition that is no mapping", text("national/definitions.yaml", "- sun"), "national/definitions.yaml", "", "mapping"),
    ("a derivation of an unknown fact", text("national/derivations.yaml", "- {id: a, fact: has_wings, scope: visit, value: true, when: has_boat}"), "national/derivations.yaml", "a", "has_wings"),
    ("a derivation of a value its fact cannot have", text("national/derivations.yaml", "- {id: a, fact: boat_kind, scope: visit, value: steam, when: has_boat}"), "national/derivations.yaml", "a", "one of"),
    ("constants that are no mapping", text("national/constants.yaml", "- 1"), "national/constants.yaml", "(file)", "mapping"),
    ("a constant of no known form", text("national/constants.yaml", "moon_age: {from: 2020-01-01}"), "national/constants.yaml", "moon_age", "from"),
    ("periods out of order", change(TEA, fee_yen=[{"from": "2020-01-01", "value": 1}]), TEA_FILE, "fee_yen", "period"),
    ("a deadline without its event", change(LANTERN, deadline={"kind": "after_event", "days": 14}), "national/procedures/lantern_registration.yaml", "deadline", "event"),
    ("a deadline of two terms", change(LANTERN, deadline={"kind": "after_event", "days": 14, "months": 1, "event": "landed_on"}), "national/procedures/lantern_registration.yaml", "deadline", "one term"),
    ("a term of no deadline", change(LANTERN, deadline={"kind": "none", "days": 14}), "national/procedures/lantern_registration.yaml", "deadline", "one term"),
    ("a first day of nothing", change(LANTERN, deadline={"kind": "after_event", "before": True, "counts_first_day": True, "event": "landed_on"}), "national/procedures/lantern_registration.yaml", "counts_first_day", "nothing"),
    ("a deadline from an unknown fact", change(LANTERN, deadline={"kind": "after_event", "days": 14, "event": "sunk_on"}), "national/procedures/lantern_registration.yaml", "deadline.event", "sunk_on"),
    ("no law", change(TEA, laws=[]), TEA_FILE, "laws", "cites no law"),
    ("a law cited in no known way", change(TEA, laws=[{"name": "月影法", "article": "22"}]), TEA_FILE, "laws", "no citation"),
    ("too few ways to ask", change(TEA, asked_as=["茶"]), TEA_FILE, "asked_as", "eight"),
    ("a question that settles nothing", change("questions/boat", facts=[]), "national/questions/boat.yaml", "facts", ""),
    ("a question of an unknown fact", change("questions/boat", facts=["has_wings"]), "national/questions/boat.yaml", "facts", "has_wings"),
    ("a question first that is none", change("life_events/landing", questions_first=["wings"]), "national/life_events/landing.yaml", "questions_first", "wings"),
    ("facts of an unknown type", text("national/facts.yaml", "visit: {wings: {type: feathers, label_ja: x, privacy: open}}"), "national/facts.yaml", "visit.wings.type", "feathers"),
    ("facts of an unknown privacy", text("national/facts.yaml", "visit: {wings: {type: bool, label_ja: x, privacy: secret}}"), "national/facts.yaml", "visit.wings.privacy", ""),
    ("a fact without a label", text("national/facts.yaml", "visit: {wings: {type: bool, privacy: open}}"), "national/facts.yaml", "visit.wings", "label_ja"),
    ("a fact with an unknown key", text("national/facts.yaml", "visit: {wings: {type: bool, label_ja: x, privacy: open, colour: y}}"), "national/facts.yaml", "visit.wings", ""),
    ("facts that are no mapping", text("national/facts.yaml", "- wings"), "national/facts.yaml", "(file)", "mapping"),
    ("a scope of facts there is not", text("national/facts.yaml", "island: {wings: {type: bool, label_ja: x, privacy: open}}"), "national/facts.yaml", "island", ""),
    ("a fact of two files", text("national/facts/boats.yaml", "visit: {has_boat: {type: bool, label_ja: x, privacy: open}}"), "national/facts/boats.yaml", "visit.has_boat", "twice"),
    ("a definition of two files", text("national/definitions/boats.yaml", "- {id: came_by_boat, scope: visit, when: has_boat}"), "national/definitions/boats.yaml", "came_by_boat", "twice"),
    ("a service of two files", text("municipality/99301/services/sea.yaml", "tea_licence: {counter: gate, minutes: 1}"), "99301/services/sea.yaml", "tea_licence", "twice"),
    ("a counter the overlay lacks", overlay(one_counter="sea"), "99301/municipality.yaml", "one_counter", "sea"),
    ("options of no question", text("municipality/99301/options/wings.yaml", "- {value: a, label_ja: 羽, sets: {has_boat: true}}"), "99301/options/wings.yaml", "(file)", "wings"),
    ("an option of an unknown fact", text("municipality/99301/options/boat.yaml", "- {value: a, label_ja: 羽, sets: {has_wings: true}}"), "national/questions/boat.yaml", "options.a", "has_wings"),
    ("an option with an unknown key", text("municipality/99301/options/boat.yaml", "- {value: a, label_ja: 羽, sets: {has_boat: true}, colour: x}"), "99301/options/boat.yaml", "colour", ""),
    ("a counter for no life event", overlay(event_counters={"drowning": "gate"}), "99301/municipality.yaml", "event_counters.drowning", ""),
    ("a life event at no counter", overlay(event_counters={"landing": "sea"}), "99301/municipality.yaml", "event_counters.landing", "sea"),
    ("operators nobody of whom is named", overlay(operators=operators(pools=[])), "99301/municipality.yaml", "operators.pools", "nobody"),
    ("a pool that stands twice", overlay(operators=operators(pools=[POOL, POOL])), "99301/municipality.yaml", "operators.pools.shore", "twice"),
    ("a pool nobody waits for", overlay(operators=operators(pools=[{**POOL, "wait_s": 0}])), "99301/municipality.yaml", "operators.pools.shore.wait_s", ""),
    ("a pool of an unknown role", overlay(operators=operators(pools=[{**POOL, "role": "pirate"}])), "99301/municipality.yaml", "operators.pools.0.role", ""),
    ("operators whose day ends before it begins", overlay(operators=operators(closes_at="08:00")), "99301/municipality.yaml", "operators.closes_at", ""),
    ("operators who need no time", overlay(operators=operators(handling_min=0)), "99301/municipality.yaml", "operators.handling_min", ""),
    ("a local line for no procedure", lambda t: t.overlay["procedures"].update(sword_dance={"counter": "gate", "minutes": 1}), "99301/municipality.yaml", "procedures.sword_dance", ""),
    ("a procedure without a counter", lambda t: t.overlay["procedures"].pop("tea_licence"), TEA_FILE, "id", "overlay"),
    ("a counter off the map", lambda t: t.overlay["counters"][0].update(place="c9"), "99301/municipality.yaml", "counters.gate", "c9"),
    ("a character that is no name", overlay(character="../clerk"), "99301/municipality.yaml", "character", "folder"),
    ("a character of the town that is not there", overlay(character="town"), "99301/municipality.yaml", "character", "of its own"),
    ("hours that are no hours", overlay(hours={"opens_at": "nine", "closes_at": "16:00"}), "99301/municipality.yaml", "hours.opens_at", ""),
    ("a municipality that holds a list", text("municipality/99301/municipality.yaml", "- x"), "99301/municipality.yaml", "(file)", "mapping"),
    ("a form whose box nothing can fill", lambda t: t.record("forms/tea_form")["sections"][0]["fields"][0].update(value="person.wings"), "national/forms/tea_form.yaml", "", "wings"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "file", "key", "reason"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_it_names_file_key_and_reason(
    small_town: Any, broken: Break, file: str, key: str, reason: str
) -> None:
    broken(small_town)
    found = problems(small_town)
    assert any(
        p.file.startswith(file) and key in p.key and reason in f"{p.reason} {p.remedy}" for p in found
    ), "\n".join(map(str, found))


def test_all_that_is_wrong_is_told_at_once(small_town: Any) -> None:
    change(TEA, colour="green")(small_town)
    change(LANTERN, scope="island")(small_town)
    text("national/papers/cup.yaml", "id: [")(small_town)
    change("questions/boat", input="telepathy")(small_town)
    overlay(accent=5)(small_town)
    files = {p.file for p in problems(small_town)}
    assert files == {
        TEA_FILE,
        "national/procedures/lantern_registration.yaml",
        "national/papers/cup.yaml",
        "national/questions/boat.yaml",
        "99301/municipality.yaml",
    }


def test_beside_a_broken_record_the_others_are_held_against_one_another(small_town: Any) -> None:
    change(TEA, colour="green")(small_town)
    change(LANTERN, bring=[{"paper": "sword"}])(small_town)
    found = {(p.file, p.key) for p in problems(small_town)}
    assert found == {(TEA_FILE, "colour"), ("national/procedures/lantern_registration.yaml", "bring")}


def test_all_references_that_lead_nowhere_are_told_at_once(small_town: Any) -> None:
    change(TEA, life_events=["drowning"], bring=[{"paper": "sword"}], when="person.wings")(small_town)
    change("questions/boat", when="has_wings")(small_town)
    keys = {(p.file, p.key) for p in problems(small_town)}
    assert {
        (TEA_FILE, "life_events"),
        (TEA_FILE, "bring"),
        (TEA_FILE, "when"),
        ("national/questions/boat.yaml", "when"),
    } <= keys


def test_what_grows_may_stand_one_area_a_file(small_town: Any) -> None:
    small_town.files["municipality/99301/services/tea.yaml"] = {
        "tea_licence": small_town.overlay["procedures"].pop("tea_licence")
    }
    text("national/facts/birds.yaml", "visit: {has_bird: {type: bool, label_ja: 鳥, privacy: open}}")(
        small_town
    )
    text("national/definitions/birds.yaml", "- {id: fed, scope: visit, when: has_bird}")(small_town)
    town = small_town.load()
    assert town.municipality.procedures["tea_licence"].counter == "tea_room"
    assert town.vocabulary.visit("has_bird") is not None
    assert "fed" in town.definitions


@pytest.mark.parametrize("file", ["national/facts.yaml", "municipality/99301/municipality.yaml"])
def test_a_missing_file_is_named(small_town: Any, file: str) -> None:
    folder: Path = small_town.write()
    (folder / file).unlink()
    with pytest.raises(BrokenKnowledge) as refused:
        load(small_town.code, folder)
    (problem,) = [p for p in refused.value.problems if p.key == "(file)"]
    assert problem.file.endswith(Path(file).name)
    assert "missing" in problem.reason


def test_a_file_that_is_no_text_is_named(small_town: Any) -> None:
    folder: Path = small_town.write()
    (folder / TEA_FILE).write_bytes(b"id: \xff\xfe\n")
    (folder / "municipality/99301/floor_map.svg").write_bytes(b"\xff\xfe")
    with pytest.raises(BrokenKnowledge) as refused:
        load(small_town.code, folder)
    assert {p.file for p in refused.value.problems} == {TEA_FILE, "99301/floor_map.svg"}


def test_a_town_may_bring_its_own_character(small_town: Any) -> None:
    before = small_town.load()
    assert before.municipality.character == "clerk"
    small_town.overlay["character"] = "town"
    for name in ("character.svg", "character.json"):
        small_town.files[f"municipality/99301/character/{name}"] = name
    town = small_town.load()
    assert (town.municipality.character_svg, town.municipality.character_json) == (
        "character.svg",
        "character.json",
    )
    assert town.version != before.version


def test_a_town_that_does_not_exist_is_refused(small_town: Any) -> None:
    with pytest.raises(BrokenKnowledge, match=r"99777/municipality\.yaml"):
        load("99777", small_town.write())


@pytest.mark.parametrize("town", ["../99301", "/etc", "", "99301/.."])
def test_a_code_never_leads_out_of_the_folder(small_town: Any, town: str) -> None:
    with pytest.raises(BrokenKnowledge):
        load(town, small_town.write())


def test_an_overlay_may_stand_outside_and_adds_its_own_records(small_town: Any, tmp_path: Path) -> None:
    national: Path = small_town.write()
    outside = tmp_path / "towns"
    (national / "municipality" / small_town.code).rename(outside.joinpath(small_town.code).absolute()) if (
        outside.mkdir() is None
    ) else None
    local = outside / small_town.code / "papers"
    local.mkdir()
    (local / "shell.yaml").write_text("id: shell\nname_ja: 貝がら\n", encoding="utf-8")
    kb = load(small_town.code, national, towns=outside)
    assert kb.papers["shell"].name_ja == "貝がら"
    assert kb.municipality.name_ja == "月影市"


def test_a_record_of_both_the_nation_and_the_town_is_refused(small_town: Any) -> None:
    small_town.files["municipality/99301/papers/cup.yaml"] = {"id": "cup", "name_ja": "別の湯のみ"}
    (problem,) = problems(small_town)
    assert (problem.file, problem.key) == ("99301/papers/cup.yaml", "id")
    assert "national/papers/cup.yaml" in problem.remedy


def test_the_version_follows_the_content(small_town: Any) -> None:
    first = small_town.load().version
    assert small_town.load().version == first
    change(TEA, why_ja="別の理由")(small_town)
    second = small_town.load().version
    assert second != first
    small_town.overlay["counters"][0]["name_ja"] = "新しい門"
    assert small_town.load().version not in (first, second)


def test_every_procedure_has_a_fact_that_says_it_is_wanted(small_town: Any) -> None:
    kb = small_town.load()
    assert all(kb.vocabulary.visit(f"wants_{p}") is not None for p in kb.procedures)


def test_reasons_are_the_life_events(small_town: Any) -> None:
    kb = small_town.load()
    reasons = kb.vocabulary.visit("reasons")
    assert reasons is not None
    assert {o.value for o in reasons.options} == {"landing", "leaving"}
