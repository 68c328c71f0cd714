"""A second, quite different town is served from its folder alone: nothing of the first is wired in.

It is made by `new-town`, then filled in as a town would: other counters and nothing taken together, closed on
Mondays, customary signatures, fees and a procedure of its own, another accent.
"""

import datetime as dt
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader
from typer.testing import CliRunner

from assistant.__main__ import app
from assistant.journeys import Journey, read_journeys, run
from counter_bridge.forms import fill_forms
from counter_bridge.pdf import render_pdf
from kb.load import DATA, DEMO_TOWN, load
from kb.model import KnowledgeBase
from kb.new_town import TownExists, make_town
from kb.proofs import prove
from tests.assistant.conftest import DAY, App, good, problem

CODE, NAME = "99302", "霧ヶ浜町"
OVERLAY_OF_THE_FIRST = DATA / "municipality" / DEMO_TOWN
LOCAL = {path.stem for path in (OVERLAY_OF_THE_FIRST / "procedures").glob("*.yaml")}
LOCAL_OPTIONS = {
    path.stem: {option["value"] for option in yaml.safe_load(path.read_text(encoding="utf-8"))}
    for path in (OVERLAY_OF_THE_FIRST / "options").glob("*.yaml")
}


def is_of_the_first_town(journey: Journey) -> bool:
    """It chooses what only the first town has."""
    chosen = any(set(journey.answers.get(q, ())) & values for q, values in LOCAL_OPTIONS.items())
    return chosen or any(procedure in str(journey.say) for procedure in LOCAL)


def without_local(journey: Journey) -> Journey:
    """What it expects wherever it happens."""
    expect = {
        k: [p for p in v if p not in LOCAL] if isinstance(v, list) else v for k, v in journey.expect.items()
    }
    return replace(journey, expect=expect)


JOURNEYS = [
    without_local(j)
    for j in read_journeys(Path(__file__).parents[1] / "journeys")
    if not is_of_the_first_town(j)
]
OF_THE_LAND = ("undecided", "elsewhere", "absent", "for_whom", "never_asked", "questions_at_most")
"""What a journey expects that no town may change."""


