"""A resident's visit: open, turns, plan, log, forget."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from assistant.problems import Problem
from assistant.requests import CallBody, OfficialBody, OpenVisit, PhoneBody, TurnBody
from assistant.services import services_for, services_of
from assistant.visits import Holder

router = APIRouter(prefix="/api/v1", tags=["visit"])


def holder_of(request: Request, visit_id: str, authorization: Annotated[str, Header()] = "") -> Holder:
    """Proof that the caller holds the visit's token; 401 otherwise. A clerk's interview keeps their session alive."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(
            401, "token_missing", "この画面の受付が確認できません。", "最初の画面からやり直してください。"
        )
    services = services_of(request)
    holder = services.visits.holder(visit_id, token)
    if holder.opened_by is not None:
        services.staff.session_of(request.cookies, keep=True)
    return holder


Visiting = Annotated[Holder, Depends(holder_of)]


def in_the_hall(holder: Visiting) -> Holder:
    """The same, and not at a phone: consent, card, details and papers stay in the hall (COUNTER_RULES 9); else 403."""
    if holder.on_phone:
        raise Problem(
            403,
            "not_on_a_phone",
            "お名前や書類は、スマホでは扱いません。",
            "番号札を取って、窓口の職員にお任せください。",
        )
    return holder


InTheHall = Annotated[Holder, Depends(in_the_hall)]


def device_of(request: Request, holder: InTheHall) -> Holder:
    """The same at a device of the town: a paired kiosk, a clerk's interview, or the demo on this machine; else 403."""
    services = services_of(request)
    services.kiosks.require(request, services.staff)
    return holder


AtDevice = Annotated[Holder, Depends(device_of)]


@router.post("/visits", status_code=201)
def open_visit(request: Request, body: OpenVisit | None = None) -> dict[str, Any]:
    """Opens a visit; the token is its only key and never leaves the kiosk."""
    services = services_of(request)
    body = body or OpenVisit()
    if body.mode == "interview":
        clerk = services.staff.require(request, "counter_staff")
        case = None if body.case is None else services.desk.for_interview(clerk, body.case)
        return services.visits.open(body, clerk.user, services.kiosks.name_of(request), case)
    if body.case is not None:
        raise Problem(
            403, "not_an_interview", "番号への聞き取りは職員だけができます。", "窓口で番号を伝えてください。"
        )
    return services.visits.open(body, None, services.kiosks.name_of(request))


@router.get("/visits/{visit_id}")
def show_visit(request: Request, holder: Visiting) -> dict[str, Any]:
    """Where the visit stands: the same answer as a turn gives."""
    return services_of(request).visits.show(holder)


@router.post("/visits/{visit_id}/turns")
def take_turn(request: Request, holder: Visiting, body: TurnBody) -> dict[str, Any]:
    """One turn; the same `turn_id` again gives the same answer and changes nothing."""
    services = services_of(request)
    if body.details is not None:
        in_the_hall(holder)
    services.acts.require_open(holder)
    answer = services.visits.turn(holder, body)
    services.acts.revise(holder)
    return answer


@router.get("/visits/{visit_id}/plan")
def show_plan(request: Request, holder: Visiting) -> dict[str, Any]:
    """The plan as it stands."""
    shown: dict[str, Any] = services_of(request).visits.show(holder)["plan"]
    return shown


@router.get("/visits/{visit_id}/plan.pdf")
def print_plan(request: Request, holder: AtDevice) -> Response:
    """The take-home sheet: no names, birth dates or addresses."""
    return Response(services_of(request).acts.take_home_sheet(holder), media_type="application/pdf")


@router.get("/visits/{visit_id}/log")
def show_log(request: Request, holder: Visiting) -> dict[str, Any]:
    """Every fact with who said it, for the resident."""
    return services_of(request).visits.log(holder)


@router.post("/visits/{visit_id}/official")
def add_official(request: Request, holder: Visiting, body: OfficialBody) -> dict[str, Any]:
    """Facts of 転出証明書, 転入予約 or the core system, by the clerk of a 聞き取り受付; they stand above all others."""
    services = services_of(request)
    services.staff.require(request, "counter_staff")
    services.acts.require_open(holder)
    answer = services.interviews.add_official(holder, body)
    services.acts.revise(holder)
    return answer


@router.post("/visits/{visit_id}/phone", status_code=201)
def invite_phone(request: Request, holder: Visiting) -> dict[str, Any]:
    """A code that counts once and for five minutes, to go on at the resident's own phone."""
    return services_of(request).phones.invite(holder)


@router.post("/phone", status_code=201)
def go_on_at_phone(request: Request, body: PhoneBody) -> dict[str, Any]:
    """The visit whose code was read, as a visit of its own: the same answer as opening one, without names."""
    services = services_of(request)
    visit_id = services.phone_codes.take(body.code)
    return services_for(request.app.state.services, {"visit_id": visit_id}).phones.go_on(visit_id)


@router.post("/visits/{visit_id}/call_operator")
def call_operator(request: Request, holder: Visiting, body: CallBody | None = None) -> dict[str, Any]:
    """Asks for a person; staff see it at once. With a body: the offer that was taken."""
    return services_of(request).visits.call_person(holder, (body or CallBody()).reason)


@router.delete("/visits/{visit_id}", status_code=204)
def forget(request: Request, holder: Visiting) -> Response:
    """Withdraws a case that is not accepted and wipes the visit."""
    services_of(request).acts.forget(holder)
    return Response(status_code=204)
