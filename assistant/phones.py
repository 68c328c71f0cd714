"""A visit goes on at the resident's own phone: without names first (COUNTER_RULES 9).

The kiosk shows a code that counts once and for five minutes. Whoever reads it gets a visit of their own with a token of
its own: the kiosk's token never leaves the kiosk, and nothing that identifies anybody goes along or is taken there.
Consent, card, details and papers stay in the hall. Codes live in this process; after a restart the kiosk shows a new one.
"""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.conversations import is_quiet
from assistant.live import LiveHub
from assistant.nameless import without_names
from assistant.problems import Problem
from assistant.qr import qr_svg
from assistant.settings import Settings
from assistant.turn import look
from assistant.visit_state import Visit
from assistant.visits import Holder, Visits
from counter_bridge.conversation import ConversationState
from counter_bridge.staff import new_token, token_hash
from kb.model import KnowledgeBase

CODE_LASTS = dt.timedelta(minutes=5)


class PhoneCodes:
    """The codes that are out; one for each visit, and only their hashes."""

    def __init__(self, clock: Callable[[], dt.datetime]):
        self._clock = clock
        self._out: dict[str, tuple[str, dt.datetime]] = {}
        """By visit: the hash of its code, and until when it counts."""
        self._changing = threading.Lock()

    def new(self, visit_id: str) -> str:
        """A code for this visit; one given before counts no more."""
        now, code = self._clock(), new_token()
        with self._changing:
            self._out = {v: given for v, given in self._out.items() if now < given[1] <= now + CODE_LASTS}
            self._out[visit_id] = (token_hash(code), now + CODE_LASTS)
        return code

    def take(self, code: str) -> str:
        """The visit whose code this is, once; `Problem` for any other."""
        now, wanted = self._clock(), token_hash(code)
        with self._changing:
            for visit_id, (known, until) in self._out.items():
                if known == wanted and now < until <= now + CODE_LASTS:
                    del self._out[visit_id]
                    return visit_id
        raise Problem(
            404,
            "phone_code_unknown",
            "このコードはもう使えません。",
            "受付の画面で「スマホで続ける」をもう一度押して、新しいコードを読み取ってください。",
        )


class Phones:
    """What goes on at phones, of the visits of one version."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        visits: Visits,
        live: LiveHub,
        settings: Settings,
        codes: PhoneCodes,
    ):
        self._kb = kb
        self._visits = visits
        self._live = live
        self._settings = settings
        self._codes = codes

    def invite(self, holder: Holder) -> dict[str, Any]:
        """A code to read with a phone; the visit stays where it is until somebody does."""
        self._require_may_go(holder.visit_id, self._visits.load(holder))
        code = self._codes.new(holder.visit_id)
        url = f"{self._settings.address}/phone#{code}"
        return {"url": url, "qr_svg": qr_svg(url).decode(), "lasts_s": int(CODE_LASTS.total_seconds())}

    def go_on(self, visit_id: str) -> dict[str, Any]:
        """The visit at the phone that read its code.

        The kiosk's own stays until its screen says that the phone has it, so that a line that breaks now loses nothing.
        """
        holder = Holder(visit_id)
        visit = self._visits.load(holder)
        self._require_may_go(visit_id, visit)
        session = without_names(self._kb, visit.session, visit.at.date())
        place = f"スマホ({visit.place}から)" if visit.place else "スマホ"
        opened = self._visits.begin(replace(visit, mode="phone", session=session, place=place))
        self._visits.change(holder, lambda v: look(self._kb, replace(v, moved=True)))
        self._live.publish(f"visit:{visit_id}", {"type": "moved"})
        return opened

    def _require_may_go(self, visit_id: str, visit: Visit) -> None:
        if not self._settings.lets_phones_go_on:
            raise Problem(
                404, "phones_off", "スマホでの続きは使えません。", "この画面か窓口でお続けください。"
            )
        if visit.mode != "kiosk" or is_quiet(visit):
            raise Problem(
                409, "not_at_a_kiosk", "ここからスマホへは移れません。", "職員に声をかけてください。"
            )
        if visit.case_id:
            raise Problem(
                409,
                "ticket_given",
                "番号札をお取りになったので、受付は済んでいます。",
                "番号札の四角いコードから、順番をスマホで見られます。",
            )
        talk = self._visits.talks.of(visit_id)
        if talk is not None and talk.state in (ConversationState.WAITING, ConversationState.HELD):
            raise Problem(
                409,
                "person_here",
                "職員が対応しているあいだは移れません。",
                "職員との話が終わってから、もう一度お試しください。",
            )
