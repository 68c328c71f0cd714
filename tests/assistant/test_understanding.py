"""Understanding as a running part: degraded aloud without Rasa, and the main job with the real one."""

from pathlib import Path
from typing import Any

import pytest

from assistant import understanding as part
from assistant.environments import Environments, environments
from assistant.settings import Settings
from assistant.understanding import Understanding
from kb.facts import Facts
from kb.model import KnowledgeBase
from nlu.interpretation import Interpretation
from nlu.rasa_server import RasaServer
from tests.assistant.conftest import FAMILY, FIRST_SENTENCE, StartApp, good

UP_LIMIT_S = 120


def test_switched_off_it_says_so_and_still_understands(kb: KnowledgeBase, world: Any, tmp_path: Path) -> None:
    hears = Understanding(kb, Settings(home=tmp_path, understanding=False))
    assert hears.state() == {"state": "degraded", "reason": "starting"}
    hears.start()
    try:
        assert hears.wait_until_up(UP_LIMIT_S) is False
        assert hears.state()["state"] == "degraded"
        assert hears.state()["reason"]
        heard = hears.interpret(FIRST_SENTENCE, None, Facts(), world.today)
        assert isinstance(heard, Interpretation)
        assert "moving_in" in {c.id for c in heard.life_events}
        assert heard.household_complete
    finally:
        hears.stop()


def test_without_rasas_environment_the_remedy_is_named(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Environments(None, environments().cache)
    monkeypatch.setattr(part, "environments", lambda: nowhere)
    hears = Understanding(kb, Settings(home=tmp_path))
    hears.start()
    try:
        hears.wait_until_up(UP_LIMIT_S)
        assert "make setup" in hears.state()["reason"]
    finally:
        hears.stop()


def test_places_are_named_with_their_prefecture(kb: KnowledgeBase, tmp_path: Path) -> None:
    hears = Understanding(kb, Settings(home=tmp_path, understanding=False))
    assert hears.place_name("14100") == "神奈川県横浜市"
    assert hears.place_name(kb.municipality.code) == "架空県星見野市"
    assert hears.place_name("00000") == "00000"


@pytest.mark.rasa
def test_the_main_job_with_the_real_rasa(
    kb: KnowledgeBase, rasa_server: RasaServer, rasa_state: Path, start_app: StartApp
) -> None:
    """The whole path of a turn, shared server and all, as `serve` wires it."""
    hears = Understanding(kb, Settings(home=rasa_state))
    app = start_app(hears)
    assert hears.wait_until_up(UP_LIMIT_S), hears.state()
    ready = good(app.client.get("/readyz"), 200)
    assert ready["parts"]["understanding"] == {"state": "up", "reason": ""}
    visit = app.visit()
    assert "notice" not in visit.state
    visit.turn(text=FIRST_SENTENCE)
    assert visit.step["kind"] == "confirm"
    known = visit.facts()
    assert (known["moved_on"], known["reasons"], len(known["people"])) == ("2026-04-01", ["moving_in"], 6)
    visit.turn(text="はい、合っています")
    assert visit.step["kind"] == "ask"
    visit.to_plan(FAMILY)
    assert visit.plan["counters_visited"] == 1
    assert visit.plan["writes"] == 1
    assert visit.open_case()["ticket"]
