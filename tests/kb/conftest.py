"""A town on an island that shares nothing with the packaged data: what works here is wired to no procedure.

Its records are plain mappings, so a test says in one line what is different in it, and the folder is written anew.
"""

import copy
import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from kb.facts import Facts
from kb.facts_file import facts_from
from kb.load import load
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan

CODE = "99301"
AT = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))

PROVENANCE = {
    "sources": [{"title": "月影島の規則(架空)"}],
    "checked": dt.date(2026, 1, 5),
    "owner": "灯台課",
    "review_by": dt.date(2027, 1, 5),
    "verified": "full",
}

PROCEDURE = {
    "area": "island",
    "why_ja": "島の規則で決まっているため",
    "why_not_ja": "あてはまらないため",
    "life_events": ["landing"],
    "laws": [{"name": "月影島灯火条例", "article": "第3条"}],
    "asked_as": ["一", "二", "三", "四", "五", "六", "七", "八"],
    "who_may_apply": ["島に着いた人"],
    "deadline": {"kind": "none"},
    **PROVENANCE,
}

FACTS = {
    "visit": {
        "reasons": {"type": "choices", "label_ja": "ご用件", "privacy": "open"},
        "landed_on": {"type": "date", "label_ja": "島に着いた日", "privacy": "personal"},
        "has_boat": {"type": "bool", "label_ja": "舟がある", "privacy": "personal"},
        "boat_inspected": {"type": "bool", "label_ja": "舟の検査が済んだ", "privacy": "personal"},
        "boat_kind": {
            "type": "choice",
            "label_ja": "舟の種類",
            "privacy": "personal",
            "options": {"sail": "帆掛け", "oar": "手漕ぎ"},
        },
        "harbour": {"type": "municipality", "label_ja": "出た港の町", "privacy": "personal"},
    },
    "person": {
        "relation": {
            "type": "choice",
            "label_ja": "続柄",
            "privacy": "personal",
            "options": {"self": "本人", "child": "子", "wife": "妻", "father": "父"},
        },
        "age": {"type": "age", "label_ja": "年齢", "privacy": "personal", "low": 0, "high": 120},
        "birth_date": {"type": "date", "label_ja": "生年月日", "privacy": "identifying"},
        "landed": {"type": "bool", "label_ja": "一緒に着いた", "privacy": "personal"},
        "drinks_tea": {"type": "bool", "label_ja": "茶を飲む", "privacy": "personal"},
        "name": {"type": "text", "label_ja": "氏名", "privacy": "identifying", "detail": True},
    },
}


def _procedure(record: str, name_ja: str, when: str, **more: Any) -> dict[str, Any]:
    return {
        "id": record,
        "name_ja": name_ja,
        "plain_ja": name_ja,
        "scope": "visit",
        "when": when,
        **PROCEDURE,
        **more,
    }


