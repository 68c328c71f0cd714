"""Who stands for a record, what it was checked against, and until when it may be relied on."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Source:
    """Where a statement can be looked up."""

    title: str
    address: str = ""


@dataclass(frozen=True)
class SecondReading:
    """The record held against its sources once more, after it was written."""

    read_on: dt.date
    read_ja: tuple[str, ...]
    """What was opened: each law with its articles and the edition; empty where no source could be had."""
    found_ja: str
    """What was corrected, or 「相違なし」."""


@dataclass(frozen=True)
class Provenance:
    """Who stands for a record, and how far it was checked."""

    sources: tuple[Source, ...]
    checked: dt.date
    owner: str
    review_by: dt.date
    verified: Literal["full", "partly", "none"]
    not_verified: tuple[str, ...] = ()
    second_reading: SecondReading | None = None

    def is_certain(self, today: dt.date) -> bool:
        """False: the plan says 「職員が確認します」 instead of a confident step (COUNTER_RULES 2)."""
        return self.verified == "full" and today <= self.review_by
