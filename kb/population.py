"""How a made-up population is composed: shares a town's statistician can read and correct, as data.

The numbers are assumptions with a documented shape, rounded by hand, and no statistics of any town; they decide
nothing for a resident, only how benchmarks and `kb diff` weigh one household against another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2

from kb.conditions import Condition

RARE = 0.15
"""Chance of a yes for a circumstance the population does not name."""


def entropy(weights: Sequence[float]) -> float:
    """Bits the answer tells, by the weight of each value; one weight alone is the share of yes.

    >>> entropy((0.5,)), entropy((1, 1, 1, 1)), entropy((1, 0))
    (1.0, 2.0, 0.0)
    """
    values = (weights[0], 1 - weights[0]) if len(weights) == 1 else weights
    total = sum(values)
    shares = [value / total for value in values if value > 0]
    return -sum(share * log2(share) for share in shares) + 0.0


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

    def share(self, fact: str) -> Share | None:
        """What is written of a fact."""
        return self._by_fact.get(fact)

    @cached_property
    def _by_fact(self) -> Mapping[str, Share]:
        return {share.fact: share for share in self.shares}
