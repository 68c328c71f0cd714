"""What several packages' tests share: the packaged knowledge base, and the understanding that needs no Rasa."""

import datetime as dt
import os
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from assistant.environments import environments
from counter_bridge.card_commands import DEMO_PERSONS
from counter_bridge.demo_reader import DemoReader
from kb.facts import Facts
from kb.load import load
from kb.model import AskedQuestion, KnowledgeBase
from kb.plan import Plan, build_plan
from kb.sample import households
from nlu.interpretation import Interpretation, NotUnderstood
from nlu.interpreter import Interpreter
from nlu.municipalities import municipality_label
from nlu.parser import FakeParser
from nlu.rasa_model import written_sentences
from nlu.search import Search
from nlu.topics import topics_of
from tests.nlu.rasa_fixtures import rasa_model, rasa_parser, rasa_python, rasa_server, rasa_state  # noqa: F401

settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

TUESDAY = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(scope="session", autouse=True)
def card_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run's demo reader keeps its state.

    libpcsclite remembers for the life of a process where pcscd is, so that is settled before the first test that looks
    for a card; no test ever meets a reader of this machine.
    """
    state = tmp_path_factory.mktemp("card")
    os.environ.update(DemoReader(state, DEMO_PERSONS).environment)
    return state


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    """The packaged knowledge base with the demo town."""
    return load()


class World:
    """The packaged knowledge base on a Tuesday of the moving season; says little of itself in error reports."""

    def __init__(self, kb: KnowledgeBase):
        self.kb = kb
        self.at = TUESDAY
        self.today = TUESDAY.date()

    def plan(self, facts: Facts) -> Plan:
        return build_plan(self.kb, facts, self.at)

    def household(self, seed: int, *reasons: str) -> Facts:
        """A made-up household of which every decisive fact is known."""
        (facts,) = households(self.kb, 1, seed, self.at, evenly=True, reasons=reasons)
        return facts


@pytest.fixture(scope="session")
def world(kb: KnowledgeBase) -> World:
    return World(kb)


class Hearing:
    """The real interpreter and search over the parser that needs no process; stands where `Understanding` does."""

    def __init__(self, kb: KnowledgeBase):
        topics, written = topics_of(kb), written_sentences()
        self.search = Search(topics, written, cache_dir=environments().cache)
        self.search.warm_up()
        assert self.search.wait_until_up(120).kind == "up", self.search.state.reason
        self.parser = FakeParser(topics, written)
        self._kb = kb
        self._interpreter = Interpreter(self.parser, self.search, kb)

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        return self._interpreter.interpret(text, asked, facts, today)

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        return self._interpreter.interpret_heard(wordings, asked, facts, today)

    def recall(self, wordings: Sequence[str]) -> Sequence[str]:
        return self.search.recall(wordings)

    def place_name(self, code: str) -> str:
        town = self._kb.municipality
        return (
            f"{town.prefecture_ja}{town.name_ja}" if code == town.code else municipality_label(code) or code
        )

    def state(self) -> dict[str, str]:
        down = self.parser.down
        return {"state": "up", "reason": ""} if down is None else {"state": "degraded", "reason": down.reason}

    def wait_until_up(self, timeout_s: float) -> bool:
        return self.parser.down is None

    def knows(self, kb: KnowledgeBase) -> bool:
        return topics_of(kb) == topics_of(self._kb)

    def over(self, kb: KnowledgeBase) -> "Hearing":
        other = copy(self)
        other._kb = kb
        other._interpreter = Interpreter(self.parser, self.search, kb)
        return other

    def start(self) -> None:
        """Everything runs already."""

    def stop(self) -> None:
        """Nothing was started."""


@pytest.fixture(scope="session")
def understanding(kb: KnowledgeBase) -> Hearing:
    return Hearing(kb)
