"""One's own account: password, second factor, sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from assistant.requests import CodeBody, PasswordBody, ProofBody
from assistant.services import services_of
from counter_bridge.staff import StaffSession

router = APIRouter(prefix="/api/v1/me", tags=["own account"])


def signed_in(request: Request) -> StaffSession:
    """The session of whoever asks, whatever their role; 401 without one."""
    return services_of(request).staff.require_session(request)


Own = Annotated[StaffSession, Depends(signed_in)]


@router.post("/password")
def change_password(request: Request, own: Own, body: PasswordBody) -> JSONResponse:
    """Changes one's own password; every other session of the account ends."""
    return services_of(request).accounts.change_password(own, body)


@router.post("/totp")
def begin_totp(request: Request, own: Own, body: ProofBody) -> dict[str, Any]:
    """Begins a second factor: secret and QR code for the phone; nothing changes until it is confirmed."""
    return services_of(request).accounts.begin_totp(own, body.password.get_secret_value())


@router.post("/totp/confirm")
def confirm_totp(request: Request, own: Own, body: CodeBody) -> dict[str, Any]:
    """Switches the second factor on with the first code; answers with the recovery codes, once."""
    return services_of(request).accounts.confirm_totp(own, body.code)


@router.post("/totp/stop", status_code=204)
def stop_totp(request: Request, own: Own, body: ProofBody) -> Response:
    """Switches the second factor off; every session of the account ends."""
    services_of(request).accounts.stop_totp(own, body.password.get_secret_value())
    return Response(status_code=204)


@router.get("/sessions")
def own_sessions(request: Request, own: Own) -> dict[str, Any]:
    """Where one is signed in."""
    return services_of(request).accounts.sessions(own, of_user=own.user.user_id)


@router.delete("/sessions/{session_id}", status_code=204)
def end_own_session(request: Request, own: Own, session_id: str) -> Response:
    """Ends a session of one's own, as one left open elsewhere."""
    by = own.user.acting_as(min(own.user.roles))
    services_of(request).accounts.end_session(by, session_id, of_user=own.user.user_id)
    return Response(status_code=204)
