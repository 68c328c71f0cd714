"""The attendant of a peak day: a reason, a number, the talk later at the counter (COUNTER_RULES 20)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from assistant.requests import TicketBody
from assistant.services import services_of
from counter_bridge.staff import Actor

router = APIRouter(prefix="/api/v1", tags=["attendant"])


def attendant_of(request: Request) -> Actor:
    """The attendant, or the clerk who stands in for one; 401 or 403 otherwise."""
    return services_of(request).staff.require(request, "attendant", "counter_staff")


Attending = Annotated[Actor, Depends(attendant_of)]


@router.post("/tickets", status_code=201)
def give_ticket(request: Request, by: Attending, body: TicketBody) -> dict[str, Any]:
    """A number without a talk, of our series or of the town's own machine; the interview is held at the counter."""
    return services_of(request).tickets.without_a_talk(by, body)
