"""What an administrator does with accounts and sessions, and what everybody does with their own."""

import io
from typing import Any

import segno
from fastapi.responses import JSONResponse

from assistant.problems import Problem, of_refusal
from assistant.requests import AccountBody, PasswordBody
from assistant.settings import Settings
from assistant.staff_sessions import StaffSessions, delayed
from counter_bridge.login_rules import LoginDelayed
from counter_bridge.password_rules import generated_password
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import ACCOUNT_ROLES, Actor, Role, StaffSession, User

ROLES_JA: dict[Role, str] = {
    Role.COUNTER_STAFF: "窓口職員",
    Role.TOWN_OPERATOR: "遠隔対応(市の職員)",
    Role.CONTRACT_OPERATOR: "遠隔対応(委託)",
    Role.ATTENDANT: "案内係",
    Role.KNOWLEDGE_EDITOR: "業務担当",
    Role.AUDITOR: "監査担当",
    Role.ADMINISTRATOR: "情報システム担当",
}


class Accounts:
    """Accounts and sessions, for administrators and for oneself."""

    def __init__(self, store: SqlStore, staff: StaffSessions, settings: Settings):
        self._store = store
        self._staff = staff
        self._settings = settings

    def users(self) -> dict[str, Any]:
        """Every account, and the roles there are."""
        open_now = {session.user.user_id for session in self._store.list_sessions()}
        return {
            "users": [
                {**user_json(user), "signed_in": user.user_id in open_now}
                for user in self._store.list_users()
                if self._settings.demo or not user.demo
            ],
            "roles": [
                {"id": role.value, "label": ROLES_JA[role]}
                for role in sorted(ACCOUNT_ROLES, key=list(ROLES_JA).index)
            ],
        }

    def add(self, by: Actor, body: AccountBody) -> dict[str, Any]:
        """A new account with a password to hand over, shown this once."""
        password = generated_password()
        roles = [Role(role) for role in body.roles]
        added = self._store.add_user(
            body.user, body.name_ja or body.user, roles, password, temporary=True, by=by
        )
        return {**user_json(_done(added)), "initial_password": password}

    def reset_password(self, by: Actor, name: str) -> dict[str, Any]:
        """A new password to hand over, as after a forgotten one; every session of the account ends."""
        password = generated_password()
        user = self._ended(self._store.set_password(name, password, by, temporary=True))
        return {**user_json(user), "initial_password": password}

    def set_roles(self, by: Actor, name: str, roles: list[Role]) -> dict[str, Any]:
        """Other roles; every session of the account ends, so that none goes on with the old ones."""
        return user_json(self._ended(self._store.set_roles(name, roles, by)))

    def disable(self, by: Actor, name: str) -> dict[str, Any]:
        """Locks an account; its sessions end at once."""
        return user_json(self._ended(self._store.disable_user(name, by)))

    def enable(self, by: Actor, name: str) -> dict[str, Any]:
        """Lets an account in again."""
        return user_json(self._ended(self._store.enable_user(name, by)))

    def drop_totp(self, by: Actor, name: str) -> dict[str, Any]:
        """Takes off the second factor of somebody who lost the phone and the recovery codes."""
        return user_json(self._ended(self._store.drop_second_factor(name, by)))

    def sessions(self, own: StaffSession, *, of_user: str | None = None) -> dict[str, Any]:
        """Sessions in force, of all or of one account."""
        return {
            "sessions": [
                {
                    "session_id": session.session_id,
                    "user": session.user.name,
                    "name_ja": session.user.name_ja,
                    "created_at": session.created_at.isoformat(),
                    "last_seen_at": session.last_seen_at.isoformat(),
                    "expires_at": session.expires_at.isoformat(),
                    "own": session.session_id == own.session_id,
                }
                for session in self._store.list_sessions(of_user)
            ]
        }

    def end_session(self, by: Actor, session_id: str, *, of_user: str | None = None) -> None:
        """Ends one session."""
        if not self._store.end_session(session_id, by, of_user):
            raise of_refusal(NotFound(), status=404)
        self._staff.tell_ended()

    def change_password(self, session: StaffSession, body: PasswordBody) -> JSONResponse:
        """Somebody's own new password; every other session of theirs ends, this screen goes on with a new one."""
        user = session.user
        self._prove(user, body.old.get_secret_value())
        if body.old.get_secret_value() == body.new.get_secret_value():
            raise Problem(
                422, "password_same", "今までと同じパスワードです。", "新しいパスワードを決めてください。"
            )
        changed = self._ended(self._store.set_password(user.name, body.new.get_secret_value(), _self(user)))
        token, opened = self._staff.opened(changed)
        response = JSONResponse(self._staff.json(opened))
        self._staff.set_cookie(response, token)
        return response

    def begin_totp(self, session: StaffSession, password: str) -> dict[str, Any]:
        """A secret for the phone, as QR code and as letters; nothing is asked for until it was confirmed."""
        self._prove(session.user, password)
        begun = self._store.begin_second_factor(session.user)
        if isinstance(begun, NotAllowed):
            raise of_refusal(begun, status=409)
        issuer = "見本 総合案内" if self._settings.demo else "総合案内"
        code = segno.make(begun.uri(session.user.name, issuer), error="m", micro=False)
        drawn = io.BytesIO()
        code.save(drawn, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True)
        return {"secret": begun.secret, "qr_svg": drawn.getvalue().decode()}

    def confirm_totp(self, session: StaffSession, code: str) -> dict[str, Any]:
        """Switches the second factor on; gives the recovery codes, shown this once."""
        waiting = self._store.count_attempt("totp", session.user.user_id)
        if waiting is not None:
            raise delayed(waiting)
        codes = self._store.confirm_second_factor(session.user, code, _self(session.user))
        if isinstance(codes, NotAllowed):
            raise of_refusal(codes, status=422)
        return {"recovery_codes": list(codes)}

    def stop_totp(self, session: StaffSession, password: str) -> None:
        """Switches one's own second factor off; every session ends."""
        self._prove(session.user, password)
        self._ended(self._store.drop_second_factor(session.user.name, _self(session.user)))

    def _prove(self, user: User, password: str) -> None:
        fits = self._store.password_fits(user, password)
        if isinstance(fits, LoginDelayed):
            raise delayed(fits)
        if not fits:
            raise Problem(422, "password_wrong", "今のパスワードが違います。", "もう一度入力してください。")

    def _ended(self, changed: User | NotAllowed) -> User:
        user = _done(changed)
        self._staff.tell_ended()
        return user


def _self(user: User) -> Actor:
    return user.acting_as(min(user.roles))


def _done(outcome: User | NotAllowed) -> User:
    if isinstance(outcome, User):
        return outcome
    status = {"user_unknown": 404, "user_exists": 409, "last_administrator": 409, "own_account": 409}
    raise of_refusal(outcome, status=status.get(outcome.code, 422))


def user_json(user: User) -> dict[str, Any]:
    """An account as it is listed."""
    return {
        "user": user.name,
        "name_ja": user.name_ja,
        "roles": sorted(role.value for role in user.roles),
        "roles_ja": [ROLES_JA[role] for role in ROLES_JA if role in user.roles],
        "disabled": user.disabled,
        "demo": user.demo,
        "temporary_password": user.temporary_password,
        "totp": user.totp,
        "elsewhere": user.subject is not None,
        "created_at": user.created_at.isoformat(),
    }
