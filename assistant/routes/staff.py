"""The staff desk: login, the queue, one case and every act on it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from assistant.problems import Problem
from assistant.requests import (
    AcceptBody,
    FactsBody,
    FinishBody,
    HoldBody,
    IdentificationBody,
    LoginBody,
    NoteBody,
    PaperBody,
    ReasonBody,
    TransferBody,
)
from assistant.services import services_of
from counter_bridge import case_events as events
from counter_bridge.staff import Actor

router = APIRouter(prefix="/api/v1", tags=["staff"])


def clerk_of(request: Request) -> Actor:
    """The counter staff who is signed in; 401 or 403 otherwise."""
    return services_of(request).staff.require(request, "counter_staff")


def reader_of(request: Request) -> Actor:
    """Whoever may read cases."""
    return services_of(request).staff.require(request, "counter_staff", "town_operator")


LONGEST_VERSION = 9
"""Digits of a version; no case is changed more often."""

WhyRead = Literal["work", "inquiry", "correction_request", "disclosure_request", "complaint", "supervision"]
"""Reasons a look at a case may have, as the audit keeps them."""

Clerk = Annotated[Actor, Depends(clerk_of)]
CaseReader = Annotated[Actor, Depends(reader_of)]


def version_of(if_match: Annotated[str | None, Header()] = None) -> int:
    """The version an act builds on, from If-Match; 428 without one."""
    if if_match is None:
        raise Problem(
            428, "if_match_missing", "どの版への操作か分かりません。", "画面を最新にしてやり直してください。"
        )
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_VERSION):
        raise Problem(
            412, "if_match_invalid", "版の番号が正しくありません。", "画面を最新にしてやり直してください。"
        )
    return int(digits)


Version = Annotated[int, Depends(version_of)]


@router.post("/login")
def login(request: Request, body: LoginBody) -> JSONResponse:
    """Signs a member of staff in; the session is an HttpOnly cookie."""
    return services_of(request).staff.login(request, body)


@router.post("/logout", status_code=204)
def logout(request: Request) -> Response:
    """Ends the session."""
    return services_of(request).staff.logout(request)


@router.get("/me")
def me(request: Request) -> dict[str, Any]:
    """Who is signed in."""
    return services_of(request).staff.me(request)


@router.post("/me/keep")
def keep_session(request: Request) -> dict[str, Any]:
    """Keeps the session alive; asking `GET /me`, or what a screen asks by itself, does not."""
    return services_of(request).staff.keep(request)


@router.get("/cases")
def list_cases(
    request: Request,
    by: CaseReader,
    state: Annotated[str | None, Query(max_length=50)] = None,
    counter: Annotated[str | None, Query(max_length=50)] = None,
) -> dict[str, Any]:
    """The queue: deadline today on top, then by waiting time."""
    return services_of(request).desk.queue(by, state, counter)


@router.get("/cases/{case_id}")
def show_case(request: Request, by: CaseReader, case_id: str, why: WhyRead | None = None) -> JSONResponse:
    """One case whole, with its ETag; `why` goes into the audit."""
    return _with_etag(services_of(request).desk.show(by, case_id, why))


@router.get("/cases/{case_id}/export")
def export_case(request: Request, by: Clerk, case_id: str, format: str = "json") -> Response:  # noqa: A002
    """What the core system or a robot picks up."""
    text, media_type = services_of(request).papers.export(by, case_id, format)
    return Response(text, media_type=media_type)


@router.get("/cases/{case_id}/forms.pdf")
def case_forms(request: Request, by: Clerk, case_id: str) -> Response:
    """All forms of the case, to print at the counter after identification."""
    data = services_of(request).papers.forms_pdf(by, case_id, None)
    return Response(data, media_type="application/pdf")


@router.get("/cases/{case_id}/slip.pdf")
def case_slip(request: Request, by: Clerk, case_id: str) -> Response:
    """What to bring when coming back: number and missing papers only."""
    return Response(services_of(request).papers.hold_slip(by, case_id), media_type="application/pdf")


@router.get("/cases/{case_id}/forms/{form_id}.png")
def case_form_page(
    request: Request, by: Clerk, case_id: str, form_id: str, page: Annotated[int, Query(ge=1, le=50)] = 1
) -> Response:
    """One page as a picture, beside the facts."""
    return Response(services_of(request).papers.form_page(by, case_id, form_id, page), media_type="image/png")


@router.post("/cases/{case_id}/official")
def add_official(
    request: Request, by: Clerk, case_id: str, version: Version, body: FactsBody
) -> JSONResponse:
    """Facts from 転出証明書, 転入予約 or the core system; they stand above all others."""
    return _with_etag(services_of(request).desk.add_facts(by, case_id, version, body.facts, official=True))


@router.post("/cases/{case_id}/correct")
def correct(request: Request, by: Clerk, case_id: str, version: Version, body: FactsBody) -> JSONResponse:
    """Staff's correction of facts; every form follows."""
    return _with_etag(services_of(request).desk.add_facts(by, case_id, version, body.facts, official=False))


