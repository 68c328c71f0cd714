"""Forms of a visit: filled, previewed page by page, fetched as PDF with the token in the header."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assistant.routes.visits import AtDevice, InTheHall
from assistant.services import services_of

router = APIRouter(prefix="/api/v1/visits/{visit_id}", tags=["forms"])


@router.post("/forms")
def prepare_forms(request: Request, holder: InTheHall) -> dict[str, Any]:
    """Fills every form of the plan from what is known."""
    return services_of(request).acts.prepare_forms(holder)


@router.get("/details")
def list_details(request: Request, holder: InTheHall) -> dict[str, Any]:
    """What the forms still lack; each may be typed, read from a card, or left to staff."""
    return services_of(request).acts.details(holder)


@router.get("/forms.pdf")
def all_forms(request: Request, holder: AtDevice) -> Response:
    """All forms, as the preview on the kiosk shows them; printing happens at the counter."""
    return _pdf(services_of(request).acts.forms_pdf(holder, None))


@router.get("/forms/{form_id}.pdf")
def one_form(request: Request, holder: AtDevice, form_id: str) -> Response:
    """One form as PDF."""
    return _pdf(services_of(request).acts.forms_pdf(holder, form_id))


@router.get("/forms/{form_id}.png")
def one_page(
    request: Request, holder: InTheHall, form_id: str, page: Annotated[int, Query(ge=1, le=50)] = 1
) -> Response:
    """One page of a form as a picture, values tinted by origin."""
    return Response(services_of(request).acts.form_page(holder, form_id, page), media_type="image/png")


def _pdf(data: bytes) -> Response:
    return Response(data, media_type="application/pdf", headers={"Content-Disposition": "inline"})
