"""Counts and times for Prometheus; labels are routes, codes and states, never ids or words."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

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


def observe(route: str, status: int, seconds: float) -> None:
    """Notes one answered request."""
    REQUESTS.labels(route, str(status)).inc()
    DURATION.labels(route).observe(seconds)


def exposition() -> bytes:
    """The text Prometheus reads."""
    return generate_latest(REGISTRY)
