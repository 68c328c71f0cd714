"""番号札: given from our own series, or hung on the number of a machine the town already has; and what each shows.

An attendant gives one without a talk on peak days; the interview follows at the counter (COUNTER_RULES 20).
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from assistant import metrics
from assistant.case_content import content_of
from assistant.live import LiveHub
from assistant.problems import Problem, of_refusal
from assistant.qr import qr_svg
from assistant.requests import TicketBody
from assistant.settings import Settings
from assistant.turn import look
from assistant.visit_state import Visit
from assistant.visits import Visits
from counter_bridge.case import Case, CaseContent
from counter_bridge.case_events import Moment
from counter_bridge.foreign_number import ForeignNumber, read_number
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor
from counter_bridge.store import CaseExists
from counter_bridge.ticket import series_of, shown_number
from dialogue.session import Recorded, Session
from kb.errors import BadValue
from kb.facts import Fact, Origin
from kb.model import KnowledgeBase


class Tickets:
    """Numbers of one town."""

    def __init__(
        self, *, kb: KnowledgeBase, store: SqlStore, visits: Visits, live: LiveHub, settings: Settings
    ):
        self._kb = kb
        self._store = store
        self._visits = visits
        self._live = live
        self._settings = settings

    def without_a_talk(self, by: Actor, body: TicketBody) -> dict[str, Any]:
        """A number for somebody whose reason the attendant touched; the case says that the talk is to come."""
        at = self._visits.moment(body.on)
        try:
            reasons = self._kb.vocabulary.checked("reasons", body.reasons)
        except BadValue as error:
            raise Problem(
                422, "reason_unknown", "その用件はありません。", "画面の用件から選んでください。"
            ) from error
        known = Recorded((Fact("reasons", reasons, Origin.STAFF, at=at),) if body.reasons else (), at)
        visit = Visit(at=at, session=Session((known,)), help_wished=tuple(body.help_wished))
        result = look(self._kb, visit)
        counter = body.counter or self.counter_of(body.reasons)
        if counter not in {c.id for c in self._kb.municipality.counters}:
            raise Problem(422, "counter_unknown", "その窓口はありません。", "窓口の一覧から選んでください。")
        moment = Moment(self._visits.clock(), at.date())
        content = content_of(self._kb, result, (), ticket_only=True)
        case = self.give(content, counter, by, moment, number=body.number)
        if isinstance(case, CaseExists):
            raise TypeError("a ticket without a visit has no earlier case")
        metrics.ticket_given("attendant", case, visit.effort)
        self._live.publish("staff", {"type": "case", "case": case.case_id})
        self._live.publish("calls", {"type": "calls"})
        drawn = self.status_qr(case).decode()
        return {**self.json(case, at.date()), "day": at.date().isoformat(), "status_qr_svg": drawn}

    def counter_of(self, reasons: Sequence[str]) -> str:
        """Where most of what one may come for with these reasons is done; the one counter when nothing says."""
        town = self._kb.municipality
        counters = Counter(
            town.counter_for(procedure, reasons).id
            for procedure in self._kb.procedures.values()
            if procedure.id in town.procedures and set(procedure.life_events) & set(reasons)
        )
        return next((counter for counter, _ in counters.most_common(1)), town.one_counter)

    def give(
        self,
        content: CaseContent,
        counter: str,
        by: Actor,
        at: Moment,
        *,
        visit_id: str | None = None,
        number: str | None = None,
    ) -> Case | CaseExists:
        """A case with the next number of the counter, or on the number a machine printed for its own counter."""
        town = self._kb.municipality
        printed = None if number is None else self._printed(number)
        if printed is None:
            taken = {one.prefix for one in town.number_machine.values()}
            series = series_of(counter, [c.id for c in town.counters], taken)
        else:
            series, counter = printed.series, printed.counter
        opened = self._store.create_case(
            content=content,
            counter=counter,
            series=series,
            by=by,
            at=at,
            visit_id=visit_id,
            kb_version=self._kb.version,
            number=None if printed is None else printed.number,
        )
        if isinstance(opened, NotAllowed | NotFound):
            raise of_refusal(opened, status=409)
        return opened

    def number(self, text: str) -> str:
        """A machine's number as it is printed; `Problem` for one it never prints."""
        printed = self._printed(text)
        return shown_number(printed.series, printed.number)

    def _printed(self, text: str) -> ForeignNumber:
        read = read_number(text, self._kb.municipality.number_machine)
        if isinstance(read, NotAllowed):
            raise of_refusal(read, status=422)
        return read

    def json(self, opened: Case, day: dt.date) -> dict[str, Any]:
        """A ticket as its resident sees it."""
        wait = self._store.wait(opened.case_id, day, self._kb.municipality.usual_desks)
        counter = self._kb.municipality.counter(opened.counter)
        return {
            "case_id": opened.case_id,
            "ticket": opened.ticket.shown,
            "counter": f"{counter.number}番 {counter.name_ja}",
            "counter_id": counter.id,
            "place": counter.place,
            "floor": counter.floor,
            "people_ahead": 0 if wait is None else wait.people_ahead,
            "minutes": 0 if wait is None else wait.minutes,
            "filed": opened.filed,
            "state": opened.state.value,
        }

    def status_qr(self, case: Case) -> bytes:
        """QR of the status page as SVG."""
        return qr_svg(self.status_url(case))

    def status_url(self, case: Case) -> str:
        """Address of the status page; the code stands in the fragment, so no server log ever holds it."""
        return f"{self._settings.address}/status#{case.ticket.status_token}"
