"""Where a request comes from: its address, its Origin, and how many of its kind came lately.

Limits live in this process and are forgotten with it; the delays of wrong logins, which must survive a restart, are
the store's (counter_bridge/login_rules.py).
"""

import ipaddress
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from assistant.settings import Settings

READS = frozenset({"GET", "HEAD", "OPTIONS"})
GUESSED = (
    "/api/v1/login",
    "/api/v1/kiosks/pair",
    "/api/v1/oidc/start",
    "/api/v1/me/password",
    "/api/v1/me/totp",
)
"""Where guessing would pay."""
MOST_KNOWN = 10_000
"""Addresses remembered before those that have not asked for a while are forgotten."""
MINUTE_S = 60


def is_loopback(request: Request) -> bool:
    """Whether the caller sits at this machine."""
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def is_local_demo(request: Request, settings: Settings) -> bool:
    """The demo on the visitor's own machine: no limits, no pairing (API.md)."""
    return settings.demo and is_loopback(request)


def address_of(request: Request, settings: Settings) -> str | None:
    """The address whose wrong logins are counted together; None where there is no limit."""
    if request.client is None or is_local_demo(request, settings):
        return None
    return network_of(request.client.host)


def network_of(host: str) -> str:
    """One caller: an IPv4 address, or the /64 an IPv6 caller has to itself.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("192.0.2.7"), network_of("::ffff:192.0.2.7")
    ('2001:db8:1:2::', '192.0.2.7', '192.0.2.7')
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def origin_is_ours(headers: Mapping[str, str], settings: Settings) -> bool:
    """True without an Origin, or when it names the host that was asked or the town's public address.

    Behind TLS an Origin without it is another site. A browser that says the request comes from elsewhere is believed.
    """
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(origin)
    if settings.tls and parts.scheme not in ("https", "wss"):
        return False
    return parts.netloc in (headers.get("host"), urlsplit(settings.public_url).netloc or None)


@dataclass
class _Bucket:
    """What one address may still ask for, refilled as time goes by."""

    left: float
    at: float


class RateLimits:
    """How many requests of a kind one address may make in a minute."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.monotonic):
        self._settings = settings
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def wait_s(self, request: Request) -> int:
        """0 when the request may go on, else the seconds after which it may."""
        kind, most = self._limit(request.method, request.url.path)
        if not most or request.client is None or is_local_demo(request, self._settings):
            return 0
        return self._taken((network_of(request.client.host), kind), most)

    def _limit(self, method: str, path: str) -> tuple[str, int]:
        if path.startswith(GUESSED) and (method not in READS or path.endswith("/start")):
            return "login", self._settings.logins_per_min
        if method in READS:
            return "read", 0
        if path == "/api/v1/visits":
            return "visit", self._settings.visits_per_min
        return "change", self._settings.requests_per_min

    def _taken(self, key: tuple[str, str], most: int) -> int:
        now = self._now()
        a_second = most / MINUTE_S
        with self._lock:
            if len(self._buckets) > MOST_KNOWN:
                self._buckets = {k: b for k, b in self._buckets.items() if now - b.at < MINUTE_S}
            bucket = self._buckets.setdefault(key, _Bucket(float(most), now))
            bucket.left = min(float(most), bucket.left + (now - bucket.at) * a_second)
            bucket.at = now
            if bucket.left < 1:
                return max(1, round((1 - bucket.left) / a_second))
            bucket.left -= 1
        return 0
