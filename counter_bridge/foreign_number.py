"""Numbers of a machine the town already has: read as a person types them, kept so that they are called as printed.

The machine gives the numbers; we only hang a case on one. Which numbers there are is the overlay's `number_machine`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from counter_bridge.refusal import NotAllowed
from kb.model import NumberSeries

LONGEST = 12


@dataclass(frozen=True)
class ForeignNumber:
    """A number a machine printed today, and the counter it waits for."""

    series: str
    """As a ticket keeps it; see `counter_bridge.ticket.shown_number`."""
    number: int
    counter: str


def read_number(text: str, machine: Mapping[str, NumberSeries]) -> ForeignNumber | NotAllowed:
    """The printed number in `text`; letters of either width and case, with or without its leading zeros.

    >>> machine = {"a": NumberSeries(1, 399, "K", "", 3)}
    >>> read_number("k12", machine)
    ForeignNumber(series='K/3', number=12, counter='a')
    >>> read_number("K400", machine).code
    'number_unknown'
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    told = re.fullmatch(r"([A-Z]*)([0-9]{1,6})", plain) if len(plain) <= LONGEST else None
    if not machine:
        return NotAllowed(
            "number_machine_absent",
            "この役所では、発券機の番号は使っていません。",
            "番号を入れずに、番号札をお取りください。",
        )
    for counter, series in machine.items():
        if told and told[1] == series.prefix and series.first <= int(told[2]) <= series.last:
            return ForeignNumber(series_of_machine(series), int(told[2]), counter)
    return NotAllowed(
        "number_unknown",
        "この番号は、発券機の番号ではありません。",
        "札に印刷された番号を、そのとおりに入れてください。",
    )


def series_of_machine(series: NumberSeries) -> str:
    """How a ticket keeps the series: prefix, what stands between (/ for nothing), length with zeros."""
    return f"{series.prefix}{series.separator or '/'}{series.digits}"
