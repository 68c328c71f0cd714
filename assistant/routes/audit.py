"""The audit, for auditors; 保全, for auditors and administrators."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from assistant.audit_desk import MOST_ENTRIES
from assistant.requests import PreservationBody
from assistant.services import TOKYO, services_of
from counter_bridge.audit import AuditQuery
from counter_bridge.staff import Actor

router = APIRouter(prefix="/api/v1", tags=["audit"])

MOST_NUMBER = 2**31 - 1


def auditor_of(request: Request) -> Actor:
    """The auditor who is signed in; 401 or 403 otherwise."""
    return services_of(request).staff.require(request, "auditor")


def keeper_of(request: Request) -> Actor:
    """Whoever may place and lift 保全."""
    return services_of(request).staff.require(request, "auditor", "administrator")


Auditor = Annotated[Actor, Depends(auditor_of)]
Keeper = Annotated[Actor, Depends(keeper_of)]
Word = Annotated[str | None, Query(max_length=80)]


@router.get("/audit")
def search_audit(
    request: Request,
    by: Auditor,
    case: Word = None,
    ticket: Annotated[str | None, Query(max_length=10)] = None,
    day: dt.date | None = None,
    entity: Word = None,
    actor: Word = None,
    kind: Word = None,
    at_from: Annotated[dt.datetime | None, Query(alias="from")] = None,
    at_until: Annotated[dt.datetime | None, Query(alias="until")] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100,
) -> dict[str, Any]:
    """Entries by case, number and day, actor, kind and time, newest first; the search itself is an entry."""
    wanted = AuditQuery(
        entity_id=case or None,
        entity=entity or None,
        actor=actor or None,
        act=kind or None,
        at_from=_aware(at_from),
        at_until=_aware(at_until),
        before_number=before,
        limit=limit,
    )
    return services_of(request).audit_desk.search(by, wanted, ticket=ticket, day=day)


@router.get("/audit/kinds")
def audit_kinds(request: Request, by: Auditor) -> dict[str, Any]:
    """The kinds of acts that can be searched for."""
    del by
    return services_of(request).audit_desk.kinds()


@router.get("/audit/verify")
def verify_audit(request: Request, by: Auditor) -> dict[str, Any]:
    """Walks the whole chain; the head, noted elsewhere, proves later that nothing was rolled back."""
    return services_of(request).audit_desk.verify(by)


@router.get("/preservations")
def list_preservations(request: Request, by: Keeper) -> dict[str, Any]:
    """Every 保全, lifted ones too as long as their case is there."""
    return services_of(request).audit_desk.preservations(by)


@router.get("/preservations/find")
def find_case(
    request: Request, by: Keeper, day: dt.date, ticket: Annotated[str, Query(max_length=10)]
) -> dict[str, Any]:
    """A case by day and number: its id, state and term, nothing of what is in it."""
    return services_of(request).audit_desk.find(by, day, ticket)


@router.post("/cases/{case_id}/preservation", status_code=201)
def preserve_case(request: Request, by: Keeper, case_id: str, body: PreservationBody) -> dict[str, Any]:
    """保全: the case stays beyond its term until this is lifted."""
    return services_of(request).audit_desk.preserve(by, case_id, body.reason)


@router.post("/cases/{case_id}/preservation/lift")
def lift_preservation(request: Request, by: Keeper, case_id: str, body: PreservationBody) -> dict[str, Any]:
    """Ends the 保全; past its term the case then goes."""
    return services_of(request).audit_desk.lift(by, case_id, body.reason)


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    """A time without a zone is that of the city hall."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=TOKYO)
