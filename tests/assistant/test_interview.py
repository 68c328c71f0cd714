"""聞き取り受付 at the desk: what was passed over comes back, official data comes first and wins, a number is filled."""

from typing import Any

import pytest

from assistant.official_record import UnusableRecord, read_record
from kb.model import KnowledgeBase
from tests.assistant.conftest import ALONE, DAY, FAMILY, NOW, App, Desk, good, problem

CSV = """続柄,氏名,ふりがな,生年月日,性別,いままでの住所,備考
本人,見本　太郎,みほん　たろう,昭和59年5月14日,男,神奈川県横浜市中区見本町１丁目２番３号,x
妻,見本　花子,みほん　はなこ,1986/9/2,女,,
子,見本　さくら,みほん　さくら,H25.9.18,女,,
"""


class Interview:
    """A clerk in the middle of an interview."""

    def __init__(self, desk: Desk, **body: Any):
        self.desk = desk
        self.state = good(desk.post("/visits", {"mode": "interview", "on": DAY, **body}), 201)
        self.id, self.token = self.state["visit_id"], self.state["token"]

    def post(self, path: str, body: Any) -> Any:
        return self.desk.post(f"/visits/{self.id}{path}", body, Authorization=f"Bearer {self.token}")

    def turn(self, **body: Any) -> dict[str, Any]:
        self.state = good(self.post("/turns", body))
        return self.state

    def official(self, **body: Any) -> dict[str, Any]:
        self.state = good(self.post("/official", body))
        return self.state

    @property
    def asked(self) -> str:
        found: str = self.state["step"]["question"]["id"]
        return found

    def facts(self) -> dict[str, Any]:
        return {one["fact"]: one for one in self.state["understood"]}

    def to_plan(self, answers: dict[str, Any]) -> None:
        for _ in range(30):
            if self.state["step"]["kind"] == "plan":
                return
            question = self.state["step"]["question"]
            value = answers.get(question["id"], ["none"] if question["multiple"] else True)
            self.turn(answer={"question": question["id"], "value": value})
        raise AssertionError(self.state["step"])


@pytest.fixture
def interview(desk: Desk) -> Interview:
    return Interview(desk)


def test_a_question_passed_over_is_listed_and_comes_back(interview: Interview) -> None:
    interview.turn(answer={"question": "reasons", "value": ["moving_in"]})
    first = interview.asked
    interview.turn(answer={"question": first, "unknown": True})
    assert [one["id"] for one in interview.state["interview"]["skipped"]] == [first]
    assert interview.asked != first
    interview.turn(answer={"question": first, "value": ALONE.get(first, [])})
    assert interview.state["interview"]["skipped"] == []


def test_any_open_question_can_be_answered_out_of_turn(interview: Interview) -> None:
    interview.turn(answer={"question": "reasons", "value": ["moving_in"]})
    listed = [one["id"] for one in interview.state["interview"]["open"]]
    assert listed[0] == interview.asked
    assert "moved_on" in listed
    interview.turn(answer={"question": "moved_on", "value": "2026-04-01"})
    assert "moved_on" not in [one["id"] for one in interview.state["interview"]["open"]]


def test_a_pasted_certificate_makes_the_family_before_anything_is_asked(interview: Interview) -> None:
    told = interview.official(kind="certificate", record=CSV)
    facts = interview.facts()
    assert facts["people.p1.name"]["value"] == "見本　太郎", "the glyphs of the record, not normalised"
    assert facts["people.p2.relation"]["value"] == "wife"
    assert facts["people.p3.birth_date"]["value"] == "2013-09-18"
    assert facts["people.p2.moves"]["value"] is True
    assert facts["previous_municipality"]["value"] == "14100"
    assert facts["moving_out_procedure"]["value"] == "certificate"
    assert {facts[f]["origin"] for f in facts if f != "reasons" and not f.endswith("age")} <= {
        "official",
        "derived",
    }
    assert told["left_out"] == ["備考"]
    assert facts["reasons"]["value"] == ["moving_in"]


