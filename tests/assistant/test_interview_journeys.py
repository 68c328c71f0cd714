"""聞き取り受付: every journey that passes at the kiosk passes at the desk, in a visit a clerk opened (COUNTER_RULES 12)."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from assistant.journeys import Journey, play, read_journeys
from assistant.turn import TurnRequest, TurnResult, look
from assistant.visit_state import Visit
from assistant.visits import Holder
from kb.model import KnowledgeBase
from tests.assistant.conftest import App, Clock, Desk, good

JOURNEYS = read_journeys(Path(__file__).parents[1] / "journeys")


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, kb: KnowledgeBase, understanding: Any, demo_persons: Any
) -> Iterator[tuple[App, Desk]]:
    """One assistant and one clerk for all journeys."""
    app = App(tmp_path_factory.mktemp("office") / "var", kb, understanding, demo_persons, Clock())
    yield app, app.desk()
    app.stop()


@pytest.mark.parametrize("journey", JOURNEYS, ids=[j.file.removesuffix(".yaml") for j in JOURNEYS])
def test_a_journey_comes_out_the_same_at_the_desk(
    kb: KnowledgeBase, office: tuple[App, Desk], journey: Journey
) -> None:
    app, desk = office
    opened = good(desk.post("/visits", {"mode": "interview", "on": journey.on.isoformat()}), 201)
    holder = Holder(opened["visit_id"])

    def take(_visit: Visit, request: TurnRequest) -> TurnResult:
        given = {name: value for name, value in asdict(request).items() if value}
        path = f"/visits/{opened['visit_id']}/turns"
        good(desk.post(path, given, Authorization=f"Bearer {opened['token']}"))
        return look(kb, app.services.visits.load(holder))

    outcome = play(journey, look(kb, app.services.visits.load(holder)), take)
    assert not outcome.wrong, f"{journey.file}: {outcome.wrong[0]} (asked: {', '.join(outcome.asked)})"
    assert outcome.result is not None
    assert outcome.result.visit.mode == "interview"
