"""Consent and the card: asked on the kiosk, served by the card agent, never started by speech."""

from typing import Any

from fastapi import APIRouter, Request

from assistant.requests import CardBody, ConsentBody
from assistant.routes.visits import AtDevice, InTheHall
from assistant.services import services_of

router = APIRouter(prefix="/api/v1/visits/{visit_id}", tags=["card"])


@router.post("/consents", status_code=201)
def give_consent(request: Request, holder: InTheHall, body: ConsentBody) -> dict[str, Any]:
    """Consent of one person to the named fields for one purpose."""
    return services_of(request).acts.give_consent(holder, body)


@router.get("/consents")
def list_consents(request: Request, holder: InTheHall) -> dict[str, Any]:
    """Consents in force and the words to show before asking for one."""
    return services_of(request).acts.consents(holder)


@router.delete("/consents/{consent_id}")
def withdraw_consent(request: Request, holder: InTheHall, consent_id: str) -> dict[str, Any]:
    """Takes a consent back: its fields go blank everywhere until 受理; afterwards 409 with the reason."""
    return services_of(request).acts.withdraw_consent(holder, consent_id)


@router.get("/card")
def card_status(request: Request, holder: AtDevice) -> dict[str, Any]:
    """Whether a card lies on the reader, and how many tries its PIN has left (shown before typing)."""
    return services_of(request).acts.card_status(holder)


@router.post("/card")
def read_card(request: Request, holder: AtDevice, body: CardBody) -> dict[str, Any]:
    """Reads the four attributes of a holder who is present; the PIN is wiped whatever comes back."""
    acts = services_of(request).acts
    acts.require_open(holder)
    read = acts.read_card(holder, body)
    acts.revise(holder)
    return read
