"""Accounts and sessions of all, for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from assistant.requests import AccountBody, RolesBody
from assistant.services import services_of
from counter_bridge.staff import Actor, Role

router = APIRouter(prefix="/api/v1", tags=["accounts"])


def administrator_of(request: Request) -> Actor:
    """The administrator who is signed in; 401 or 403 otherwise."""
    return services_of(request).staff.require(request, "administrator")


Administrator = Annotated[Actor, Depends(administrator_of)]


@router.get("/users")
def list_users(request: Request, by: Administrator) -> dict[str, Any]:
    """Every account and the roles there are."""
    del by
    return services_of(request).accounts.users()


@router.post("/users", status_code=201)
def add_user(request: Request, by: Administrator, body: AccountBody) -> dict[str, Any]:
    """A new account; its password is shown once and changed at the first login."""
    return services_of(request).accounts.add(by, body)


@router.post("/users/{user}/password")
def reset_password(request: Request, by: Administrator, user: str) -> dict[str, Any]:
    """A new password to hand over; every session of the account ends."""
    return services_of(request).accounts.reset_password(by, user)


@router.post("/users/{user}/roles")
def set_roles(request: Request, by: Administrator, user: str, body: RolesBody) -> dict[str, Any]:
    """Other roles; every session of the account ends."""
    return services_of(request).accounts.set_roles(by, user, [Role(role) for role in body.roles])


@router.post("/users/{user}/disable")
def disable_user(request: Request, by: Administrator, user: str) -> dict[str, Any]:
    """Locks an account; its sessions end at once."""
    return services_of(request).accounts.disable(by, user)


@router.post("/users/{user}/enable")
def enable_user(request: Request, by: Administrator, user: str) -> dict[str, Any]:
    """Lets an account in again."""
    return services_of(request).accounts.enable(by, user)


@router.post("/users/{user}/totp/stop")
def drop_totp(request: Request, by: Administrator, user: str) -> dict[str, Any]:
    """Takes off a second factor whose phone and recovery codes are lost."""
    return services_of(request).accounts.drop_totp(by, user)


@router.get("/sessions")
def list_sessions(request: Request, by: Administrator) -> dict[str, Any]:
    """Every session in force."""
    del by
    services = services_of(request)
    return services.accounts.sessions(services.staff.require_session(request))


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(request: Request, by: Administrator, session_id: str) -> Response:
    """Ends a session at once."""
    services_of(request).accounts.end_session(by, session_id)
    return Response(status_code=204)
