"""The explicit acts of a visit: consent, card, forms, case, ticket status, forgetting.

Each is started by a touch or a key, never by recognised speech (except the yes to a read-back), and each either
happens whole or not at all. The order of a visit is the screen's affair; every act checks for itself what it needs.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant import metrics
from assistant.card_answers import card_problem, facts_of_card
from assistant.card_match import is_of_another
from assistant.card_presence import require_at_the_reader
from assistant.case_content import content_of
from assistant.conversations import is_quiet
from assistant.details import details_json
from assistant.live import LiveHub
from assistant.mismatches import mismatches
from assistant.presenting import fact_json, plan_json
from assistant.problems import Problem, of_refusal
from assistant.requests import CardBody, ConsentBody
from assistant.settings import Settings
from assistant.tickets import Tickets
from assistant.turn import TurnResult, look
from assistant.visit_state import Visit
from assistant.visits import Holder, Visits
from counter_bridge import consent as consents
from counter_bridge.card import CardRead, CardReader, ReadResult, TriesLeft
from counter_bridge.card_advice import ADVICE
from counter_bridge.card_errors import MalformedPin
from counter_bridge.case import WAITING, Case, CaseContent
from counter_bridge.case_changes import is_open_to_the_resident
from counter_bridge.case_events import Moment, Revise
from counter_bridge.consent import Consent
from counter_bridge.forms import FilledBox, FilledForm, fill_forms
from counter_bridge.pdf import RenderedForms, page_png, render_pdf
from counter_bridge.pin import Pin
from counter_bridge.record import Json, from_json, to_json
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.slip import render_ticket_slip
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import RESIDENT, new_id
from counter_bridge.store import CaseExists
from counter_bridge.take_home_sheet import TakeHomeTicket, render_take_home_sheet
from dialogue.session import Recorded, Withdrawn
from dialogue.wording import label_ja
from kb.model import KnowledgeBase
from kb.plan import Plan, person_label

PREVIEW_DPI = 110


class VisitActs:
    """Consent, card, forms and case of a visit."""

    def __init__(
        self,
        *,
        kb: KnowledgeBase,
        visits: Visits,
        store: SqlStore,
        card: CardReader,
        tickets: Tickets,
        live: LiveHub,
        settings: Settings,
        clock: Callable[[], dt.datetime],
    ):
        self.kb = kb
        self.visits = visits
        self.store = store
        self.card = card
        self.tickets = tickets
        self.live = live
        self.settings = settings
        self.clock = clock

    def give_consent(self, holder: Holder, body: ConsentBody) -> dict[str, Any]:
        """Keeps the consent of one person of the household."""
        visit = self.visits.load(holder)
        result = look(self.kb, visit)
        if body.person not in result.facts.people:
            raise Problem(404, "person_unknown", "その人は一覧にいません。", "一緒の方を確かめてください。")
        require_at_the_reader(result.facts, body.person, visit.at.date())
        forms = [form for form, _ in result.plan.forms]
        given = consents.give(
            new_id("consent"),
            body.person,
            body.purpose,
            body.fields,
            forms,
            self.clock(),
            dt.timedelta(seconds=self.settings.consent_s),
        )
        if isinstance(given, NotAllowed):
            raise of_refusal(given, status=422)
        self.store.add_consent(holder.visit_id, given)
        return self._consent_json(given)

    def _consent_json(self, given: consents.Consent) -> dict[str, Any]:
        purpose = consents.PURPOSES[given.purpose]
        names = [self.kb.forms[f].name_ja for f in given.forms if f in self.kb.forms]
        return {
            "consent_id": given.consent_id,
            "person": given.person,
            "purpose": consents.purpose_text(purpose, given.fields, names),
            "purpose_id": purpose.id,
            "basis": purpose.basis_ja,
            "choice": purpose.choice_ja,
            "fields": list(given.fields),
            "forms": [
                {"id": f, "name_ja": self.kb.forms[f].name_ja} for f in given.forms if f in self.kb.forms
            ],
            "until": given.until.isoformat(),
            "withdrawn": given.withdrawn_at is not None,
        }

    def consents(self, holder: Holder) -> dict[str, Any]:
        """Consents given, and what the screen shows before asking for one."""
        visit = self.visits.load(holder)
        forms = [form for form, _ in look(self.kb, visit).plan.forms]
        asked = consents.FILL_FORMS
        return {
            "consents": [self._consent_json(c) for c in self.store.list_consents(holder.visit_id)],
            "ask": {
                "purpose": asked.id,
                "text": consents.purpose_text(
                    asked, consents.FIELDS, [self.kb.forms[f].name_ja for f in forms]
                ),
                "basis": asked.basis_ja,
                "choice": asked.choice_ja,
                "fields": [{"id": f, "label": consents.FIELDS_JA[f]} for f in consents.FIELDS],
            },
        }

    def withdraw_consent(self, holder: Holder, consent_id: str) -> dict[str, Any]:
        """Blanks what rests on the consent in facts, forms and case; refused once something was 受理."""
        visit = self.visits.load(holder)
        withdrawn = self.store.withdraw_consent(
            consent_id,
            RESIDENT,
            self._moment(visit),
            lambda body: _without_consent(body, consent_id),
            visit_id=holder.visit_id,
        )
        if isinstance(withdrawn, NotAllowed | NotFound):
            raise of_refusal(withdrawn, status=404 if isinstance(withdrawn, NotFound) else 409)
        self.live.publish("staff", {"type": "case", "case": visit.case_id})
        return {"consent_id": consent_id, "withdrawn": True}

    def card_status(self, holder: Holder) -> dict[str, Any]:
        """What lies on the reader and how many tries are left; asking uses none."""
        self.visits.load(holder)
        tries = self.card.tries_left()
        if isinstance(tries, TriesLeft):
            return {"present": True, "tries_left": tries.tries_left, "code": None}
        advice = ADVICE.get(tries.code)
        return {
            "present": tries.code == "pin_locked",
            "tries_left": 0 if tries.code == "pin_locked" else None,
            "code": tries.code,
            "detail": "" if advice is None else advice.detail_ja,
            "remedy": "" if advice is None else advice.remedy_ja,
        }

    def read_card(self, holder: Holder, body: CardBody) -> dict[str, Any]:
        """Reads the consented fields of the holder's card into facts; nothing half-saved."""
        visit = self.visits.load(holder)
        consent = self._consent_in_force(holder, body)
        person = consent.person
        known = visit.session.facts()
        require_at_the_reader(known, person, visit.at.date())
        read = self._read(body)
        metrics.CARDS.labels(read.code).inc()
        if not isinstance(read, CardRead):
            raise card_problem(read)
        facts = facts_of_card(self.kb, visit, person, consent, read)
        if is_of_another(known, person, read.attributes, visit.at.date()):
            raise Problem(
                409,
                "card_other_person",
                "置かれたカードは、別の方のもののようです。",
                "カードの持ち主を選び直すか、ご本人のカードを置いてください。",
            )

        def recorded(v: Visit) -> TurnResult:
            # Reading takes seconds, in which a consent may be taken back or a clerk may accept the case. Withdrawing
            # makes a new version of the visit, so what is in force here is in force when this is kept.
            self._consent_in_force(holder, body)
            require_at_the_reader(v.session.facts(), person, v.at.date())
            self._require_case_open(v)
            act = Recorded(facts, v.at, consent.consent_id)
            return look(self.kb, replace(v, session=v.session.with_act(act)))

        result = self.visits.change(holder, recorded)
        self.visits.note(holder, "card_read", "consent", consent.consent_id)
        shown = [fact_json(self.kb, result.facts, f, self.visits.place) for f in facts]
        today = result.visit.at.date()
        odd = [
            label_ja(self.kb, result.facts, other.key)
            for _, other in mismatches(result.facts, today, self.visits.place)
        ]
        return {"person": person, "facts": shown, "authenticity": read.authenticity, "mismatches": odd}

    def _consent_in_force(self, holder: Holder, body: CardBody) -> Consent:
        given = {c.consent_id: c for c in self.store.list_consents(holder.visit_id)}
        consent = given.get(body.consent_id)
        if (
            consent is None
            or not consent.is_active(self.clock())
            or body.person not in (None, consent.person)
        ):
            raise Problem(
                403,
                "consent_missing",
                "カードを読むことへの同意がありません。",
                "画面で同意するか、カードを使わずに進んでください。",
            )
        return consent

    def _read(self, body: CardBody) -> ReadResult:
        try:
            pin = Pin(body.pin.get_secret_value())
        except MalformedPin as error:
            advice = ADVICE["pin_malformed"]
            raise Problem(422, "pin_malformed", advice.detail_ja, advice.remedy_ja) from error
        return self.card.read_four_attributes(pin, really=body.really)

    def details(self, holder: Holder) -> dict[str, Any]:
        """What the forms still lack, person by person; each may be typed, read from a card, or left to staff."""
        visit = self.visits.load(holder)
        result = look(self.kb, visit)
        return details_json(self.kb, result.facts, self._filled(result), self.visits.place)

    def prepare_forms(self, holder: Holder) -> dict[str, Any]:
        """Fills every form of the plan."""
        self._require_not_quiet(self.visits.load(holder))
        result = self.visits.change(holder, lambda v: look(self.kb, replace(v, forms_prepared=True)))
        filled = self._filled(result)
        return {
            "forms": [self._form_json(result, f) for f in filled],
            "writes": result.plan.writes,
        }

    def _form_json(self, result: TurnResult, form: FilledForm) -> dict[str, Any]:
        return {
            "id": form.id,
            "name_ja": form.name_ja,
            "person": form.person,
            "for_whom": [{"id": p, "label": person_label(self.kb, result.facts, p)} for p in form.for_whom],
            "pages": form.pages,
            "deemed": form.deemed,
            "missing": [_missing_json(b) for b in form.missing],
            "writes": form.writes,
        }

    def _filled(self, result: TurnResult) -> tuple[FilledForm, ...]:
        return fill_forms(self.kb, result.facts, result.plan.forms, result.visit.at.date())

    def forms_pdf(self, holder: Holder, form_id: str | None) -> bytes:
        """The forms as one PDF, tinted by origin for the screen."""
        pdf = self._rendered(holder, form_id).pdf
        self.visits.note(holder, "print", "visit", holder.visit_id)
        return pdf

    def form_page(self, holder: Holder, form_id: str, page: int) -> bytes:
        """One page as PNG."""
        rendered = self._rendered(holder, form_id)
        if page > sum(rendered.pages):
            raise Problem(404, "not_found", "そのページはありません。", "前のページを見てください。")
        return page_png(rendered.pdf, page - 1, PREVIEW_DPI)

    def _rendered(self, holder: Holder, form_id: str | None) -> RenderedForms:
        visit = self.visits.load(holder)
        self._require_not_quiet(visit)
        filled = [f for f in self._filled(look(self.kb, visit)) if form_id in (None, f.id)]
        if not filled:
            raise Problem(404, "form_unknown", "その書類はありません。", "書類の一覧から選んでください。")
        return render_pdf(filled, demo=self.settings.demo, preview=True)

    def open_case(self, holder: Holder, *, ticket_only: bool, number: str | None = None) -> dict[str, Any]:
        """Hands what is known to the counter and gives a ticket; the same visit again gets the same ticket.

        `number`: the one the resident holds already, from the town's own machine; the case hangs on it.
        """
        visit = self.visits.load(holder)
        self._require_not_quiet(visit)
        result = look(self.kb, visit)
        content = content_of(self.kb, result, self._filled(result), ticket_only=ticket_only)
        present = self._case_of(visit)
        if present is None:
            case = self._created(holder, visit, content, result.plan, number)
        elif number is not None and self.tickets.number(number) != present.ticket.shown:
            raise Problem(
                409,
                "ticket_given",
                f"この受付には、番号 {present.ticket.shown} があります。",
                "その番号でお待ちください。",
            )
        else:
            case = self._revised(present, content, visit)
        self.visits.change(holder, lambda v: look(self.kb, replace(v, case_id=case.case_id)))
        self.live.publish("staff", {"type": "case", "case": case.case_id})
        self.live.publish("calls", {"type": "calls"})
        given = self.tickets.json(case, visit.at.date())
        return {**given, "status_code": case.ticket.status_token} if holder.on_phone else given

    def _created(
        self, holder: Holder, visit: Visit, content: CaseContent, plan: Plan, number: str | None
    ) -> Case:
        opened = self.tickets.give(
            content,
            next((c.id for c in plan.counters), self.kb.municipality.one_counter),
            RESIDENT,
            self._moment(visit),
            visit_id=holder.visit_id,
            number=number,
        )
        if isinstance(opened, CaseExists):
            return self._revised(opened.case, content, visit)
        way = f"{visit.mode}_number_only" if content.ticket_only else visit.mode
        metrics.ticket_given(way, opened, visit.effort)
        return opened

    def _revised(self, case: Case, content: CaseContent, visit: Visit) -> Case:
        if content == case.content or content.ticket_only:
            return case
        changed = self.store.act_on_case(case.case_id, None, Revise(content), RESIDENT, self._moment(visit))
        if not isinstance(changed, Case):
            raise of_refusal(changed, status=409)
        return changed

    def _case_of(self, visit: Visit) -> Case | None:
        return self.store.get_case(visit.case_id) if visit.case_id else None

    @staticmethod
    def _require_not_quiet(visit: Visit) -> None:
        """The quiet path makes no case, print or export (COUNTER_RULES 7)."""
        if is_quiet(visit):
            raise Problem(
                409,
                "person_comes",
                "職員がまいります。",
                "そのままお待ちいただくか、お近くの職員に声をかけてください。",
            )

    def require_open(self, holder: Holder) -> None:
        """Refuses changes once a clerk has accepted the case."""
        self._require_case_open(self.visits.load(holder))

    def _require_case_open(self, visit: Visit) -> None:
        case = self._case_of(visit)
        if case is not None and not is_open_to_the_resident(case):
            raise Problem(
                409,
                "case_accepted",
                "窓口で確認が始まっているため、この画面では変えられません。",
                "直したいところは、窓口の職員に伝えてください。",
            )

    def revise(self, holder: Holder) -> None:
        """After a turn: the case follows what the resident changed."""
        visit = self.visits.load(holder)
        case = self._case_of(visit)
        if case is None or (case.content.ticket_only and case.visit_id != holder.visit_id):
            return  # the talk behind a number comes into its case whole, when the clerk says so
        result = look(self.kb, visit)
        content = content_of(
            self.kb,
            result,
            self._filled(result),
            ticket_only=case.content.ticket_only and not result.plan.steps,
        )
        self._revised(case, content, visit)
        self.live.publish("staff", {"type": "case", "case": case.case_id})

    def forget(self, holder: Holder) -> None:
        """Withdraws a case that is not accepted and wipes the visit."""
        visit = self.visits.load(holder)
        self.visits.talks.end(holder.visit_id)
        self.store.delete_visit(holder.visit_id, RESIDENT, self._moment(visit))
        metrics.VISITS.labels("moved" if visit.moved else "ended").inc()
        self.visits.count_given_up(visit)
        self.live.publish("staff", {"type": "case", "case": visit.case_id})
        self.live.publish("calls", {"type": "calls"})

    def _moment(self, visit: Visit) -> Moment:
        return Moment(self.clock(), visit.at.date())

    def status_qr(self, holder: Holder) -> bytes:
        """QR of the status page; the code stands in the fragment, so no server log ever holds it."""
        visit = self.visits.load(holder)
        case = self._case_of(visit)
        if case is None:
            raise _no_ticket()
        return self.tickets.status_qr(case)

    def take_home_sheet(self, holder: Holder) -> bytes:
        """The plan on paper: no names, birth dates or addresses."""
        visit = self.visits.load(holder)
        self._require_not_quiet(visit)
        case = self._case_of(visit)
        ticket = None
        if case is not None:
            shown = self.tickets.json(case, visit.at.date())
            ticket = TakeHomeTicket(
                shown["ticket"], shown["counter"], shown["people_ahead"], shown["minutes"]
            )
        return render_take_home_sheet(
            plan_json(self.kb, look(self.kb, visit)),
            town_ja=self.kb.municipality.name_ja,
            prepared_on=visit.at.date(),
            demo=self.settings.demo,
            ticket=ticket,
            status_url=None if case is None else self.tickets.status_url(case),
        )

    def ticket_slip(self, holder: Holder) -> bytes:
        """The ticket for the kiosk's printer: the number and a code, nothing about anybody."""
        visit = self.visits.load(holder)
        self._require_not_quiet(visit)
        case = self._case_of(visit)
        if case is None:
            raise _no_ticket()
        shown = self.tickets.json(case, visit.at.date())
        waits = case.state in WAITING
        return render_ticket_slip(
            shown["ticket"],
            counter_ja=shown["counter"],
            people_ahead=shown["people_ahead"] if waits else None,
            minutes=shown["minutes"] if waits else None,
            status_url=self.tickets.status_url(case),
            town_ja=self.kb.municipality.name_ja,
            day=case.on,
            demo=self.settings.demo,
        )

    def ticket_status(self, code: str) -> dict[str, Any]:
        """Where a ticket stands; nothing personal."""
        status = self.store.ticket_status(code, self.kb.municipality.usual_desks)
        if status is None:
            raise Problem(
                404, "ticket_unknown", "この番号札は見つかりません。", "窓口で番号を伝えてください。"
            )
        counter = self.kb.municipality.counter(status.counter)
        return {
            "ticket": status.ticket,
            "counter": f"{counter.number}番 {counter.name_ja}",
            "state": status.state,
            "state_ja": status.state_ja,
            "filed": status.filed,
            "people_ahead": None if status.wait is None else status.wait.people_ahead,
            "minutes": None if status.wait is None else status.wait.minutes,
        }


def _no_ticket() -> Problem:
    return Problem(404, "case_missing", "まだ番号札がありません。", "先に番号札をお取りください。")


def _without_consent(body: Json, consent_id: str) -> Json:
    """The stored visit with the withdrawal in it; runs inside the store's transaction."""
    visit = from_json(Visit, body)
    return to_json(replace(visit, session=visit.session.with_act(Withdrawn(consent_id, visit.at))))


def _missing_json(box: FilledBox) -> dict[str, Any]:
    return {"key": box.key, "label": box.field.label_ja, "person": box.person, "why": box.missing}
