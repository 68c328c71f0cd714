"""Of several reasons, one is spoken of to its end before the next, where the questions tell as much."""

from itertools import groupby
from typing import Any

import pytest

ABOUT = {
    "leaving_job": {
        "left_job_on",
        "left_job_age",
        "insurance_after_leaving_job",
        "leaving_job_circumstances",
    },
    "care_needed": {"care_person_age", "care_circumstances"},
    "birth": {"born_on", "birth_circumstances"},
    "illness_with_high_cost": {"patient_insurance", "illness_circumstances"},
    "divorce": {"divorce_circumstances", "divorce_decided_on"},
}
"""Questions that belong to one reason alone."""

PAIRS = [
    ("leaving_job", "care_needed"),
    ("care_needed", "leaving_job"),
    ("birth", "leaving_job"),
    ("illness_with_high_cost", "care_needed"),
    ("divorce", "birth"),
]


@pytest.mark.parametrize("reasons", PAIRS, ids="+".join)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_reasons_are_not_mixed(resident: Any, reasons: tuple[str, ...], seed: int) -> None:
    somebody = resident(seed, *reasons)
    somebody.play()
    topics = [next((r for r in reasons if q in ABOUT[r]), None) for q in somebody.asked]
    spoken = [topic for topic, _ in groupby(t for t in topics if t is not None)]
    assert len(spoken) == len(set(spoken)), somebody.asked
