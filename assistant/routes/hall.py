"""The hall: numbers and counters for the display, and the call as it is heard."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from assistant.services import services_of

router = APIRouter(prefix="/api/v1", tags=["hall"])


@router.get("/calls")
def calls(request: Request) -> dict[str, Any]:
    """Numbers and counters, never personal data."""
    return services_of(request).hall.calls()


@router.get("/calls/{ticket}/announcement.wav")
def announcement(request: Request, ticket: Annotated[str, Path(max_length=20)]) -> Response:
    """The spoken call of a number that is called now; 503 while there is no voice, and the display chimes only."""
    return Response(services_of(request).hall.announcement(ticket), media_type="audio/wav")
