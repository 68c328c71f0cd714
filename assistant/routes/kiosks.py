"""Kiosks: paired by a code of an administrator, revoked at once."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assistant.kiosk_devices import KIOSK_COOKIE
from assistant.requests import CodeBody, KioskBody
from assistant.routes.accounts import Administrator
from assistant.services import services_of

router = APIRouter(prefix="/api/v1/kiosks", tags=["kiosks"])

YEARS_5_S = 5 * 365 * 24 * 3600
"""A kiosk stays paired as long as a machine lasts; it is taken back by revoking it."""


@router.get("")
def list_kiosks(request: Request, by: Administrator) -> dict[str, Any]:
    """Every device with its state."""
    del by
    return services_of(request).kiosks.list(request)


@router.post("", status_code=201)
def add_kiosk(request: Request, by: Administrator, body: KioskBody) -> dict[str, Any]:
    """A new device; its pairing code is shown once."""
    return services_of(request).kiosks.add(by, body.name_ja)


@router.get("/own")
def own_kiosk(request: Request) -> dict[str, Any]:
    """Whether the asking device is paired, and whether it needs to be."""
    return services_of(request).kiosks.state_of(request)


@router.post("/pair")
def pair(request: Request, body: CodeBody) -> JSONResponse:
    """Pairs the asking device; its credential is a cookie scripts cannot read."""
    services = services_of(request)
    shown, credential = services.kiosks.pair(request, body.code)
    response = JSONResponse(shown)
    response.set_cookie(
        KIOSK_COOKIE,
        credential,
        max_age=YEARS_5_S,
        httponly=True,
        samesite="strict",
        secure=services.settings.tls,
        path="/",
    )
    return response


@router.post("/{kiosk_id}/code")
def new_code(request: Request, by: Administrator, kiosk_id: str) -> dict[str, Any]:
    """Another pairing code, as after a new computer."""
    return services_of(request).kiosks.new_code(by, kiosk_id)


@router.post("/{kiosk_id}/revoke")
def revoke(request: Request, by: Administrator, kiosk_id: str) -> dict[str, Any]:
    """Takes the device's credential; card and print are refused from its next request on."""
    return services_of(request).kiosks.revoke(by, kiosk_id)
