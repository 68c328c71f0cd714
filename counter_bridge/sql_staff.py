"""Accounts and logins in the database."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from counter_bridge.refusal import NotAllowed
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import (
    ACCOUNT_ROLES,
    DEMO_NAMES_JA,
    DEMO_PASSWORD,
    SYSTEM,
    Actor,
    Passwords,
    Role,
    StaffSession,
    User,
    new_id,
    new_token,
    token_hash,
)
from counter_bridge.store import OpenedSession

NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
LEAST_PASSWORD = 12
"""Characters of a password; demo accounts are the only exception."""


class SqlStaff(SqlPart):
    """Accounts and logins of one store."""

    @cached_property
    def _passwords(self) -> Passwords:
        return Passwords()

    def add_user(
        self,
        name: str,
        name_ja: str,
        roles: Iterable[Role],
        password: str,
        *,
        demo: bool = False,
        by: Actor = SYSTEM,
    ) -> User | NotAllowed:
        """A new account; `NotAllowed` when name, roles or password do not do, or the name is taken."""
        held = frozenset(roles)
        refusal = _unfit(name, held, password, demo=demo)
        if refusal is not None:
            return refusal
        user = User(new_id("user"), name, name_ja, held, demo, False, self._database.clock())
        hashed = self._passwords.hashed(password)
        table = self._database.tables.users
        with self._database.write() as connection:
            if connection.execute(select(table.c.user_id).where(table.c.name == name)).first() is not None:
                return NotAllowed("user_exists", "この利用者名は使われています。", "別の名前にしてください。")
            self._insert_user(connection, user, hashed, by)
        return user

    def ensure_demo_accounts(self) -> None:
        """The accounts of the demo, named after their roles; called only when the demo is on."""
        present = {user.name for user in self.list_users()}
        if present.issuperset(role.value for role in DEMO_NAMES_JA):
            return
        table = self._database.tables.users
        hashed = self._passwords.hashed(DEMO_PASSWORD)
        with self._database.write() as connection:
            known = set(connection.scalars(select(table.c.name)))
            for role, name_ja in DEMO_NAMES_JA.items():
                if role.value not in known:
                    now = self._database.clock()
                    user = User(new_id("user"), role.value, name_ja, frozenset({role}), True, False, now)
                    self._insert_user(connection, user, hashed, SYSTEM)

    def _insert_user(self, connection: Connection, user: User, hashed: str, by: Actor) -> None:
        values = {**user.__dict__, "roles": ",".join(sorted(user.roles)), "password_hash": hashed}
        connection.execute(insert(self._database.tables.users).values(**values))
        self.audit.record(connection, by, "user_add", "user", user.user_id)

    def list_users(self) -> tuple[User, ...]:
        """All accounts by name."""
        table = self._database.tables.users
        with self._database.read() as connection:
            return tuple(_user(row) for row in connection.execute(select(table).order_by(table.c.name)))

    def set_password(self, name: str, password: str, by: Actor) -> User | NotAllowed:
        """A new password; every login of the account ends."""
        user = self._named(name)
        if user is None:
            return _no_such_user()
        refusal = _unfit(name, user.roles, password, demo=user.demo)
        if refusal is not None:
            return refusal
        return self._changed(user, by, "user_password", password_hash=self._passwords.hashed(password))

    def disable_user(self, name: str, by: Actor) -> User | NotAllowed:
        """Locks an account out; every login of it ends."""
        user = self._named(name)
        return _no_such_user() if user is None else self._changed(user, by, "user_disable", disabled=True)

    def authenticate(self, name: str, password: str, *, demo: bool) -> User | None:
        """The account, if name and password fit and it may be used; demo accounts only when `demo` is on."""
        table = self._database.tables.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
        fits = self._passwords.fits(None if row is None else row.password_hash, password)
        if row is None or not fits or row.disabled or (row.demo and not demo):
            return None
        return _user(row)

    def open_session(self, user: User) -> OpenedSession:
        """A login; the token is returned once, only its hash is kept."""
        now = self._database.clock()
        token = new_token()
        session = StaffSession(
            user, now, now, min(now + self._terms.sessions.idle, now + self._terms.sessions.longest)
        )
        with self._database.write() as connection:
            connection.execute(
                insert(self._database.tables.sessions).values(
                    token_hash=token_hash(token),
                    user_id=user.user_id,
                    created_at=session.created_at,
                    last_seen_at=session.last_seen_at,
                    expires_at=session.expires_at,
                )
            )
            self.audit.record(connection, _as_actor(user), "login", "user", user.user_id)
        return OpenedSession(session, token)

    def session_of(self, token: str) -> StaffSession | None:
        """The login a cookie stands for; asking keeps it alive, never beyond its longest time."""
        now = self._database.clock()
        sessions, users = self._database.tables.sessions, self._database.tables.users
        key = token_hash(token)
        with self._database.read() as connection:
            row = connection.execute(
                select(sessions).where(sessions.c.token_hash == key, sessions.c.expires_at > now)
            ).first()
            if row is None:
                return None
            person = connection.execute(select(users).where(users.c.user_id == row.user_id)).one()
        if person.disabled:
            return None
        expires_at = min(now + self._terms.sessions.idle, row.created_at + self._terms.sessions.longest)
        if now - row.last_seen_at > self._terms.sessions.idle / 20:
            with self._database.write() as connection:
                connection.execute(
                    update(sessions)
                    .where(sessions.c.token_hash == key)
                    .values(last_seen_at=now, expires_at=expires_at)
                )
        return StaffSession(_user(person), row.created_at, now, expires_at)

    def close_session(self, token: str) -> None:
        """Ends a login."""
        table = self._database.tables.sessions
        with self._database.write() as connection:
            connection.execute(delete(table).where(table.c.token_hash == token_hash(token)))

    def _remove_expired_sessions(self, connection: Connection) -> int:
        """Removes logins whose time is over."""
        table = self._database.tables.sessions
        return connection.execute(delete(table).where(table.c.expires_at <= self._database.clock())).rowcount

    def _named(self, name: str) -> User | None:
        table = self._database.tables.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
        return None if row is None else _user(row)

    def _changed(self, user: User, by: Actor, act: str, **values: object) -> User:
        tables = self._database.tables
        with self._database.write() as connection:
            connection.execute(
                update(tables.users).where(tables.users.c.user_id == user.user_id).values(**values)
            )
            connection.execute(delete(tables.sessions).where(tables.sessions.c.user_id == user.user_id))
            self.audit.record(connection, by, act, "user", user.user_id)
            row = connection.execute(select(tables.users).where(tables.users.c.user_id == user.user_id)).one()
        return _user(row)


def _unfit(name: str, roles: frozenset[Role], password: str, *, demo: bool) -> NotAllowed | None:
    if not NAME.fullmatch(name):
        return NotAllowed(
            "user_name_invalid", "利用者名は英数字と _ . - で40字までです。", "使える文字で決めてください。"
        )
    if not roles or not roles <= ACCOUNT_ROLES:
        return NotAllowed(
            "user_roles_invalid", "役割が正しくありません。", "一つ以上の役割を選んでください。"
        )
    if len(password) < LEAST_PASSWORD and not demo:
        return NotAllowed(
            "password_too_short",
            f"パスワードは{LEAST_PASSWORD}字以上です。",
            "長い文にすると覚えやすく、安全です。",
        )
    return None


def _no_such_user() -> NotAllowed:
    return NotAllowed("user_unknown", "この利用者はいません。", "利用者名を確かめてください。")


def _as_actor(user: User) -> Actor:
    return user.acting_as(min(user.roles))


def _user(row: Row[Any]) -> User:
    return User(
        user_id=row.user_id,
        name=row.name,
        name_ja=row.name_ja,
        roles=frozenset(Role(role) for role in row.roles.split(",")),
        demo=row.demo,
        disabled=row.disabled,
        created_at=row.created_at,
    )
