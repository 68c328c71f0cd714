"""The composition root: builds every part from the settings and starts and stops what runs beside the app."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from fastapi import Request

from assistant.accounts import Accounts
from assistant.acts import VisitActs
from assistant.audit_desk import AuditDesk
from assistant.case_papers import CasePapers
from assistant.characters import base_of
from assistant.conversations import Conversations
from assistant.desk import Desk
from assistant.hall import WaitingHall
from assistant.interviews import Interviews
from assistant.kiosk_devices import Kiosks
from assistant.knowledge import KnowledgeShelf
from assistant.live import LiveHub
from assistant.maintenance import DATABASE, KEY
from assistant.operator_floor import CHANNEL, OperatorFloor
from assistant.operator_watch import OperatorWatch
from assistant.operators import Operators
from assistant.phones import PhoneCodes, Phones
from assistant.problems import Problem
from assistant.settings import Settings
from assistant.single_sign_on import SingleSignOn
from assistant.sound import Silent, Sound
from assistant.staff_sessions import StaffSessions
from assistant.tickets import Tickets
from assistant.understanding import Hearing, Understanding
from assistant.visits import Holder, Visits
from assistant.voice import Voices
from counter_bridge.card import CardReader
from counter_bridge.case_events import CaseRules
from counter_bridge.demo_persons import DemoPerson
from counter_bridge.errors import CounterBridgeError
from counter_bridge.foreign_number import series_of_machine
from counter_bridge.retention import RetentionRules
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import SqlStore, open_store
from counter_bridge.staff import SessionRules
from counter_bridge.store import Swept
from counter_bridge.ticket import shown_number
from dialogue.escalation_rules import check_topics
from kb.calendar import is_open_on
from kb.errors import KnowledgeError
from kb.load import load
from kb.model import KnowledgeBase
from speech.transcriber import Recall

TOKYO = ZoneInfo("Asia/Tokyo")
SWEEP_EVERY_S = 30
PASS_ON_EVERY_S = 1
HAND_OVER_MIN = 5
"""What a resident is told until a person comes; an assumption of the town."""

log = logging.getLogger(__name__)


def now_in_tokyo() -> dt.datetime:
    """The real clock."""
    return dt.datetime.now(TOKYO)


@dataclass
class Services:
    """Everything routes need; made by `build`."""

    settings: Settings
    kb: KnowledgeBase
    store: SqlStore
    live: LiveHub
    understanding: Hearing
    card: CardReader
    visits: Visits
    acts: VisitActs
    desk: Desk
    papers: CasePapers
    hall: WaitingHall
    talks: Conversations
    operators: Operators
    watch: OperatorWatch
    interviews: Interviews
    tickets: Tickets
    phones: Phones
    phone_codes: PhoneCodes
    staff: StaffSessions
    accounts: Accounts
    kiosks: Kiosks
    audit_desk: AuditDesk
    sign_on: SingleSignOn
    clock: Callable[[], dt.datetime]
    sound: Sound
    voices: Voices
    demo_persons: tuple[DemoPerson, ...] = ()
    shelf: KnowledgeShelf | None = None
    """Set on the services the app was made with: which version answers for which visit."""

    @property
    def newest(self) -> "Services":
        """Those of the knowledge that new visits get."""
        return self if self.shelf is None else self.shelf.current

    def about(self) -> dict[str, Any]:
        """Town and demo, for every screen."""
        town = self.kb.municipality
        return {
            "demo": self.settings.demo,
            "single_sign_on": self.sign_on.is_offered,
            "version": "1",
            "municipality": {
                "code": town.code,
                "name_ja": town.name_ja,
                "prefecture_ja": town.prefecture_ja,
                "accent": town.accent,
                "character": base_of(town.character),
                "phone_ja": town.phone_ja,
                "number_machine": [
                    {"counter": counter, "example": shown_number(series_of_machine(one), one.first)}
                    for counter, one in town.number_machine.items()
                ],
            },
            "phone": self.settings.lets_phones_go_on,
            "reduced_motion": self.settings.reduced_motion,
            "kb_version": self.kb.version,
            "speech": self._speech(),
            "kiosk": {
                "wake_key": self.settings.wake_key,
                "listens_on_waking": self.settings.listens_on_waking,
            },
            "life_events": [
                {"id": e.id, "label": e.plain_ja, "icon": e.icon}
                for e in sorted(self.kb.life_events.values(), key=lambda e: e.order)
            ],
            "persons": [
                {"id": p.id, "label_ja": p.note_ja, "name": p.name, "pin": p.pin} for p in self.demo_persons
            ],
        }

    def _speech(self) -> dict[str, str]:
        """Whether the screens offer to hear and to speak; `off` where a kiosk has no sound at all."""
        if isinstance(self.sound, Silent):
            return {"in": "off", "out": "off"}
        states = self.sound.states()
        return {"in": states["speech_in"]["state"], "out": states["speech_out"]["state"]}

    def readiness(self) -> tuple[bool, dict[str, dict[str, str]]]:
        """Whether a resident can be served, and the state of each part with its reason."""
        parts = {
            "knowledge": {
                "state": "up",
                "reason": f"{len(self.kb.procedures)} procedures, {self.kb.version}",
            },
            "understanding": self.understanding.state(),
            "store": self._store_state(),
            "card": self._card_state(),
            **self.sound.states(),
            "operators": self._operators_state(),
        }
        ready = parts["store"]["state"] == "up" and parts["knowledge"]["state"] == "up"
        return ready, parts

    def _store_state(self) -> dict[str, str]:
        try:
            self.store.check()
        except CounterBridgeError as error:
            return {"state": "down", "reason": error.code}
        return {"state": "up", "reason": ""}

    def _card_state(self) -> dict[str, str]:
        problem = self.card.status().problem
        if problem is None or problem.code == "card_absent":
            return {"state": "up", "reason": "" if problem is None else problem.code}
        return {"state": "down", "reason": problem.code}

    def _operators_state(self) -> dict[str, str]:
        present = max(self.live.listeners("staff"), self.live.listeners(CHANNEL))
        if present:
            return {"state": "up", "reason": f"{present} staff screen(s) open"}
        open_now = is_open_on(self.kb.municipality, self.clock().date())
        return {"state": "down", "reason": "no staff screen is open" if open_now else "closed today"}

    def sweep(self) -> Swept:
        """Forgets what is past its term; visits that ended so are counted where they stood (COUNTER_RULES 19)."""
        swept = self.store.sweep()
        for stored in swept.given_up:
            known = self if self.shelf is None else self.shelf.of_version(stored.kb_version)
            with suppress(CounterBridgeError, KnowledgeError):  # of an earlier version that is not kept
                known.visits.count_given_up(known.visits.visit_of(stored))
        return swept

    async def sweep_for_ever(self) -> None:
        """Forgets what is past its term, until cancelled."""
        trusted = True
        while True:
            try:
                swept = await asyncio.to_thread(self.sweep)
                if swept.visits:
                    self.live.publish(CHANNEL, {"type": "read_again"})
                if trusted and not swept.clock_trusted:
                    log.warning("the clock has leapt: cases and audit wait until it has held for a day")
                trusted = swept.clock_trusted
            except CounterBridgeError as error:
                log.warning("sweep failed", extra={"code": error.code})
            await asyncio.sleep(SWEEP_EVERY_S)

    def pass_on(self) -> None:
        """What the clock does to conversations, and the steps that read otherwise by it."""
        for visit_id in self.watch.look():
            with suppress(Problem):
                services_for(self, {"visit_id": visit_id}).visits.show_again(Holder(visit_id))

    async def pass_on_for_ever(self) -> None:
        """Asks the next operators where nobody answered in time, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.pass_on)
            except CounterBridgeError as error:
                log.warning("passing on failed", extra={"code": error.code})
            await asyncio.sleep(PASS_ON_EVERY_S)