@router.post("/cases/{case_id}/call")
def call(request: Request, by: Clerk, case_id: str, version: Version) -> JSONResponse:
    """Calls the number."""
    return _act(request, by, case_id, version, events.Call())


@router.post("/cases/{case_id}/recall")
def recall(request: Request, by: Clerk, case_id: str, version: Version) -> JSONResponse:
    """Calls it again."""
    return _act(request, by, case_id, version, events.Recall())


@router.post("/cases/{case_id}/skip")
def skip(request: Request, by: Clerk, case_id: str, version: Version) -> JSONResponse:
    """Nobody came."""
    return _act(request, by, case_id, version, events.Skip())


@router.post("/cases/{case_id}/undo")
def undo(request: Request, by: Clerk, case_id: str, version: Version) -> JSONResponse:
    """Takes back one's own last act within ten seconds."""
    return _act(request, by, case_id, version, events.Undo())


@router.post("/cases/{case_id}/accept")
def accept(
    request: Request, by: Clerk, case_id: str, version: Version, body: AcceptBody | None = None
) -> JSONResponse:
    """The person stands at the counter; this is not 受理. Ticks may come with it."""
    return _act(
        request,
        by,
        case_id,
        version,
        events.Accept(),
        *(events.Tick(c) for c in (body or AcceptBody()).checks),
    )


@router.post("/cases/{case_id}/tick")
def tick(request: Request, by: Clerk, case_id: str, version: Version, body: AcceptBody) -> JSONResponse:
    """Ticks checks of the list; 支援措置 first."""
    return _act(request, by, case_id, version, *(events.Tick(c) for c in body.checks))


@router.post("/cases/{case_id}/papers")
def see_paper(request: Request, by: Clerk, case_id: str, version: Version, body: PaperBody) -> JSONResponse:
    """Ticks a paper as seen, or takes the tick away."""
    return _act(request, by, case_id, version, events.SeePaper(body.paper, body.seen))


@router.post("/cases/{case_id}/identify")
def identify(
    request: Request, by: Clerk, case_id: str, version: Version, body: IdentificationBody
) -> JSONResponse:
    """Records how the person was identified; the papers print after it."""
    return _with_etag(services_of(request).desk.identify(by, case_id, version, body.identification))


@router.post("/cases/{case_id}/note")
def note(request: Request, by: Clerk, case_id: str, version: Version, body: NoteBody) -> JSONResponse:
    """Writes the note of three lines."""
    return _act(request, by, case_id, version, events.Annotate(body.note))


@router.post("/cases/{case_id}/return")
def return_case(
    request: Request, by: Clerk, case_id: str, version: Version, body: ReasonBody
) -> JSONResponse:
    """Gives the case back to the resident, with a reason."""
    return _act(request, by, case_id, version, events.Return(body.reason))


@router.post("/cases/{case_id}/transfer")
def transfer(request: Request, by: Clerk, case_id: str, version: Version, body: TransferBody) -> JSONResponse:
    """Sends it to another counter's line."""
    return _with_etag(services_of(request).desk.transfer(by, case_id, version, body.counter))


@router.post("/cases/{case_id}/hold")
def hold(request: Request, by: Clerk, case_id: str, version: Version, body: HoldBody) -> JSONResponse:
    """Puts one procedure on hold for a paper until a date."""
    event = events.Hold(waiting_for_ja=body.waiting_for, procedure=body.procedure, until=body.until)
    return _with_etag(services_of(request).desk.hold(by, case_id, version, event))


@router.post("/cases/{case_id}/finish")
def finish(request: Request, by: Clerk, case_id: str, version: Version, body: FinishBody) -> JSONResponse:
    """Records each procedure's result and how the person was identified."""
    return _with_etag(services_of(request).desk.finish(by, case_id, version, body))


@router.post("/cases/{case_id}/reopen")
def reopen(
    request: Request, by: Clerk, case_id: str, version: Version, body: IdentificationBody
) -> JSONResponse:
    """Takes up a case on hold after identifying the person anew."""
    return _with_etag(services_of(request).desk.reopen(by, case_id, version, body.identification))


def _act(request: Request, by: Actor, case_id: str, version: int, *acts: events.Event) -> JSONResponse:
    return _with_etag(services_of(request).desk.act(by, case_id, version, acts))


def _with_etag(shown: dict[str, Any]) -> JSONResponse:
    return JSONResponse(shown, headers={"ETag": f'"{shown["version"]}"'})
