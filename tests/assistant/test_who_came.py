"""Who came, for whom, and by what authority goes with the case to the desk."""

from typing import Any

import pytest

from tests.assistant.conftest import App, Desk, VisitScreen, good

CERTIFICATE = {"reasons": ["certificates"], "certificates_wanted": ["resident_record"]}


def came(app: App, text: str, **answers: Any) -> VisitScreen:
    visit = app.visit()
    visit.turn(text=text)
    return visit.to_plan({**CERTIFICATE, **answers})


def handed_over(visit: VisitScreen, desk: Desk) -> dict[str, Any]:
    return desk.case(visit.open_case()["case_id"])


def test_a_proxy_is_shown_with_the_principal_the_authority_and_the_paper(app: App, desk: Desk) -> None:
    visit = came(app, "母に頼まれて来ました", proxy_authority="entrusted")
    assert "委任状" in [b["name_ja"] for b in visit.plan["bring"]]
    case = handed_over(visit, desk)
    facts = {f["fact"]: f["value"] for f in case["facts"]}
    assert "proxy" in case["marks"]
    assert (facts["visitor_role"], facts["proxy_authority"]) == ("proxy", "entrusted")
    assert [p["label"] for p in case["people"] if facts.get(f"people.{p['id']}.principal")] == ["母"]
    (told,) = [g for g in case["guidance"] if g["id"] == "copy_of_resident_record"]
    assert "委任状" in "".join(c["text"] for c in told["check"] if c["label"] == "代わりの方")


def test_a_companion_is_no_proxy(app: App, desk: Desk) -> None:
    visit = came(app, "息子の付き添いで来ました")
    assert "委任状" not in [b["name_ja"] for b in visit.plan["bring"]]
    marks = handed_over(visit, desk)["marks"]
    assert "companion" in marks
    assert "proxy" not in marks


@pytest.mark.parametrize("authority", ["guardian", "facility", "same_household"])
def test_every_authority_reaches_the_desk(app: App, desk: Desk, authority: str) -> None:
    case = handed_over(came(app, "代理で来ました", proxy_authority=authority), desk)
    assert authority in [f["value"] for f in case["facts"] if f["fact"] == "proxy_authority"]


def test_who_comes_alone_is_not_asked_and_not_marked(app: App, desk: Desk) -> None:
    visit = app.visit()
    visit.answer("reasons", ["certificates"])
    case = handed_over(visit.to_plan(CERTIFICATE), desk)
    assert not {"proxy", "companion"} & set(case["marks"])
    assert good(desk.get("/cases"))["cases"]
