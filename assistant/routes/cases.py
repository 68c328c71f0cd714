"""The case a visit hands over: opened by the resident, its ticket, its status on the resident's own phone."""

from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.requests import CaseBody, StatusBody
from assistant.routes.visits import Visiting
from assistant.services import services_of

router = APIRouter(prefix="/api/v1", tags=["case"])


@router.post("/visits/{visit_id}/case")
def open_case(request: Request, holder: Visiting, body: CaseBody | None = None) -> dict[str, Any]:
    """Hands the prepared case to the counter and gives a ticket; nothing is filed by it."""
    asked = body or CaseBody()
    return services_of(request).acts.open_case(holder, ticket_only=asked.ticket_only, number=asked.number)


@router.get("/visits/{visit_id}/status-qr.svg")
def status_code(request: Request, holder: Visiting) -> Response:
    """QR of the status page with a status-only code in the fragment."""
    return Response(services_of(request).acts.status_qr(holder), media_type="image/svg+xml")


@router.get("/visits/{visit_id}/ticket.pdf")
def ticket_slip(request: Request, holder: Visiting) -> Response:
    """The ticket for a receipt printer; the number and a status-only code."""
    return Response(services_of(request).acts.ticket_slip(holder), media_type="application/pdf")


@router.post("/status")
def ticket_status(request: Request, body: StatusBody) -> dict[str, Any]:
    """Where a ticket stands, by its status code; nothing personal."""
    return services_of(request).acts.ticket_status(body.code)
