"""How a made-up population is composed: shares a town's statistician can read and correct, as data.

The numbers are assumptions with a documented shape, rounded by hand, and no statistics of any town; they decide
nothing for a resident, only how benchmarks and `kb diff` weigh one household against another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.conditions import Condition


@dataclass(frozen=True)
class HouseholdShape:
    """Who lives together: the visitor and others by relation (`spouse` is wife or husband)."""

    weight: int
    others: tuple[str, ...] = ()
    visitor_age: tuple[int, int] = (18, 90)
    """Youngest and oldest visitor of this shape."""


@dataclass(frozen=True)
class Share:
    """How often a fact has which value among those `when` holds for; others have none of it.

    Without share and weights every value is as likely, and only `when` counts.
    """

    fact: str
    share: float | None = None
    """Of yes, for a fact that is yes or no."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """Of each value, for a choice."""
    when: Condition | None = None


@dataclass(frozen=True)
class Population:
    """Everything the sample is drawn from; what it does not name is drawn evenly."""

    note: str
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Weight of each life event; one not named weighs 1."""
    households: tuple[HouseholdShape, ...] = ()
    shares: tuple[Share, ...] = ()
    first_words: Mapping[str, float] = field(default_factory=dict)
    """How often a fact is told in the first sentence: visit facts, and `age` of the people named."""