def _records() -> dict[str, Any]:
    """Every file of the town by its path."""
    procedures = [
        _procedure(
            "lantern_registration",
            "灯火の登録",
            "any person (person.is_newcomer)",
            deadline={
                "kind": "after_event",
                "days": 14,
                "event": "landed_on",
                "text_ja": "14日以内",
                "late_ja": "遅れても受け付けます",
            },
            bring=[
                {"paper": "letter"},
                {"paper": "boat_paper", "when": "has_boat"},
            ],
            forms=["lantern_form"],
            finish=[
                {
                    "today": "no",
                    "because_ja": "舟の検査が先です",
                    "when": "has_boat and boat_inspected is not true",
                }
            ],
        ),
        _procedure(
            "tea_licence",
            "茶の免許",
            "person.is_newcomer and person.drinks_tea",
            scope="person",
            bring=[{"paper": "letter"}, {"paper": "cup", "when": "person.age < 20", "blocks_today": False}],
            forms=["tea_form"],
            follows=["lantern_registration"],
            fee_yen=[
                {"from": dt.date(2020, 1, 1), "until": dt.date(2026, 3, 31), "value": 100, "law": "旧料金"},
                {"from": dt.date(2026, 4, 1), "value": 250, "law": "月影島料金表"},
            ],
        ),
        _procedure(
            "moon_allowance",
            "月見の手当",
            "person.is_newcomer and person.age < moon_age",
            scope="person",
            starts_by_claim_month=True,
            deadline={"kind": "month_claim", "text_ja": "請求した月の翌月分から"},
        ),
        _procedure("night_pass", "夜道の証", "person.is_newcomer and person.age >= moon_age", scope="person"),
        _procedure("boat_tax", "舟の届け", "has_boat and boat_kind is sail", verified="partly"),
        _procedure(
            "harbour_office",
            "港の手続き",
            "has_boat",
            elsewhere_ja="港の役所(島の反対側)",
        ),
        _procedure("certificate_of_light", "灯火の証明", "true", on_request=True),
    ]
    questions = [
        _question("landing_day", "いつ着きましたか?", "date", ["landed_on"]),
        _question("company", "だれと着きましたか?", "people", ["people"], per="group"),
        _question("ages", "年齢は?", "people", ["age"], per="group", who="person.landed"),
        _question("landed", "着いたのはだれですか?", "choice", ["landed"], per="group"),
        _question("tea", "茶を飲むのは?", "choice", ["drinks_tea"], per="group", who="person.landed"),
        _question("boat", "舟がありますか?", "yes_no", ["has_boat"]),
        _question("inspected", "舟の検査は済みましたか?", "yes_no", ["boat_inspected"], when="has_boat"),
        _question("boat_kind", "舟の種類は?", "choice", ["boat_kind"], when="has_boat"),
    ]
    papers = [
        {"id": "letter", "name_ja": "紹介状"},
        {"id": "boat_paper", "name_ja": "舟の証", "have": "boat_kind is sail", "lack": "boat_kind is oar"},
        {"id": "cup", "name_ja": "湯のみ", "lack": "has_boat is not true"},
    ]
    forms = [
        _form("lantern_form", "灯火登録票", "household", signature_by_law=True),
        _form("tea_form", "茶の免許申請", "person", signature_by_law=False),
    ]
    files: dict[str, Any] = {
        "national/facts.yaml": FACTS,
        "national/constants.yaml": {
            "moon_age": [{"from": dt.date(2020, 1, 1), "value": 10, "law": "月影島灯火条例 第9条"}]
        },
        "national/definitions.yaml": [
            {"id": "is_newcomer", "scope": "person", "when": "person.landed"},
            {"id": "came_by_boat", "scope": "visit", "when": "has_boat"},
        ],
        "national/derivations.yaml": [
            {
                "id": "oars_need_none",
                "fact": "boat_inspected",
                "scope": "visit",
                "value": True,
                "when": "boat_kind is oar",
            },
            {
                "id": "babies_drink_none",
                "fact": "drinks_tea",
                "scope": "person",
                "value": False,
                "when": "person.age < 3",
            },
        ],
        "national/life_events/landing.yaml": {
            "id": "landing",
            "name_ja": "上陸",
            "plain_ja": "島に着いた",
            "order": 1,
            "asked_as": ["島に着きました"],
        },
        "national/life_events/leaving.yaml": {
            "id": "leaving",
            "name_ja": "出航",
            "plain_ja": "島を出る",
            "order": 2,
            "asked_as": ["島を出ます"],
        },
        f"municipality/{CODE}/municipality.yaml": _town(),
    }
    for folder, listed in (
        ("procedures", procedures),
        ("questions", questions),
        ("papers", papers),
        ("forms", forms),
    ):
        files |= {f"national/{folder}/{record['id']}.yaml": record for record in listed}
    return files


_FOR_ONE = {"text_one_ja": "{person}は?", "yes_label_ja": "はい", "no_label_ja": "いいえ"}


def _question(record: str, text_ja: str, kind: str, facts: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": record,
        "text_ja": text_ja,
        **(_FOR_ONE if more.get("per") == "group" else {}),
        "why_ja": "島の規則です",
        "input": kind,
        "per": "visit",
        "facts": facts,
        **more,
    }


