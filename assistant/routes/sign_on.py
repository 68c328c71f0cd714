"""Login by way of the town's OpenID provider: there and back by the browser, whatever goes wrong told on the screen."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from assistant.services import services_of
from assistant.single_sign_on import SCREENS, SignOnFailed

router = APIRouter(prefix="/api/v1/oidc", tags=["sign-on"])

STATE_COOKIE = "sign_on"
"""Binds the answer of the provider to the browser that asked; Lax, for it comes back from another site."""
STATE_LASTS_S = 600


@router.get("/start", status_code=303, response_class=RedirectResponse)
def start(request: Request, back_to: Annotated[str, Query(max_length=50)] = "/staff") -> RedirectResponse:
    """Sends the browser to the town's provider."""
    services = services_of(request)
    try:
        begun = services.sign_on.begin(str(request.base_url), back_to)
    except SignOnFailed as failed:
        return _told(back_to if back_to in SCREENS else "/staff", failed.code)
    response = RedirectResponse(begun.address, 303)
    response.set_cookie(
        STATE_COOKIE,
        begun.state,
        max_age=STATE_LASTS_S,
        httponly=True,
        samesite="lax",
        secure=services.settings.tls,
        path="/api/v1/oidc",
    )
    return response


@router.get("/callback", status_code=303, response_class=RedirectResponse)
def callback(request: Request) -> RedirectResponse:
    """Where the provider sends the browser back to; opens the session of whoever it vouches for."""
    services = services_of(request)
    try:
        user, back_to = services.sign_on.finish(
            str(request.base_url), request.query_params, request.cookies.get(STATE_COOKIE)
        )
    except SignOnFailed as failed:
        response = _told("/staff", failed.code)
    else:
        token, _ = services.staff.opened(user)
        response = RedirectResponse(back_to, 303)
        services.staff.set_cookie(response, token)
    response.delete_cookie(STATE_COOKIE, path="/api/v1/oidc")
    return response


def _told(screen: str, code: str) -> RedirectResponse:
    return RedirectResponse(f"{screen}#{code}", 303)
