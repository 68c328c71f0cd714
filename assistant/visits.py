"""Visits as requests see them: opened, looked at, moved on turn by turn, forgotten.

Each change is read, applied to the pure session and written back on the version it was read from; two requests at
once are serialised by the store, and the same `turn_id` again gives the same answer.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast
from zoneinfo import ZoneInfo

from assistant import metrics
from assistant.conversations import Conversations
from assistant.interview_view import interview_json
from assistant.live import LiveHub
from assistant.nameless import without_names
from assistant.operator_floor import role_channel
from assistant.presenting import fact_json, turn_json
from assistant.problems import Problem
from assistant.requests import OpenVisit, TurnBody
from assistant.settings import Settings
from assistant.turn import Foreseen, TurnRequest, TurnResult, asked_question, handle_turn, look
from assistant.understanding import Hearing
from assistant.visit_state import Visit
from counter_bridge.case import Case
from counter_bridge.record import from_json, to_json
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Role
from counter_bridge.store import StoredVisit, TurnAnswer
from dialogue.session import HelpWished, PersonWished, Recorded, Session, Silent
from dialogue.step import HandOver, offer_of
from dialogue.wording import PlaceName, phrase
from dialogue.words import languages
from kb.calendar import next_open_day
from kb.model import KnowledgeBase

TOKYO = ZoneInfo("Asia/Tokyo")
DAY_STARTS_AT = dt.time(10)
"""A visit whose day is given without a time begins then (API.md)."""

TRIES = 5
"""How often a change is applied anew when another request was faster."""


@dataclass(frozen=True)
class Holder:
    """Whoever holds the token of a visit."""

    visit_id: str
    opened_by: str | None = None
    """The clerk whose 聞き取り受付 it is."""
    on_phone: bool = False
    """At the resident's own phone: what belongs in the hall is refused."""


