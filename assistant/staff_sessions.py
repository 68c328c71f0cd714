"""Who is signed in: login, cookie, Origin, roles."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from assistant.callers import address_of, origin_is_ours
from assistant.live import LiveHub
from assistant.problems import Problem
from assistant.requests import LoginBody
from assistant.settings import Settings
from counter_bridge.login_rules import LoginDelayed
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role, StaffSession, User

COOKIE = "session"
BACKGROUND = "background"
"""A request with this header comes from the screen by itself and does not keep a session alive."""
ENDED = "sessions"
"""Channel on which open screens hear that some session may have ended."""


class StaffSessions:
    """Sessions of staff, by an HttpOnly cookie that holds nothing but a random token."""

    def __init__(self, store: SqlStore, settings: Settings, live: LiveHub, clock: Callable[[], dt.datetime]):
        self._store = store
        self._settings = settings
        self._live = live
        self._clock = clock

    def login(self, request: Request, body: LoginBody) -> JSONResponse:
        """Opens a session, or tells nothing about which half was wrong."""
        self._check_origin(request.headers)
        user = self._store.authenticate(
            body.user,
            body.password.get_secret_value(),
            demo=self._settings.demo,
            code=body.totp,
            address=address_of(request, self._settings),
        )
        if isinstance(user, LoginDelayed):
            raise delayed(user)
        if user is None:
            raise Problem(
                401,
                "login_failed",
                "利用者名かパスワードが違います。",
                "もう一度入力してください。確認コードを設定した方は、そのコードも確かめてください。",
            )
        token, session = self.opened(user)
        response = JSONResponse(self.json(session))
        self.set_cookie(response, token)
        return response

    def opened(self, user: User) -> tuple[str, StaffSession]:
        """A new session of somebody whose identity was checked, and the token for the cookie."""
        opened = self._store.open_session(user)
        return opened.token, opened.session

    def set_cookie(self, response: Response, token: str) -> None:
        """Hands the session to the browser."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=self._settings.session_s,
            httponly=True,
            samesite="strict",
            secure=self._settings.tls,
            path="/",
        )

    def logout(self, request: Request) -> Response:
        """Ends the session."""
        self._check_origin(request.headers)
        token = request.cookies.get(COOKIE)
        if token:
            self._store.close_session(token)
            self.tell_ended()
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, path="/")
        return response

    def tell_ended(self) -> None:
        """Lets every open screen look whether its session is still in force."""
        self._live.publish(ENDED, {"type": "sessions"})

    def me(self, request: Request) -> dict[str, Any]:
        """Who is signed in; asking does not keep the session alive."""
        return self.json(self.require_session(request, keep=False))

    def keep(self, request: Request) -> dict[str, Any]:
        """Keeps the session alive on the wish of who is there."""
        return self.json(self.require_session(request))

    def session_of(self, cookies: Mapping[str, str], *, keep: bool = False) -> StaffSession | None:
        """The session of a cookie, if it is in force."""
        token = cookies.get(COOKIE)
        return None if not token else self._store.session_of(token, keep=keep)

    def require_session(self, request: Request, *, keep: bool = True) -> StaffSession:
        """The session of a request, whatever its roles; 401 without one."""
        self._check_origin(request.headers)
        session = self.session_of(request.cookies, keep=keep and BACKGROUND not in request.headers)
        if session is None:
            raise Problem(401, "not_signed_in", "ログインが必要です。", "ログインしてください。")
        return session

    def require(self, request: Request, *roles: str) -> Actor:
        """The signed-in actor in the first of these roles they have; 401 or 403 otherwise."""
        session = self.require_session(request)
        if session.user.temporary_password:
            raise Problem(
                403,
                "password_change_needed",
                "はじめに、渡されたパスワードを自分のものに変えてください。",
                "「自分の設定」の画面で変えられます。",
            )
        for role in roles:
            if Role(role) in session.user.roles:
                return session.user.acting_as(Role(role))
        raise Problem(403, "role_missing", "この操作はできません。", "担当の職員に頼んでください。")

    def origin_is_ours(self, headers: Mapping[str, str]) -> bool:
        """True without an Origin, or when it names the host that was asked (API.md)."""
        return origin_is_ours(headers, self._settings)

    def _check_origin(self, headers: Mapping[str, str]) -> None:
        if not self.origin_is_ours(headers):
            raise origin_foreign()

    def json(self, session: StaffSession) -> dict[str, Any]:
        """Who somebody is and how long their session lasts."""
        return {
            "user": session.user.name,
            "name_ja": session.user.name_ja,
            "roles": sorted(role.value for role in session.user.roles),
            "expires_at": session.expires_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "left_s": max(0, int((session.expires_at - self._clock()).total_seconds())),
            "temporary_password": session.user.temporary_password,
            "totp": session.user.totp,
            "elsewhere": session.user.subject is not None,
        }


def origin_foreign() -> Problem:
    """A request another site made a browser send."""
    return Problem(
        403, "origin_foreign", "別のサイトからの操作は受け付けません。", "職員画面から操作してください。"
    )


def delayed(by: LoginDelayed) -> Problem:
    """Too many wrong attempts: nothing was checked."""
    return Problem(
        429,
        "login_delayed",
        "続けて間違えたため、しばらく受け付けません。",
        f"{by.wait_s}秒ほど待ってから、もう一度入力してください。",
        wait_s=by.wait_s,
    )
