"""Who is signed in: login, cookie, Origin, roles."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from assistant.problems import Problem
from assistant.requests import LoginBody
from assistant.settings import Settings
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role, StaffSession

COOKIE = "session"


class StaffSessions:
    """Sessions of staff, by an HttpOnly cookie that holds nothing but a random token."""

    def __init__(self, store: SqlStore, settings: Settings):
        self._store = store
        self._settings = settings

    def login(self, request: Request, body: LoginBody) -> JSONResponse:
        """Opens a session, or tells nothing about which half was wrong."""
        self._check_origin(request.headers)
        password = body.password.get_secret_value()
        user = self._store.authenticate(body.user, password, demo=self._settings.demo)
        if user is None:
            raise Problem(
                401, "login_failed", "利用者名かパスワードが違います。", "もう一度入力してください。"
            )
        opened = self._store.open_session(user)
        response = JSONResponse(_user_json(opened.session))
        response.set_cookie(
            COOKIE,
            opened.token,
            max_age=self._settings.session_s,
            httponly=True,
            samesite="strict",
            secure=self._settings.tls,
            path="/",
        )
        return response

    def logout(self, request: Request) -> Response:
        """Ends the session."""
        self._check_origin(request.headers)
        token = request.cookies.get(COOKIE)
        if token:
            self._store.close_session(token)
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/")
        return response

    def me(self, request: Request) -> dict[str, Any]:
        """Who is signed in; 401 when nobody is."""
        session = self.session_of(request.cookies)
        if session is None:
            raise _not_signed_in()
        return _user_json(session)

    def session_of(self, cookies: Mapping[str, str]) -> StaffSession | None:
        """The session of a cookie, if it is in force."""
        token = cookies.get(COOKIE)
        return None if not token else self._store.session_of(token)

    def require(self, request: Request, *roles: str) -> Actor:
        """The signed-in actor in the first of these roles they have; 401 or 403 otherwise."""
        self._check_origin(request.headers)
        session = self.session_of(request.cookies)
        if session is None:
            raise _not_signed_in()
        for role in roles:
            if Role(role) in session.user.roles:
                return session.user.acting_as(Role(role))
        raise Problem(403, "role_missing", "この操作はできません。", "担当の職員に頼んでください。")

    def origin_is_ours(self, headers: Mapping[str, str]) -> bool:
        """True without an Origin, or when it names the host that was asked (API.md)."""
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc == headers.get("host")

    def _check_origin(self, headers: Mapping[str, str]) -> None:
        if not self.origin_is_ours(headers):
            raise Problem(
                403,
                "origin_foreign",
                "別のサイトからの操作は受け付けません。",
                "職員画面から操作してください。",
            )


def _not_signed_in() -> Problem:
    return Problem(401, "not_signed_in", "ログインが必要です。", "ログインしてください。")


def _user_json(session: StaffSession) -> dict[str, Any]:
    return {
        "user": session.user.name,
        "name_ja": session.user.name_ja,
        "roles": sorted(role.value for role in session.user.roles),
        "expires_at": session.expires_at.isoformat(),
    }
