"""Remote operators: who waits, one conversation, and every act on it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from assistant.operator_floor import MAY_TALK
from assistant.operators import Operators
from assistant.requests import (
    ApproveBody,
    GiveBackBody,
    PassOnBody,
    SayBody,
    ShareBody,
    SignalBody,
    StartBody,
    TalkBody,
)
from assistant.services import services_of
from counter_bridge.staff import Actor

router = APIRouter(prefix="/api/v1", tags=["operator"])


def operator_of(request: Request) -> Actor:
    """Whoever may talk with residents, as the town's own person where they are both."""
    return services_of(request).staff.require(request, *MAY_TALK)


def operators_of(request: Request) -> Operators:
    """The operators' side of the version that the visit stands on."""
    return services_of(request).operators


Talking = Annotated[Actor, Depends(operator_of)]
Desk = Annotated[Operators, Depends(operators_of)]


@router.get("/conversations")
def list_conversations(by: Talking, desk: Desk) -> dict[str, Any]:
    """Who waits, who is led, who goes on alone; never a quiet visit."""
    return desk.everyone(by)


@router.get("/conversations/{visit_id}")
def show_conversation(by: Talking, desk: Desk, visit_id: str) -> dict[str, Any]:
    """One conversation with the screen it belongs to."""
    return desk.show(by, visit_id)


@router.post("/conversations/{visit_id}/take")
def take(by: Talking, desk: Desk, visit_id: str, body: TalkBody | None = None) -> dict[str, Any]:
    """Takes the lead; of two at once one gets it, the other is told who has it."""
    return desk.take(by, visit_id, (body or TalkBody()).message_id)


@router.post("/conversations/{visit_id}/say")
def say(by: Talking, desk: Desk, visit_id: str, body: SayBody) -> dict[str, Any]:
    """Words shown and spoken at the kiosk."""
    return desk.say(by, visit_id, body.text, body.message_id)


@router.post("/conversations/{visit_id}/give_back")
def give_back(by: Talking, desk: Desk, visit_id: str, body: GiveBackBody | None = None) -> dict[str, Any]:
    """The assistant leads again."""
    body = body or GiveBackBody()
    return desk.give_back(by, visit_id, body.note, body.agreed or "", body.message_id)


@router.post("/conversations/{visit_id}/suggest")
def suggest(by: Talking, desk: Desk, visit_id: str, body: TalkBody | None = None) -> dict[str, Any]:
    """What the assistant would say next, for the operator only."""
    return desk.suggest(by, visit_id, (body or TalkBody()).message_id)


@router.post("/conversations/{visit_id}/approve")
def approve(by: Talking, desk: Desk, visit_id: str, body: ApproveBody) -> dict[str, Any]:
    """Lets a draft out; a contractor's operator may not."""
    return desk.approve(by, visit_id, body.draft, body.text, body.message_id)


@router.post("/conversations/{visit_id}/transfer")
def transfer(by: Talking, desk: Desk, visit_id: str, body: PassOnBody) -> dict[str, Any]:
    """Hands the talk to a pool, or to one operator, with a note."""
    return desk.transfer(by, visit_id, body.to, body.note, body.message_id)


@router.post("/conversations/{visit_id}/start")
def start(by: Talking, desk: Desk, visit_id: str, body: StartBody) -> dict[str, Any]:
    """Begins a procedure for the resident; the plan follows."""
    return desk.start(by, visit_id, body.procedure, body.message_id)


@router.post("/conversations/{visit_id}/share")
def share(by: Talking, desk: Desk, visit_id: str, body: ShareBody) -> dict[str, Any]:
    """Puts a page on the kiosk's screen."""
    return desk.share(by, visit_id, body)


@router.post("/conversations/{visit_id}/signal")
def signal(by: Talking, desk: Desk, visit_id: str, body: SignalBody) -> dict[str, Any]:
    """Passes a step of setting up the live voice to the kiosk."""
    return desk.signal(by, visit_id, body.kind, body.body)
