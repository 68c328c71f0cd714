"""Logins in the database: checked, delayed after wrong ones, kept alive while used, ended at once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from counter_bridge.encryption import bound, unbound
from counter_bridge.login_rules import ACCOUNT, ADDRESS, LoginDelayed, LoginRules, seconds_left
from counter_bridge.record import from_json, to_json
from counter_bridge.second_factor import SecondFactor
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import Actor, Passwords, Role, StaffSession, User, new_id, new_token, token_hash
from counter_bridge.store import OpenedSession


@dataclass(frozen=True)
class _Key:
    """Whose wrong attempts are counted, and by which rules."""

    sealed: str
    rules: LoginRules


class SqlSessions(SqlPart):
    """Logins of one store."""

    @cached_property
    def _passwords(self) -> Passwords:
        return Passwords()

    def authenticate(
        self, name: str, password: str, *, demo: bool, code: str | None = None, address: str | None = None
    ) -> User | LoginDelayed | None:
        """The account, if name, password and (where it has one) code fit; demo accounts only when `demo` is on.

        None tells nothing about which part was wrong. Wrong attempts delay the next ones for the name, and for the
        address when one is given, across restarts.
        """
        keys = self._login_keys(name, address)
        delayed = self._counted(keys)
        if delayed is not None:
            return delayed
        table = self._database.tables.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
        fits = self._passwords.fits(None if row is None else row.password_hash, password)
        if row is None or not fits or row.disabled or (row.demo and not demo) or row.subject is not None:
            return None
        if row.totp and not self._takes_code(row.user_id, code or ""):
            return None
        self._forgive(keys)
        return user_of(row)

    def password_fits(self, user: User, password: str) -> bool | LoginDelayed:
        """Whether this is the password of somebody signed in; wrong ones count as wrong logins."""
        keys = self._login_keys(user.name, None)
        delayed = self._counted(keys)
        if delayed is not None:
            return delayed
        table = self._database.tables.users
        with self._database.read() as connection:
            kept = connection.execute(
                select(table.c.password_hash).where(table.c.user_id == user.user_id)
            ).scalar()
        if not self._passwords.fits(kept, password):
            return False
        self._forgive(keys)
        return True

    def count_attempt(self, what: str, address: str) -> LoginDelayed | None:
        """Counts one attempt at something that is guessed by address, such as a pairing code."""
        return self._counted((_Key(self._database.keys.sealed(f"{what}:{address}"), ADDRESS),))

    def _login_keys(self, name: str, address: str | None) -> tuple[_Key, ...]:
        sealed = self._database.keys.sealed
        account = _Key(sealed(f"login:account:{name}"), ACCOUNT)
        if address is None:
            return (account,)
        both = (account, _Key(sealed(f"login:address:{address}"), ADDRESS))
        return tuple(sorted(both, key=lambda key: key.sealed))

    def _counted(self, keys: tuple[_Key, ...]) -> LoginDelayed | None:
        """Counts an attempt as wrong until it proves good; says how long to wait when it is too early.

        Keys come in the order of their seals, so that two attempts never wait for one another crosswise.
        """
        now = self._database.clock()
        table = self._database.tables.login_attempts
        with self._database.write() as connection:
            for key in keys:
                self._begin_counting(connection, key, now)
            mine = table.c.key.in_([key.sealed for key in keys])
            known = {
                row.key: row
                for row in connection.execute(
                    select(table).where(mine).order_by(table.c.key).with_for_update()
                )
                if abs(now - row.last_at) < ACCOUNT.forgotten_after
            }
            waits = [
                seconds_left(row.open_at, row.failures, key.rules, now)
                for key in keys
                if (row := known.get(key.sealed)) is not None
            ]
            if any(waits):
                return LoginDelayed(max(waits))
            for key in keys:
                failures = known[key.sealed].failures + 1 if key.sealed in known else 1
                values = {
                    "failures": failures,
                    "last_at": now,
                    "open_at": now + key.rules.wait_after(failures),
                }
                connection.execute(update(table).where(table.c.key == key.sealed).values(**values))
        return None

    def _begin_counting(self, connection: Connection, key: _Key, now: dt.datetime) -> None:
        """Makes the row of a key that has none; of several attempts at once one makes it."""
        dialect = sqlite if self._database.is_sqlite else postgresql
        row = dialect.insert(self._database.tables.login_attempts).values(
            key=key.sealed, failures=0, last_at=now, open_at=now
        )
        connection.execute(row.on_conflict_do_nothing())

    def _forgive(self, keys: tuple[_Key, ...]) -> None:
        """A good login clears its account and takes its own attempt back from its address, not those of others."""
        table = self._database.tables.login_attempts
        now = self._database.clock()
        with self._database.write() as connection:
            for key in keys:
                row = connection.execute(select(table).where(table.c.key == key.sealed)).first()
                if row is None:
                    continue
                if key.rules is ACCOUNT or row.failures <= 1:
                    connection.execute(delete(table).where(table.c.key == key.sealed))
                else:
                    one_less = {"failures": row.failures - 1, "open_at": now}
                    connection.execute(update(table).where(table.c.key == key.sealed).values(**one_less))

    def _takes_code(self, user_id: str, code: str) -> bool:
        """Uses up a code of the account's phone, or a recovery code."""
        with self._database.write() as connection:
            factor = self._factor(connection, user_id)
            accepted = None if factor is None else factor.accepting(code, self._database.clock())
            if accepted is None:
                return False
            self._save_factor(connection, user_id, accepted)
        return True

    def _factor(self, connection: Connection, user_id: str) -> SecondFactor | None:
        table = self._database.tables.second_factors
        body = connection.execute(
            select(table.c.body).where(table.c.user_id == user_id).with_for_update()
        ).scalar()
        return None if body is None else from_json(SecondFactor, unbound(user_id, body))

    def _save_factor(self, connection: Connection, user_id: str, factor: SecondFactor | None) -> None:
        table = self._database.tables.second_factors
        connection.execute(delete(table).where(table.c.user_id == user_id))
        if factor is not None:
            connection.execute(insert(table).values(user_id=user_id, body=bound(user_id, to_json(factor))))

    def open_session(self, user: User) -> OpenedSession:
        """A login; the token is returned once, only its hash is kept."""
        now = self._database.clock()
        rules = self._terms.sessions
        token = new_token()
        session = StaffSession(
            session_id=new_id("session"),
            user=user,
            created_at=now,
            last_seen_at=now,
            expires_at=now + min(rules.idle, rules.longest),
            ends_at=now + rules.longest,
        )
        with self._database.write() as connection:
            connection.execute(
                insert(self._database.tables.sessions).values(
                    token_hash=token_hash(token),
                    session_id=session.session_id,
                    user_id=user.user_id,
                    created_at=session.created_at,
                    last_seen_at=session.last_seen_at,
                    expires_at=session.expires_at,
                )
            )
            self.audit.record(connection, _as_actor(user), "login", "user", user.user_id)
        return OpenedSession(session, token)

    def session_of(self, token: str, *, keep: bool = True) -> StaffSession | None:
        """The login a cookie stands for; with `keep`, asking keeps it alive, never beyond its longest time."""
        now = self._database.clock()
        rules = self._terms.sessions
        sessions, users = self._database.tables.sessions, self._database.tables.users
        key = token_hash(token)
        with self._database.read() as connection:
            row = connection.execute(
                select(sessions).where(sessions.c.token_hash == key, sessions.c.expires_at > now)
            ).first()
            if row is None or not rules.is_believable(row.last_seen_at, now):
                return None
            person = connection.execute(select(users).where(users.c.user_id == row.user_id)).one()
        ends_at = row.created_at + rules.longest
        if person.disabled or now >= ends_at:
            return None
        session = _session(row, user_of(person), ends_at)
        if not keep or now - row.last_seen_at <= rules.idle / 20:
            return session
        expires_at = min(now + rules.idle, ends_at)
        with self._database.write() as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.token_hash == key)
                .values(last_seen_at=now, expires_at=expires_at)
            )
        return StaffSession(**{**session.__dict__, "last_seen_at": now, "expires_at": expires_at})

    def list_sessions(self, user_id: str | None = None) -> tuple[StaffSession, ...]:
        """Logins in force, newest first; of one account if it is given."""
        sessions, users = self._database.tables.sessions, self._database.tables.users
        query = (
            select(sessions)
            .where(sessions.c.expires_at > self._database.clock())
            .order_by(sessions.c.created_at.desc())
        )
        if user_id is not None:
            query = query.where(sessions.c.user_id == user_id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            people = {row.user_id: user_of(row) for row in connection.execute(select(users))}
        longest = self._terms.sessions.longest
        return tuple(_session(row, people[row.user_id], row.created_at + longest) for row in rows)

    def is_signed_in(self, name: str) -> bool:
        """Whether an account that may be used has a login in force."""
        sessions, users = self._database.tables.sessions, self._database.tables.users
        query = (
            select(sessions.c.session_id)
            .join(users, users.c.user_id == sessions.c.user_id)
            .where(
                users.c.name == name,
                users.c.disabled.is_(False),
                sessions.c.expires_at > self._database.clock(),
            )
            .limit(1)
        )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def close_session(self, token: str) -> None:
        """Ends a login."""
        table = self._database.tables.sessions
        with self._database.write() as connection:
            row = connection.execute(
                delete(table).where(table.c.token_hash == token_hash(token)).returning(table.c.user_id)
            ).first()
            if row is not None:
                user = self._user_with_id(connection, row.user_id)
                self.audit.record(connection, _as_actor(user), "logout", "user", user.user_id)

    def end_session(self, session_id: str, by: Actor, user_id: str | None = None) -> bool:
        """Ends the login of this name; False when there is none (of this account, if one is given)."""
        table = self._database.tables.sessions
        query = delete(table).where(table.c.session_id == session_id)
        if user_id is not None:
            query = query.where(table.c.user_id == user_id)
        with self._database.write() as connection:
            ended = connection.execute(query).rowcount > 0
            if ended:
                self.audit.record(connection, by, "session_end", "session", session_id)
        return ended

    def _user_with_id(self, connection: Connection, user_id: str) -> User:
        table = self._database.tables.users
        return user_of(connection.execute(select(table).where(table.c.user_id == user_id)).one())

    def _remove_expired_sessions(self, connection: Connection) -> int:
        """Removes logins whose time is over, sign-ons that never came back, and counts nobody needs any more."""
        now = self._database.clock()
        tables = self._database.tables
        connection.execute(delete(tables.sign_ons).where(tables.sign_ons.c.expires_at <= now))
        forgotten = tables.login_attempts.c.last_at <= now - ACCOUNT.forgotten_after
        connection.execute(delete(tables.login_attempts).where(forgotten))
        return connection.execute(delete(tables.sessions).where(tables.sessions.c.expires_at <= now)).rowcount


def _as_actor(user: User) -> Actor:
    return user.acting_as(min(user.roles))


def _session(row: Row[Any], user: User, ends_at: dt.datetime) -> StaffSession:
    return StaffSession(row.session_id, user, row.created_at, row.last_seen_at, row.expires_at, ends_at)


def roles_text(roles: Iterable[Role]) -> str:
    """Roles as they stand in the table."""
    return ",".join(sorted(roles))


def user_of(row: Row[Any]) -> User:
    """The account of a row."""
    return User(
        user_id=row.user_id,
        name=row.name,
        name_ja=row.name_ja,
        roles=frozenset(Role(role) for role in row.roles.split(",")),
        demo=row.demo,
        disabled=row.disabled,
        created_at=row.created_at,
        temporary_password=row.temporary_password,
        totp=row.totp,
        subject=row.subject,
    )