def _form(record: str, name_ja: str, scope: str, *, signature_by_law: bool) -> dict[str, Any]:
    value = "visitor.name" if scope == "household" else "person.name"
    by_law = (
        {"signature_by_law": True, "signature_law_ja": "月影島灯火条例 第4条"} if signature_by_law else {}
    )
    return {
        "id": record,
        "name_ja": name_ja,
        "title_ja": name_ja,
        "edition": "2026-01",
        "law_form_ja": "様式第1号",
        "intent_ja": "届け出ます。",
        "scope": scope,
        "sections": [
            {
                "title_ja": "届出人",
                "fields": [
                    {
                        "key": f"{record}_signature",
                        "label_ja": "署名",
                        "type": "signature",
                        "source": "hand",
                        "value": value,
                        "counts_as": "name",
                        **by_law,
                    }
                ],
            }
        ],
        **PROVENANCE,
    }


def _town() -> dict[str, Any]:
    return {
        "code": CODE,
        "name_ja": "月影市",
        "prefecture_ja": "架空県",
        "addressed_to_ja": "月影市長",
        "accent": "#224466",
        "one_counter": "gate",
        "signatures": "law",
        "hours": {"opens_at": "09:00", "closes_at": "16:00"},
        "closed_weekdays": [5, 6],
        "national_holidays_closed": True,
        "closed_spans": [["12-29", "01-03"]],
        "closed_days": {},
        "counters": [
            _counter("gate", "1", "門の窓口", "c1"),
            _counter("tea_room", "2", "茶の窓口", "c2"),
        ],
        "procedures": {
            "lantern_registration": {"counter": "gate", "minutes": 10},
            "tea_licence": {"counter": "tea_room", "minutes": 5, "together": False, "closes_at": "11:00"},
            "moon_allowance": {"counter": "gate", "minutes": 5},
            "night_pass": {"counter": "gate", "minutes": 0},
            "boat_tax": {"counter": "gate", "minutes": 3, "fee_yen": 70},
            "certificate_of_light": {"counter": "gate", "minutes": 2, "fee_yen": 300},
        },
        **PROVENANCE,
    }


def _counter(record: str, number: str, name_ja: str, place: str) -> dict[str, str]:
    return {
        "id": record,
        "number": number,
        "name_ja": name_ja,
        "department_ja": "灯台課",
        "floor": "1階",
        "place": place,
    }


class SmallTown:
    """The town's folder; `files` holds what is written, by path."""

    code = CODE
    at = AT

    def __init__(self, folder: Path):
        self.folder = folder
        self.files = copy.deepcopy(_records())

    def record(self, path: str) -> dict[str, Any]:
        """One national record, to be changed in place."""
        found: dict[str, Any] = self.files[f"national/{path}.yaml"]
        return found

    @property
    def overlay(self) -> dict[str, Any]:
        found: dict[str, Any] = self.files[f"municipality/{CODE}/municipality.yaml"]
        return found

    def write(self) -> Path:
        """All files as they are now."""
        for path, data in self.files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            text = (
                data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
            )
            file.write_text(text, encoding="utf-8")
        drawing = '<svg xmlns="http://www.w3.org/2000/svg"><g id="c1"/><g id="c2"/></svg>'
        (self.folder / "municipality" / CODE / "floor_map.svg").write_text(drawing, encoding="utf-8")
        return self.folder

    def load(self) -> KnowledgeBase:
        return load(CODE, self.write())

    def facts(self, kb: KnowledgeBase, **values: Any) -> Facts:
        """Facts of one household; its reason is the landing unless another is given."""
        return facts_from(kb.vocabulary, {"reasons": ["landing"], **values}, AT)

    def plan(self, kb: KnowledgeBase, at: dt.datetime = AT, **values: Any) -> Plan:
        return build_plan(kb, self.facts(kb, **values), at)


@pytest.fixture
def small_town(tmp_path: Path) -> SmallTown:
    return SmallTown(tmp_path / "data")


@pytest.fixture(scope="session")
def island(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallTown, KnowledgeBase]:
    """The town as it stands, loaded once."""
    town = SmallTown(tmp_path_factory.mktemp("island"))
    return town, town.load()