class Visits:
    """All visits of this process; their state lives in the store."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        hears: Hearing,
        store: SqlStore,
        live: LiveHub,
        settings: Settings,
        place: PlaceName,
        clock: Callable[[], dt.datetime],
        wait: Callable[[str], dict[str, int]],
        understands: Callable[[], bool],
        talks: Conversations,
    ):
        self.kb = kb
        self.hears = hears
        self.store = store
        self.live = live
        self.settings = settings
        self.place = place
        self.clock = clock
        self.wait = wait
        self.understands = understands
        self.talks = talks

    def open(
        self, body: OpenVisit, opened_by: str | None = None, place: str = "", case: Case | None = None
    ) -> dict[str, Any]:
        """A new visit with its token and the greeting; `place` is the kiosk it is at.

        With a case, the interview behind its number.
        """
        at, helps = self.moment(body.on), tuple(body.help_wished)
        visit = Visit(
            at=at,
            mode=body.mode,
            language=body.language if body.language in languages() else "ja",
            session=Session((HelpWished(helps, at),) if helps else ()),
            help_wished=helps,
            place=place,
            arrived_at=self.clock(),
        )
        if case is not None:
            known = Recorded(tuple(case.content.facts), visit.at)
            wished = case.content.help_wished
            visit = replace(
                visit,
                session=Session((known,)),
                case_id=case.case_id,
                help_wished=wished,
                arrived_at=case.content.arrived_at or case.opened_at,
            )
        return self.begin(visit, opened_by)

    def begin(self, visit: Visit, opened_by: str | None = None) -> dict[str, Any]:
        """Keeps a new visit and gives it a token of its own, with the step it stands at."""
        opened = self.store.create_visit(
            on=visit.at,
            kb_version=self.kb.version,
            body=to_json(visit),
            mode=visit.mode,
            language=visit.language,
            opened_by=opened_by,
        )
        metrics.VISITS.labels("opened").inc()
        result = look(self.kb, visit)
        return {
            "visit_id": opened.visit.visit_id,
            "token": opened.token,
            "on": visit.at.isoformat(),
            "language": visit.language,
            "operator": None,
            **self.json(result),
        }

    def moment(self, on: dt.datetime | dt.date | None) -> dt.datetime:
        """When a visit is that begins now, or on the day it may say."""
        now = self.clock().astimezone(TOKYO)
        if on is not None:
            if not self.settings.allow_date_override:
                raise Problem(
                    403, "date_override_off", "日付は指定できません。", "日付を付けずに始めてください。"
                )
            if isinstance(on, dt.datetime):
                return on.replace(tzinfo=TOKYO) if on.tzinfo is None else on.astimezone(TOKYO)
            return dt.datetime.combine(on, DAY_STARTS_AT, TOKYO)
        if self.settings.demo:
            day = next_open_day(self.kb.municipality, now.date())
            return dt.datetime.combine(day, DAY_STARTS_AT, TOKYO)
        return now

    def holder(self, visit_id: str, token: str) -> Holder:
        """Proof that `token` opens the visit; 401 when it does not, the visit is over, or its clerk signed out."""
        visit = self.store.visit_with_token(visit_id, token)
        if visit is None or (visit.opened_by is not None and not self.store.is_signed_in(visit.opened_by)):
            raise Problem(
                401,
                "token_invalid",
                "この受付はもう終わっているか、確認できません。",
                "最初の画面からやり直してください。",
            )
        self.store.touch_visit(visit_id)
        return Holder(visit_id, visit.opened_by, visit.mode == "phone")

    def count_given_up(self, visit: Visit) -> None:
        """Counts a visit that ends without a number, by where it stood (COUNTER_RULES 19)."""
        if visit.case_id or visit.moved:
            return
        step = look(self.kb, visit).step
        asked = asked_question(step)
        metrics.ABANDONED.labels(visit.mode, type(step).__name__ if asked is None else asked.record).inc()

    def note(self, holder: Holder, act: str, entity: str, entity_id: str) -> None:
        """Puts an act that changes no record by itself into the audit, in the name of whoever acts in this visit."""
        by = self._stored(holder).visitor
        self.store.audit.append(by, act, entity, entity_id, holder.visit_id)

    def load(self, holder: Holder) -> Visit:
        """The visit as it stands; 404 when it is over."""
        return self.visit_of(self._stored(holder))

    def _stored(self, holder: Holder) -> StoredVisit:
        stored = self.store.get_visit(holder.visit_id)
        if stored is None:
            raise Problem(
                404, "visit_gone", "この受付はもう終わっています。", "最初の画面からやり直してください。"
            )
        return stored

    @staticmethod
    def visit_of(stored: StoredVisit) -> Visit:
        """A visit as the store kept it."""
        return from_json(Visit, stored.body)

    def show(self, holder: Holder) -> dict[str, Any]:
        """Where the visit stands."""
        return self.led(holder.visit_id, look(self.kb, self.load(holder)))

    def led(self, visit_id: str, result: TurnResult) -> dict[str, Any]:
        """A result as its screen has it: with who leads, without an answer that is held."""
        shown = self.json(result)
        self.talks.shown(visit_id, result, shown)
        return shown

    def foresee(self, holder: Holder, request: TurnRequest) -> Foreseen:
        """The turn as it would be now; nothing is kept and nobody is told."""
        visit = self.load(holder)
        result = handle_turn(self.kb, self.hears, visit, request)
        return Foreseen(visit, request, result, self.json(result))

    def turn(
        self,
        holder: Holder,
        body: TurnBody,
        wordings: tuple[tuple[str, float], ...] = (),
        foreseen: Foreseen | None = None,
    ) -> dict[str, Any]:
        """One turn; pushes the new step to the visit's other screens.

        `wordings`: of a spoken text, all the ways it was heard. `foreseen`: saves the work where it holds.
        """
        if body.turn_id is not None:
            done = self.store.turn_answer(holder.visit_id, body.turn_id)
            if done is not None:
                visit = self.load(holder)
                if self.talks.lacks(holder.visit_id, visit, body.turn_id):
                    self._tell(holder, look(self.kb, visit), body)
                return self._answered(holder, done)
        if body.text is not None and self.talks.hears(holder.visit_id, body.text, body.turn_id):
            return self._message(holder, body)
        request = TurnRequest(
            text=body.text,
            answer=None if body.answer is None else body.answer.model_dump(),
            correct=None if body.correct is None else body.correct.model_dump(),
            back=bool(body.back),
            details=body.details,
            spoken=body.spoken,
            wordings=wordings,
        )

        def apply(visit: Visit) -> TurnResult:
            if foreseen is not None and foreseen.holds_for(visit, request):
                return foreseen.result
            return self._at_its_place(handle_turn(self.kb, self.hears, visit, request))

        result = self._kept(holder, apply, body.turn_id)
        if isinstance(result, TurnAnswer):
            return self._answered(holder, result)
        metrics.STEPS.labels(type(result.step).__name__).inc()
        shown = foreseen.shown if foreseen is not None and foreseen.result is result else None
        return self._tell(holder, result, body, shown)

    def _at_its_place(self, result: TurnResult) -> TurnResult:
        """A phone keeps nothing that identifies anybody, whatever was typed there (COUNTER_RULES 9)."""
        visit = result.visit
        if visit.mode != "phone":
            return result
        session = without_names(self.kb, visit.session, visit.at.date())
        return result if session == visit.session else look(self.kb, replace(visit, session=session))

    def _tell(
        self, holder: Holder, result: TurnResult, body: TurnBody, shown: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Keeps a turn in the conversation and tells everybody whom its step concerns.

        `shown`: the result as JSON, where it was made before.
        """
        shown = self.json(result) if shown is None else shown
        self.talks.turned(
            holder.visit_id, result, shown, text=body.text, back=bool(body.back), turn_id=body.turn_id
        )
        if isinstance(result.step, HandOver):
            self._alert(holder, result.step.reason)
        self.live.publish(f"visit:{holder.visit_id}", {"type": "step", "spoken": body.spoken, **shown})
        return shown

    def _message(self, holder: Holder, body: TurnBody) -> dict[str, Any]:
        """Words to the operator change no fact; the step stays as it is."""
        visit = self.load(holder)
        seq = self.talks.resident_said(holder.visit_id, visit, body.text or "", body.turn_id)
        return {**self.show(holder), "message_seq": seq}

    def change(self, holder: Holder, apply: Callable[[Visit], TurnResult]) -> TurnResult:
        """Applies a change to the visit and saves it; applied anew when another request was faster."""
        result = self._kept(holder, apply, None)
        if isinstance(result, TurnAnswer):
            raise TypeError("a change without a turn has no earlier answer")
        return result

    def _kept(
        self, holder: Holder, apply: Callable[[Visit], TurnResult], turn_id: str | None
    ) -> TurnResult | TurnAnswer:
        """The visit after the change, or the answer this turn was given before."""
        for _ in range(TRIES):
            stored = self._stored(holder)
            visit = self.visit_of(stored)
            result = apply(visit)
            if result.visit == visit and turn_id is None:
                return result
            answer = None if turn_id is None else TurnAnswer(turn_id, self.json(result))
            body = replace(stored, body=to_json(result.visit))
            kept = self.store.save_visit(body, stored.version, answer)
            if isinstance(kept, StoredVisit):
                return result
            if isinstance(kept, TurnAnswer):
                return kept
        raise Problem(409, "visit_busy", "ほかの操作と重なりました。", "もう一度お試しください。")

    def json(self, result: TurnResult) -> dict[str, Any]:
        """A result as API.md gives it, with the line for a person where one is due."""
        to = result.step.to if isinstance(result.step, HandOver) else ""
        queue = self.wait(to)
        if isinstance(result.step, HandOver) and result.step.reason == "sensitive":
            queue = {**queue, "people_ahead": 0}
        shown = turn_json(self.kb, result, self.place, queue)
        if isinstance(result.step, HandOver) and not queue["present"]:
            quiet = result.step.reason == "sensitive"
            phrase_id = "hand_over_nobody_quiet" if quiet else "hand_over_nobody"
            shown["step"]["say"] = phrase(phrase_id, result.visit.language)
            shown["step"]["aloud"] = "" if quiet else shown["step"]["say"]
        if result.visit.mode == "interview":
            shown["interview"] = interview_json(self.kb, result, self.place)
        if not self.understands():
            shown["notice"] = phrase("understanding_down", result.visit.language)
        return shown

    def log(self, holder: Holder) -> dict[str, Any]:
        """Every fact of the visit with who said it and when, what was overruled, and how often staff looked."""
        facts = self.load(holder).session.facts()
        shown = [fact_json(self.kb, facts, f, self.place) for f in (*facts, *facts.overruled)]
        times = [None if f.at is None else f.at.isoformat() for f in (*facts, *facts.overruled)]
        sources = [f.source for f in (*facts, *facts.overruled)]
        case_id = self.load(holder).case_id
        reads = self.store.audit.reads_of([holder.visit_id, *([case_id] if case_id else [])])
        return {
            "reads": {
                "times": reads.times,
                "last_at": None if reads.last_at is None else reads.last_at.isoformat(),
            },
            "facts": [
                {**one, "at": at, "source": source, "ruling": number < len(facts)}
                for number, (one, at, source) in enumerate(zip(shown, times, sources, strict=True))
            ],
        }

    def call_person(self, holder: Holder, reason: str = "wish") -> dict[str, Any]:
        """The resident asks for a human; staff see the kiosk at once, nothing of what was said.

        `reason`: the offer that was taken; one that no longer stands is a wish like any other.
        """

        def called(visit: Visit) -> TurnResult:
            offer = offer_of(look(self.kb, visit).step)
            rule = reason if offer is not None and offer.reason == reason else "wish"
            return look(self.kb, replace(visit, session=visit.session.with_act(PersonWished(rule, visit.at))))

        result = self.change(holder, called)
        if isinstance(result.step, HandOver):
            self._alert(holder, result.step.reason)
        return self.push(holder, result)

    def push(self, holder: Holder, result: TurnResult, before: str = "") -> dict[str, Any]:
        """Shows what came of an act at every screen of the visit, and keeps it in the conversation.

        `before`: what the voice says first.
        """
        shown = self.json(result)
        self.talks.turned(holder.visit_id, result, shown)
        shown["step"]["aloud"] = f"{before}{shown['step']['aloud']}"
        self.live.publish(f"visit:{holder.visit_id}", {"type": "step", **shown})
        return shown

    def fell_silent(self, holder: Holder) -> None:
        """Nobody answered the kiosk for long: its screen offers a person; what is said of it, the voice says itself.

        While a person leads, silence is theirs to notice.
        """
        talk = self.talks.of(holder.visit_id)
        if talk is not None and talk.leader is not None:
            return
        result = self.change(
            holder,
            lambda v: look(self.kb, replace(v, session=v.session.with_act(Silent(v.at)))),
        )
        shown = self.led(holder.visit_id, result)
        self.live.publish(f"visit:{holder.visit_id}", {"type": "step", "unspoken": True, **shown})

    def _alert(self, holder: Holder, reason: str) -> None:
        """Tells the desk at which kiosk a person is wanted; of danger nothing but that, to the counter alone."""
        channel = role_channel(Role.COUNTER_STAFF) if reason == "sensitive" else "staff"
        place = self.load(holder).place
        told = {"type": "person_wanted", "visit": holder.visit_id, "reason": reason, "place": place}
        self.live.publish(channel, told)

    def _answered(self, holder: Holder, turn: TurnAnswer) -> dict[str, Any]:
        """What a turn was answered when it was done, with who leads now; of an answer only what is let out."""
        shown, now = cast("dict[str, Any]", turn.response), self.show(holder)
        if shown["step"].get("answer", {}).get("confirm_by_staff"):
            shown["step"] = now["step"]
        return {**shown, "operator": now["operator"]}

    def show_again(self, holder: Holder) -> None:
        """Puts the step on every screen of the visit anew; what it says has changed."""
        self.live.publish(f"visit:{holder.visit_id}", {"type": "step", **self.show(holder)})