def fill_in(folder: Path) -> None:
    """What the people of this town decided."""
    file = folder / "municipality.yaml"
    town = yaml.safe_load(file.read_text(encoding="utf-8"))
    town |= {
        "accent": "#7a3b10",
        "one_counter": "desk_a",
        "signatures": "customary",
        "hours": {"opens_at": "09:00", "closes_at": "16:00"},
        "closed_weekdays": [0],
        "closed_days": {dt.date(2026, 4, 15): "港まつり"},
        "operators": {
            "opens_at": "10:00",
            "closes_at": "12:00",
            "callback_phone_ja": "港の係 000-0000",
            "pools": [{"id": "harbour", "name_ja": "港の係", "role": "counter_staff", "wait_s": 20}],
        },
        "number_machine": {
            "desk_a": {"prefix": "K", "first": 1, "last": 399, "digits": 3},
            "desk_b": {"prefix": "A", "separator": "-", "first": 1, "last": 99},
        },
        "counters": [
            {"id": "desk_a", "number": "A", "name_ja": "住民係", "department_ja": "住民課", "floor": "2階", "place": "counter_1"},
            {"id": "desk_b", "number": "B", "name_ja": "福祉係", "department_ja": "福祉課", "floor": "3階", "place": "counter_2"},
        ],
    }  # fmt: skip
    file.write_text(yaml.safe_dump(town, allow_unicode=True), encoding="utf-8")
    for services in (folder / "services").iterdir():
        said = yaml.safe_load(services.read_text(encoding="utf-8"))
        desk = "desk_b" if services.stem in ("child", "welfare", "elderly") else "desk_a"
        for service in said.values():
            service |= {"counter": desk, "together": False, "fee_yen": 770}
        services.write_text(yaml.safe_dump(said), encoding="utf-8")
    own = yaml.safe_load(
        (OVERLAY_OF_THE_FIRST / "procedures" / "garbage_bags_for_new_residents.yaml").read_text("utf-8")
    )
    own |= {
        "id": "harbour_pass",
        "name_ja": "港の通行証",
        "laws": [{"name": "霧ヶ浜町港湾条例", "article": "第2条"}],
    }
    (folder / "procedures").mkdir()
    (folder / "procedures" / "harbour_pass.yaml").write_text(
        yaml.safe_dump(own, allow_unicode=True), encoding="utf-8"
    )
    (folder / "services" / "harbour.yaml").write_text(
        "harbour_pass: {counter: desk_b, minutes: 2, together: false}\n", encoding="utf-8"
    )


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of overlays this town keeps itself."""
    folder = tmp_path_factory.mktemp("towns")
    make_town(CODE, NAME, "架空県", folder, dt.date(2026, 11, 29))
    fill_in(folder / CODE)
    return folder


@pytest.fixture(scope="module")
def second(towns: Path) -> KnowledgeBase:
    return load(CODE, towns=towns)


def test_it_passes_every_check(second: KnowledgeBase) -> None:
    assert prove(second) == []
    assert "garbage_bags_for_new_residents" not in second.procedures


@pytest.mark.parametrize("journey", JOURNEYS, ids=[j.file.removesuffix(".yaml") for j in JOURNEYS])
def test_what_law_decides_is_the_same_there(
    kb: KnowledgeBase, second: KnowledgeBase, understanding: Any, journey: Journey
) -> None:
    here, there = run(kb, understanding, journey), run(second, understanding, journey)
    national = [w for w in there.wrong if w.split(".")[1].partition(":")[0] in OF_THE_LAND]
    assert not national, national[0]
    of_law = [s.procedure.id for s in here.result.plan.steps if s.procedure.id in second.procedures]
    steps = [s.procedure.id for s in there.result.plan.steps if s.procedure.id in kb.procedures]
    assert sorted(steps) == sorted(of_law)


def family(kb: KnowledgeBase, understanding: Any) -> Any:
    journey = next(j for j in JOURNEYS if j.file == "family_of_six_moves_in.yaml")
    return run(kb, understanding, journey).result


def test_counters_fees_hours_and_days_are_its_own(second: KnowledgeBase, understanding: Any) -> None:
    plan = family(second, understanding).plan
    assert [(c.number, c.floor) for c in plan.counters] == [("A", "2階"), ("B", "3階")]
    assert plan.step("harbour_pass") is not None
    assert all(s.fee_yen == 770 for s in plan.steps if s.procedure.id != "harbour_pass")
    assert plan.step("moving_in_notification").deadline == dt.date(2026, 4, 16), "15 April is its festival"


def test_customary_signatures_are_kept_at_three_sheets(
    kb: KnowledgeBase, second: KnowledgeBase, understanding: Any
) -> None:
    assert family(kb, understanding).plan.writes == 1
    assert family(second, understanding).plan.writes == 3


def test_its_operators_hours_and_number_are_its_own(second: KnowledgeBase, start_app: Any) -> None:
    app = start_app(knowledge=second)
    called = app.visit(on="2026-04-07T10:30:00+09:00").post("/call_operator").json()
    assert called["operator"]["state"] == "waiting"
    late = app.visit(on="2026-04-07T13:00:00+09:00").post("/call_operator").json()
    assert late["operator"]["phone_ja"] == "港の係 000-0000"
    assert "10:00から12:00" in late["step"]["say"]
    assert [p["id"] for p in app.desk("counter_staff").get("/conversations").json()["pools"]] == ["harbour"]


def test_its_name_stands_on_paper_and_screens(
    second: KnowledgeBase, understanding: Any, start_app: Any
) -> None:
    result = family(second, understanding)
    sheets = fill_forms(second, result.facts, result.plan.forms, dt.date(2026, 4, 7))
    printed = "".join(
        page.extract_text() for page in PdfReader(BytesIO(render_pdf(sheets, demo=False).pdf)).pages
    )
    assert f"{NAME}長" in printed
    assert "星見野" not in printed
    about = start_app(knowledge=second).client.get("/api/v1/about").json()
    assert about["municipality"]["name_ja"] == NAME
    assert about["municipality"]["accent"] == "#7a3b10"


@pytest.fixture
def hall(second: KnowledgeBase, start_app: Any) -> App:
    return start_app(knowledge=second)


@pytest.mark.parametrize(
    ("typed", "printed", "counter"),
    [
        ("K012", "K012", "desk_a"),
        ("ｋ１２", "K012", "desk_a"),
        (" a-7 ", "A-7", "desk_b"),
        ("A07", "A-7", "desk_b"),
    ],
)
def test_a_case_hangs_on_the_number_of_the_towns_own_machine(
    hall: App, typed: str, printed: str, counter: str
) -> None:
    visit = hall.visit().to_plan()
    given = visit.open_case(number=typed)
    assert (given["ticket"], given["counter_id"]) == (printed, counter)
    assert visit.open_case(number=typed)["ticket"] == printed, "the same again gives the same"
    desk = hall.desk()
    good(desk.act(given["case_id"], "call"))
    (called,) = good(hall.client.get("/api/v1/calls"))["now"]
    assert called["ticket"] == printed
    auditor = hall.desk("auditor")
    assert good(auditor.get(f"/preservations/find?day={DAY}&ticket={printed}"))["ticket"] == printed


def test_numbers_no_machine_prints_and_numbers_that_are_taken_are_refused(hall: App) -> None:
    for nonsense in ("K400", "K0", "Z1", "K", "12", "K1;--", "１２３４５６７８９０１２", "K" * 40):
        told = problem(hall.visit().post("/case", {"number": nonsense}), 422, "number_unknown")
        assert "そのとおりに" in told["remedy"]
    first = hall.visit()
    good(first.post("/case", {"number": "K012"}))
    problem(hall.visit().post("/case", {"number": "K12"}), 409, "number_taken")
    problem(first.post("/case", {"number": "K013"}), 409, "ticket_given")
    problem(hall.desk("attendant").post("/tickets", {"number": "K12", "on": DAY}), 409, "number_taken")


def test_the_number_of_a_withdrawn_case_is_free_again_the_same_day(hall: App) -> None:
    seen = []
    for _ in range(3):
        visit = hall.visit()
        given = good(visit.post("/case", {"number": "K012"}))
        code = hall.services.store.get_case(given["case_id"]).ticket.status_token
        assert good(hall.client.post("/api/v1/status", json={"code": code}))["ticket"] == "K012"
        for old in seen:
            problem(hall.client.post("/api/v1/status", json={"code": old}), 404)
        good(visit.delete(), 204)
        assert good(hall.client.post("/api/v1/status", json={"code": code}))["state"] == "withdrawn"
        seen.append(code)
    good(hall.desk("attendant").post("/tickets", {"number": "K12", "on": DAY}), 201)
    problem(hall.visit().post("/case", {"number": "K012"}), 409, "number_taken")


def test_our_own_numbers_keep_away_from_the_machines(hall: App) -> None:
    assert hall.visit().open_case(ticket_only=True)["ticket"] == "B-101"


def test_an_attendant_gives_a_number_of_the_machine(hall: App) -> None:
    attendant = hall.desk("attendant")
    given = good(attendant.post("/tickets", {"reasons": ["birth"], "number": "K9", "on": DAY}), 201)
    assert (given["ticket"], given["counter_id"]) == ("K009", "desk_a")


def test_a_folder_that_exists_is_never_overwritten(towns: Path) -> None:
    before = (towns / CODE / "municipality.yaml").read_bytes()
    with pytest.raises(TownExists):
        make_town(CODE, NAME, "架空県", towns, dt.date(2026, 11, 29))
    assert (towns / CODE / "municipality.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["14207"], 0, "神奈川県茅ヶ崎市"),
        (["99777", "--name", "見本町", "--prefecture", "架空県"], 0, "架空県見本町"),
        (["99777"], 2, "--name"),
        (["142"], 2, "code"),
        (["14207", "14207"], 2, ""),
    ],
)
def test_the_command_makes_a_checked_town(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    result = CliRunner().invoke(app, ["new-town", *arguments, "--folder", str(tmp_path)])
    assert result.exit_code == code
    assert told in result.output
    assert (tmp_path / arguments[0]).exists() == (code == 0)
    if code == 0:
        assert CliRunner().invoke(app, ["new-town", *arguments, "--folder", str(tmp_path)]).exit_code == 1
