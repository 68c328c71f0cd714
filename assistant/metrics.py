"""Counts and times for Prometheus; labels are routes, codes and states, never ids or words.

What a visit costs is measured from one end to the other (COUNTER_RULES 19): minutes from arrival to leaving, where
visits are given up, who comes back, what staff type again. docs/measures.md says what each number means.
"""

import datetime as dt

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from assistant.visit_state import Effort
from counter_bridge.case import Case, CaseState

REGISTRY = CollectorRegistry()

REQUESTS = Counter("requests", "Requests by route and status", ["route", "status"], registry=REGISTRY)
DURATION = Histogram(
    "request_seconds",
    "Time to answer by route",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
VISITS = Counter("visits", "Visits by end", ["state"], registry=REGISTRY)
STEPS = Counter("steps", "Steps shown by kind", ["kind"], registry=REGISTRY)
CARDS = Counter("card_reads", "Card reads by result code", ["code"], registry=REGISTRY)


MINUTES = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
TICKETS = Counter("tickets", "Numbers given by way", ["way"], registry=REGISTRY)
TO_TICKET = Histogram(
    "arrival_to_ticket_minutes",
    "From the first touch to the number",
    ["way"],
    buckets=MINUTES,
    registry=REGISTRY,
)
TO_CALL = Histogram(
    "ticket_to_call_minutes", "From the number to its call", buckets=MINUTES, registry=REGISTRY
)
TO_LEAVING = Histogram(
    "arrival_to_leaving_minutes",
    "From the first touch to the end of the case that day",
    ["end"],
    buckets=MINUTES,
    registry=REGISTRY,
)
ABANDONED = Counter(
    "abandoned_visits",
    "Visits given up before a number, by where they stood",
    ["mode", "step"],
    registry=REGISTRY,
)
CASE_ACTS = Counter(
    "case_acts",
    "Acts at the desk by kind; return and reopen are those who come again",
    ["act"],
    registry=REGISTRY,
)
STAFF_FACTS = Counter("staff_facts", "Facts staff put in by way", ["way"], registry=REGISTRY)
EFFORT = Histogram(
    "visit_effort",
    "What a visit cost until its number, by kind",
    ["kind"],
    buckets=(0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160, 320),
    registry=REGISTRY,
)
ENDS_OF_A_DAY = {CaseState.FINISHED: "finished", CaseState.ON_HOLD: "on_hold"}


def ticket_given(way: str, case: Case, effort: Effort) -> None:
    """Notes a number given: how, after how long, at what cost."""
    TICKETS.labels(way).inc()
    TO_TICKET.labels(way).observe(_minutes(_arrival(case), case.opened_at))
    for kind in ("taps", "keystrokes", "spoken_answers"):
        EFFORT.labels(kind).observe(getattr(effort, kind))


def acted(act: str, case: Case, now: dt.datetime) -> None:
    """Notes an act at the desk, and with the last of a day how long the person was in the house."""
    CASE_ACTS.labels(act).inc()
    if act == "call":
        TO_CALL.observe(_minutes(case.queued_at, now))
    end = ENDS_OF_A_DAY.get(case.state)
    if end is not None and act in ("finish", "hold") and case.on == now.date():
        TO_LEAVING.labels(end).observe(_minutes(_arrival(case), now))


def _arrival(case: Case) -> dt.datetime:
    return case.content.arrived_at or case.opened_at


def _minutes(since: dt.datetime, until: dt.datetime) -> float:
    return max(0.0, (until - since).total_seconds() / 60)


def observe(route: str, status: int, seconds: float) -> None:
    """Notes one answered request."""
    REQUESTS.labels(route, str(status)).inc()
    DURATION.labels(route).observe(seconds)


def exposition() -> bytes:
    """The text Prometheus reads."""
    return generate_latest(REGISTRY)
