"""What several packages' tests share: the packaged knowledge base, and the understanding that needs no Rasa."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from kb.facts import Facts
from kb.load import load
from kb.model import KnowledgeBase
from kb.plan import Plan, build_plan
from kb.sample import households
from tests.nlu.rasa_fixtures import rasa_model, rasa_parser, rasa_python, rasa_server, rasa_state  # noqa: F401

settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

TUESDAY = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


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

    def household(self, seed: int) -> Facts:
        """A made-up household of which every decisive fact is known."""
        (facts,) = households(self.kb, 1, seed, self.at)
        return facts


@pytest.fixture(scope="session")
def world(kb: KnowledgeBase) -> World:
    return World(kb)