class Running:
    """Services together with what must be stopped in the end."""

    def __init__(self, services: Services, stack: ExitStack):
        self.services = services
        self._stack = stack

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends every part that was started here, last first."""
        self._stack.close()


def build(
    settings: Settings,
    *,
    card: CardReader,
    understanding: Callable[[KnowledgeBase], Hearing] | None = None,
    clock: Callable[[], dt.datetime] = now_in_tokyo,
    demo_persons: tuple[DemoPerson, ...] = (),
    kb: KnowledgeBase | None = None,
    sound: Callable[[KnowledgeBase, Recall], Sound] = lambda _kb, _recall: Silent(),
) -> Running:
    """All services of `settings`; the knowledge base is refused whole when anything in it is wrong."""
    with ExitStack() as stack:
        known = kb or load(settings.town, towns=settings.own_towns)
        check_topics(known)
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = settings.database_url or f"sqlite:///{(settings.home / DATABASE).absolute()}"
        store = open_store(url, settings.home / KEY, clock=clock, terms=_terms(settings, known))
        stack.callback(store.close)
        if settings.demo:
            store.ensure_demo_accounts()
        live = LiveHub()

        def listen(version: KnowledgeBase) -> Hearing:
            return Understanding(version, settings) if understanding is None else understanding(version)

        def wire(version: KnowledgeBase, hears: Hearing) -> Services:
            return _wired(
                settings,
                version,
                store,
                hears,
                card,
                clock,
                live,
                floor,
                demo_persons,
                heard_sound,
                voices,
                sign_on,
                codes,
            )

        codes = PhoneCodes(clock)
        sign_on = SingleSignOn(store, settings)
        heard_sound = sound(known, lambda wordings: services.newest.understanding.recall(wordings))
        voices, floor = Voices(), OperatorFloor(live)
        stack.callback(heard_sound.stop)
        heard_sound.start()

        hears = listen(known)
        stack.callback(hears.stop)
        hears.start()
        services = wire(known, hears)
        services.shelf = KnowledgeShelf(settings, store, services, wire=wire, listen=listen)
        stack.callback(services.shelf.stop)
        return Running(services, stack.pop_all())


def _wired(
    settings: Settings,
    kb: KnowledgeBase,
    store: SqlStore,
    hears: Hearing,
    card: CardReader,
    clock: Callable[[], dt.datetime],
    live: LiveHub,
    floor: OperatorFloor,
    demo_persons: tuple[DemoPerson, ...],
    sound: Sound,
    voices: Voices,
    sign_on: SingleSignOn,
    codes: PhoneCodes,
) -> Services:
    papers = CasePapers(kb=kb, store=store, settings=settings)
    hall = WaitingHall(kb=kb, store=store, sound=sound, clock=clock)
    desk = Desk(
        kb=kb,
        store=store,
        live=live,
        settings=settings,
        papers=papers,
        hall=hall,
        place=hears.place_name,
        clock=clock,
    )
    talks = Conversations(
        kb=kb, store=store, live=live, voices=voices, floor=floor, place=hears.place_name, clock=clock
    )
    visits = Visits(
        kb=kb,
        hears=hears,
        store=store,
        live=live,
        settings=settings,
        place=hears.place_name,
        clock=clock,
        understands=lambda: visits.hears.state()["state"] == "up",
        wait=lambda _to: {
            "people_ahead": len(hall.calls()["waiting"]),
            "minutes": HAND_OVER_MIN,
            "present": live.listeners("staff") > 0 or floor.anybody(),
        },
        talks=talks,
    )
    sessions = StaffSessions(store, settings, live, clock)
    tickets = Tickets(kb=kb, store=store, visits=visits, live=live, settings=settings)
    acts = VisitActs(
        kb=kb,
        visits=visits,
        store=store,
        card=card,
        tickets=tickets,
        live=live,
        settings=settings,
        clock=clock,
    )
    return Services(
        settings=settings,
        kb=kb,
        store=store,
        live=live,
        understanding=hears,
        card=card,
        visits=visits,
        acts=acts,
        desk=desk,
        papers=papers,
        hall=hall,
        talks=talks,
        watch=OperatorWatch(talks, clock),
        operators=Operators(
            kb=kb, store=store, visits=visits, talks=talks, floor=floor, live=live, clock=clock
        ),
        interviews=Interviews(kb, visits),
        tickets=tickets,
        phones=Phones(kb=kb, visits=visits, live=live, settings=settings, codes=codes),
        phone_codes=codes,
        staff=sessions,
        accounts=Accounts(store, sessions, settings),
        kiosks=Kiosks(store, settings, clock),
        audit_desk=AuditDesk(store, clock),
        sign_on=sign_on,
        clock=clock,
        demo_persons=demo_persons,
        sound=sound,
        voices=voices,
    )


def _terms(settings: Settings, kb: KnowledgeBase) -> Terms:
    """The town's terms; the overlay knows how long a case may be on hold."""
    days = kb.municipality.hold_days
    return Terms(
        cases=CaseRules(hold_days=days),
        retention=RetentionRules(abandoned_visit_min=settings.visit_idle_s // 60, hold_days=days),
        sessions=SessionRules(
            idle=dt.timedelta(seconds=settings.session_idle_s),
            longest=dt.timedelta(seconds=settings.session_s),
        ),
    )


def services_of(request: Request) -> Services:
    """The services of the version that the visit or case of this request stands on."""
    return services_for(request.app.state.services, request.path_params)


def services_for(started: Services, path: Mapping[str, Any]) -> Services:
    """The same for what a path names: `visit_id`, `case_id`, or neither (the current version)."""
    if started.shelf is None:
        return started
    return started.shelf.of(path.get("visit_id"), path.get("case_id"))
