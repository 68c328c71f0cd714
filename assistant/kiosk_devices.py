"""Kiosks as the town's devices: paired by a code, revoked at once; what they guard is card and print, not the talk."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from fastapi import Request

from assistant.callers import is_local_demo
from assistant.problems import Problem, of_refusal
from assistant.settings import Settings
from assistant.staff_sessions import StaffSessions, delayed
from counter_bridge.kiosk import Kiosk, PairingCode
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role

KIOSK_COOKIE = "kiosk"


class Kiosks:
    """Devices paired with the town, and the gate before card and print."""

    def __init__(self, store: SqlStore, settings: Settings, clock: Callable[[], dt.datetime]):
        self._store = store
        self._settings = settings
        self._clock = clock

    def list(self, request: Request) -> dict[str, Any]:
        """Every device."""
        return {
            "kiosks": [self._json(kiosk) for kiosk in self._store.list_kiosks()],
            "local_demo": is_local_demo(request, self._settings),
        }

    def add(self, by: Actor, name_ja: str) -> dict[str, Any]:
        """A new device with its pairing code."""
        added = self._store.add_kiosk(name_ja, by)
        if isinstance(added, NotAllowed):
            raise of_refusal(added, status=422)
        return self._with_code(added)

    def new_code(self, by: Actor, kiosk_id: str) -> dict[str, Any]:
        """Another pairing code for a device."""
        made = self._store.new_pairing_code(kiosk_id, by)
        if isinstance(made, NotFound):
            raise of_refusal(made, status=404)
        return self._with_code(made)

    def revoke(self, by: Actor, kiosk_id: str) -> dict[str, Any]:
        """Takes a device's credential."""
        revoked = self._store.revoke_kiosk(kiosk_id, by)
        if isinstance(revoked, NotFound):
            raise of_refusal(revoked, status=404)
        return self._json(revoked)

    def pair(self, request: Request, code: str) -> tuple[dict[str, Any], str]:
        """The device of a code, and the credential for its cookie."""
        if request.client is not None and not is_local_demo(request, self._settings):
            waiting = self._store.count_attempt("pairing", request.client.host)
            if waiting is not None:
                raise delayed(waiting)
        paired = self._store.pair_kiosk(code)
        if isinstance(paired, NotAllowed):
            raise of_refusal(paired, status=422)
        return self._json(paired.kiosk), paired.credential

    def state_of(self, request: Request) -> dict[str, Any]:
        """Whether the asking device may read cards and print, and why."""
        kiosk = self._of(request)
        local = is_local_demo(request, self._settings)
        return {
            "paired": kiosk is not None,
            "name_ja": None if kiosk is None else kiosk.name_ja,
            "needed": not local,
            "may_read_cards": kiosk is not None or local,
        }

    def name_of(self, request: Request) -> str:
        """Which kiosk asks, as its people call it; "" for an unpaired device."""
        kiosk = self._of(request)
        return "" if kiosk is None else kiosk.name_ja

    def require(self, request: Request, staff: StaffSessions) -> None:
        """Lets card and print pass for a paired kiosk, for a clerk's interview, and in the demo on this machine."""
        if is_local_demo(request, self._settings) or self._of(request) is not None:
            return
        session = staff.session_of(request.cookies)
        if session is not None and Role.COUNTER_STAFF in session.user.roles:
            return
        raise Problem(
            403,
            "kiosk_unpaired",
            "この機械ではカードの読み取りと印刷ができません。",
            "カードを使わずに進むか、窓口の職員に声をかけてください。",
        )

    def _of(self, request: Request) -> Kiosk | None:
        credential = request.cookies.get(KIOSK_COOKIE)
        return None if not credential else self._store.kiosk_with(credential)

    def _with_code(self, made: PairingCode) -> dict[str, Any]:
        return {**self._json(made.kiosk), "pairing_code": made.code}

    def _json(self, kiosk: Kiosk) -> dict[str, Any]:
        times = {
            name: None if (at := getattr(kiosk, name)) is None else at.isoformat()
            for name in ("created_at", "pairing_until", "paired_at", "last_seen_at", "revoked_at")
        }
        return {
            "kiosk_id": kiosk.kiosk_id,
            "name_ja": kiosk.name_ja,
            "state": kiosk.state(self._clock()),
            **times,
        }