def test_the_record_stands_above_what_was_said_and_the_difference_is_listed(interview: Interview) -> None:
    interview.turn(text="4月1日に、横浜から妻と12歳の子と引っ越してきました")
    assert interview.facts()["people.p3.age"]["value"] == 12
    interview.official(facts={"moved_on": "2026-03-30"}, record=CSV)
    facts = interview.facts()
    assert facts["moved_on"]["value"] == "2026-03-30"
    assert facts["people.p3.birth_date"]["value"] == "2013-09-18", "the child spoken of, no second one"
    assert "people.p4.relation" not in facts
    (mismatch,) = interview.state["interview"]["mismatches"]
    assert (mismatch["fact"], mismatch["origin"], mismatch["other_origin"]) == (
        "moved_on",
        "official",
        "said",
    )
    interview.turn(correct={"fact": "moved_on", "value": "2026-04-02"})
    assert interview.facts()["moved_on"]["value"] == "2026-03-30"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("続柄,氏名,個人番号\n本人,見本　太郎,123456789012", "individual_number"),
        ("続柄,氏名,番号\n本人,見本　太郎,1234-5678-9012", "individual_number"),
        ("続柄,氏名,番号\n本人,見本　太郎,１２３４５６７８９０１２", "individual_number"),
        ('[{"続柄": "本人", "番号": 123456789012}]', "individual_number"),
        ("これは表ではありません", "record_unreadable"),
        ("{", "record_unreadable"),
        ("[" * 5000, "record_unreadable"),
        ('["x"]', "record_unreadable"),
        ("続柄,氏名", "record_unreadable"),
        ("続柄,氏名\n世帯主,見本　太郎\n妻,見本　花子", "record_invalid"),
        ("続柄,氏名\n本人,見本　花子\n世帯主,見本　太郎", "record_invalid"),
        ("続柄,生年月日\n本人,2月30日", "record_invalid"),
        ("続柄,性別\n本人,ねこ", "record_invalid"),
        ("続柄\n" + "子\n" * 21, "record_too_long"),
    ],
)
def test_a_record_that_cannot_be_taken_is_refused_whole(kb: KnowledgeBase, record: str, code: str) -> None:
    read = read_record(record, kb.vocabulary, NOW.date())
    assert isinstance(read, UnusableRecord)
    assert read.code == code
    assert "見本" not in read.detail_ja


@pytest.mark.parametrize(
    "record",
    [
        "続柄,氏名\n世帯主,見本　太郎",
        "続柄,氏名\n本人(世帯主),見本　太郎\n妻,見本　花子",
        "続柄,氏名\n妻,見本　花子\n世帯主（本人）,見本　太郎",
    ],
)
def test_the_head_of_the_household_is_who_came_where_nobody_else_can_be_meant(
    kb: KnowledgeBase, record: str
) -> None:
    read = read_record(record, kb.vocabulary, NOW.date())
    assert not isinstance(read, UnusableRecord)
    assert [value for one in read.people if one.relation == "self" for _, value in one.facts] == [
        "見本　太郎"
    ]


def test_the_head_beside_others_is_refused_with_what_to_write_instead(kb: KnowledgeBase) -> None:
    read = read_record("続柄,氏名\n世帯主,見本　太郎\n妻,見本　花子", kb.vocabulary, NOW.date())
    assert isinstance(read, UnusableRecord)
    assert "2行目の続柄が「世帯主」です" in read.detail_ja
    assert "「本人(世帯主)」" in read.remedy_ja


def test_json_and_tables_of_tabs_are_read_too(kb: KnowledgeBase) -> None:
    tabs = read_record(CSV.replace(",", "\t"), kb.vocabulary, NOW.date())
    json = read_record(
        '{"引っ越した日": "2026-04-01", "people": [{"relation": "self", "name": "見本　太郎"}]}',
        kb.vocabulary,
        NOW.date(),
    )
    assert not isinstance(tabs, UnusableRecord)
    assert [one.relation for one in tabs.people] == ["self", "wife", "child"]
    assert not isinstance(json, UnusableRecord)
    assert json.visit["moved_on"].isoformat() == "2026-04-01"  # type: ignore[union-attr]


def test_official_data_comes_from_a_clerks_own_interview_only(app: App, desk: Desk) -> None:
    kiosk = app.visit()
    body = {"facts": {"moved_on": "2026-04-01"}}
    problem(kiosk.post("/official", body), 401)
    problem(
        desk.post(f"/visits/{kiosk.id}/official", body, Authorization=f"Bearer {kiosk.token}"),
        403,
        "not_an_interview",
    )
    interview = Interview(desk)
    problem(interview.post("/official", {"facts": {"wings": 2}}), 422, "fact_invalid")
    problem(interview.post("/official", {"facts": {"people.p7.name": "x"}}), 422, "person_unknown")
    assert "interview" not in kiosk.state


def test_a_number_taken_without_a_talk_is_filled_by_an_interview(app: App, desk: Desk) -> None:
    kiosk = app.visit(help_wished=["wheelchair"])
    kiosk.answer("reasons", ["moving_in"])
    ticket = kiosk.open_case(ticket_only=True)
    problem(app.client.post("/api/v1/visits", json={"case": ticket["case_id"]}), 403, "not_an_interview")
    interview = Interview(desk, case=ticket["case_id"])
    assert interview.facts()["reasons"]["value"] == ["moving_in"]
    interview.to_plan(FAMILY)
    assert desk.case(ticket["case_id"])["ticket_only"], "a talk that is dropped leaves the number as it was"
    given = good(interview.post("/case", {}))
    assert given["ticket"] == ticket["ticket"]
    case = desk.case(ticket["case_id"])
    assert not case["ticket_only"]
    assert case["help_wished"] == ["wheelchair"]
    assert len(case["plan"]) > 5
    problem(desk.post("/visits", {"mode": "interview", "case": ticket["case_id"]}), 409, "not_number_only")
