"""Conversations played without words, with the resident who answers truthfully (`dialogue.rehearsal`)."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue.rehearsal import TrueResident
from kb.facts import Fact, Origin
from kb.plan import Plan


@pytest.fixture(scope="session")
def resident(world: Any) -> Callable[..., TrueResident]:
    """Makes a resident of the sampled household of a seed."""

    def make(seed: int, *reasons: str) -> TrueResident:
        return TrueResident(world.kb, world.household(seed, *reasons), world.at)

    return make


@pytest.fixture
def said(world: Any) -> Any:
    """Makes facts as they were said."""

    def make(**values: Any) -> tuple[Fact, ...]:
        return tuple(
            Fact(key.replace("__", "."), value, Origin.SAID, at=world.at) for key, value in values.items()
        )

    return make


def shape(plan: Plan) -> dict[str, Any]:
    """What a resident sees of a plan: steps with their people and days, and every other list."""
    return {
        "steps": [
            (s.procedure.id, s.people, s.deadline, s.today, [b.paper for b in s.bring]) for s in plan.steps
        ],
        "undecided": sorted(u.procedure.id for u in plan.undecided),
        "not_needed": sorted(p.id for p in plan.not_needed),
        "elsewhere": sorted(p.id for p in plan.elsewhere),
    }


@pytest.fixture(scope="session")
def shape_of() -> Callable[[Plan], dict[str, Any]]:
    return shape
