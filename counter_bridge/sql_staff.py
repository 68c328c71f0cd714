"""Accounts in the database: made, changed, locked, and who stands behind them at the town's own provider."""

import hashlib
import re
import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from counter_bridge.password_rules import password_refused
from counter_bridge.refusal import NotAllowed
from counter_bridge.second_factor import SecondFactor, new_second_factor, with_recovery_codes
from counter_bridge.sql_sessions import SqlSessions, roles_text, user_of
from counter_bridge.staff import (
    ACCOUNT_ROLES,
    DEMO_NAMES_JA,
    DEMO_PASSWORD,
    SYSTEM,
    Actor,
    Role,
    User,
    new_id,
)

NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
MOST_NAME_JA = 40


class SqlStaff(SqlSessions):
    """Accounts of one store."""

    def add_user(
        self,
        name: str,
        name_ja: str,
        roles: Iterable[Role],
        password: str,
        *,
        demo: bool = False,
        temporary: bool = False,
        by: Actor = SYSTEM,
    ) -> User | NotAllowed:
        """A new account; `NotAllowed` when name, roles or password do not do, or the name is taken."""
        held = frozenset(roles)
        refusal = (
            _name_refused(name, name_ja)
            or _roles_refused(held)
            or (None if demo else password_refused(password, name))
        )
        if refusal is not None:
            return refusal
        now = self._database.clock()
        user = User(new_id("user"), name, name_ja, held, demo, False, now, temporary_password=temporary)
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
        values = {**user.__dict__, "roles": roles_text(user.roles), "password_hash": hashed}
        connection.execute(insert(self._database.tables.users).values(**values))
        self.audit.record(connection, by, "user_add", "user", user.user_id)

    def list_users(self) -> tuple[User, ...]:
        """All accounts by name."""
        table = self._database.tables.users
        with self._database.read() as connection:
            return tuple(user_of(row) for row in connection.execute(select(table).order_by(table.c.name)))

    def user_named(self, name: str) -> User | None:
        """The account of this name."""
        table = self._database.tables.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
        return None if row is None else user_of(row)

    def set_password(
        self, name: str, password: str, by: Actor, *, temporary: bool = False
    ) -> User | NotAllowed:
        """A new password; every login of the account ends, and what delayed it is forgotten."""
        user = self.user_named(name)
        if user is None:
            return _no_such_user()
        refusal = _elsewhere(user) or password_refused(password, name)
        if refusal is not None:
            return refusal
        self._forgive(self._login_keys(name, None))
        hashed = self._passwords.hashed(password)
        return self._changed(user, by, "user_password", password_hash=hashed, temporary_password=temporary)

    def set_roles(self, name: str, roles: Iterable[Role], by: Actor) -> User | NotAllowed:
        """Other roles; every login of the account ends. The last administrator stays one."""
        held = frozenset(roles)
        user = self.user_named(name)
        if user is None:
            return _no_such_user()
        refusal = _roles_refused(held)
        if refusal is not None:
            return refusal
        return self._changed(user, by, "user_roles", roles=roles_text(held))

    def disable_user(self, name: str, by: Actor) -> User | NotAllowed:
        """Locks an account out; every login of it ends. Not the last administrator, nor oneself."""
        if name == by.user:
            return NotAllowed(
                "own_account",
                "自分の利用者は停止できません。",
                "ほかの情報システム担当に頼んでください。",
            )
        user = self.user_named(name)
        return _no_such_user() if user is None else self._changed(user, by, "user_disable", disabled=True)

    def enable_user(self, name: str, by: Actor) -> User | NotAllowed:
        """Lets a locked account in again."""
        user = self.user_named(name)
        return _no_such_user() if user is None else self._changed(user, by, "user_enable", disabled=False)

    def begin_second_factor(self, user: User) -> SecondFactor | NotAllowed:
        """A new secret to be shown as a QR code; it asks for nothing until its first code was confirmed."""
        if user.totp:
            return NotAllowed(
                "totp_on", "確認コードはもう設定されています。", "設定し直すときは、いったんやめてください。"
            )
        refusal = _elsewhere(user)
        if refusal is not None:
            return refusal
        factor = new_second_factor()
        with self._database.write() as connection:
            self._save_factor(connection, user.user_id, factor)
        return factor

    def confirm_second_factor(self, user: User, code: str, by: Actor) -> tuple[str, ...] | NotAllowed:
        """Switches the second factor on with its first code; gives the recovery codes, shown this once."""
        with self._database.write() as connection:
            factor = self._factor(connection, user.user_id)
            accepted = None if factor is None else factor.accepting(code, self._database.clock())
            if accepted is None or user.totp:
                return NotAllowed(
                    "totp_wrong",
                    "確認コードが合いません。",
                    "スマートフォンに今出ている6桁を入れてください。",
                )
            kept, codes = with_recovery_codes(accepted)
            self._save_factor(connection, user.user_id, kept)
            table = self._database.tables.users
            connection.execute(update(table).where(table.c.user_id == user.user_id).values(totp=True))
            self.audit.record(connection, by, "user_totp_on", "user", user.user_id)
        return codes

    def drop_second_factor(self, name: str, by: Actor) -> User | NotAllowed:
        """Takes the second factor off, as after a lost phone; every login of the account ends."""
        user = self.user_named(name)
        if user is None:
            return _no_such_user()
        with self._database.write() as connection:
            self._save_factor(connection, user.user_id, None)
        return self._changed(user, by, "user_totp_off", totp=False)

    def user_of_subject(
        self, subject: str, name: str, name_ja: str, roles: Iterable[Role]
    ) -> User | NotAllowed:
        """The account of somebody the town's provider vouches for, made at their first login.

        `subject` is who they are there (issuer and sub); names and roles follow the provider at every login.
        """
        held = frozenset(roles)
        refusal = _roles_refused(held)
        if refusal is not None:
            return refusal
        key = hashlib.sha256(subject.encode()).hexdigest()
        shown = name_ja[:MOST_NAME_JA] or name
        table = self._database.tables.users
        with self._database.write() as connection:
            row = connection.execute(select(table).where(table.c.subject == key).with_for_update()).first()
            if row is None:
                user = User(
                    new_id("user"),
                    self._free_name(connection, name, key),
                    shown,
                    held,
                    False,
                    False,
                    self._database.clock(),
                    subject=key,
                )
                unusable = self._passwords.hashed(secrets.token_urlsafe(32))
                self._insert_user(connection, user, unusable, SYSTEM)
                return user
            user = user_of(row)
            if user.disabled:
                return NotAllowed(
                    "user_disabled", "この利用者は停止されています。", "情報システム担当に確かめてください。"
                )
            if (user.roles, user.name_ja) != (held, shown):
                connection.execute(
                    update(table)
                    .where(table.c.user_id == user.user_id)
                    .values(roles=roles_text(held), name_ja=shown)
                )
                self.audit.record(connection, SYSTEM, "user_roles", "user", user.user_id, "provider")
            return user_of(connection.execute(select(table).where(table.c.user_id == user.user_id)).one())

    def _free_name(self, connection: Connection, wished: str, key: str) -> str:
        """A name of ours for somebody of the provider; never one that a local account has."""
        table = self._database.tables.users
        base = re.sub(r"[^A-Za-z0-9_.-]", "_", wished)[:30] or "user"
        taken = connection.execute(select(table.c.user_id).where(table.c.name == base)).first()
        return base if taken is None else f"{base}.{key[:8]}"

    def _changed(self, user: User, by: Actor, act: str, **values: object) -> User | NotAllowed:
        tables = self._database.tables
        with self._database.write() as connection:
            if self._takes_the_last_administrator(connection, user, values):
                return NotAllowed(
                    "last_administrator",
                    "情報システム担当が一人もいなくなります。",
                    "先に、別の利用者を情報システム担当にしてください。",
                )
            connection.execute(
                update(tables.users).where(tables.users.c.user_id == user.user_id).values(**values)
            )
            connection.execute(delete(tables.sessions).where(tables.sessions.c.user_id == user.user_id))
            self.audit.record(connection, by, act, "user", user.user_id)
            row = connection.execute(select(tables.users).where(tables.users.c.user_id == user.user_id)).one()
        return user_of(row)

    def _takes_the_last_administrator(
        self, connection: Connection, user: User, values: dict[str, object]
    ) -> bool:
        roles = str(values.get("roles", roles_text(user.roles))).split(",")
        stays = Role.ADMINISTRATOR in roles and values.get("disabled") is not True
        if stays or user.disabled or Role.ADMINISTRATOR not in user.roles:
            return False
        table = self._database.tables.users
        active = select(table).where(table.c.disabled.is_(False)).with_for_update()
        others = (user_of(row) for row in connection.execute(active) if row.user_id != user.user_id)
        return not any(Role.ADMINISTRATOR in other.roles for other in others)


def _name_refused(name: str, name_ja: str) -> NotAllowed | None:
    if not NAME.fullmatch(name):
        return NotAllowed(
            "user_name_invalid", "利用者名は英数字と _ . - で40字までです。", "使える文字で決めてください。"
        )
    if len(name_ja) > MOST_NAME_JA or not name_ja.isprintable():
        return NotAllowed(
            "user_name_invalid", f"氏名は{MOST_NAME_JA}字までです。", "改行などを除いて、短くしてください。"
        )
    return None


def _roles_refused(roles: frozenset[Role]) -> NotAllowed | None:
    if roles and roles <= ACCOUNT_ROLES:
        return None
    return NotAllowed("user_roles_invalid", "役割が正しくありません。", "一つ以上の役割を選んでください。")


def _elsewhere(user: User) -> NotAllowed | None:
    if user.subject is None:
        return None
    return NotAllowed(
        "account_elsewhere",
        "この利用者は庁内の認証でログインします。",
        "パスワードなどは庁内の認証の画面で変えてください。",
    )


def _no_such_user() -> NotAllowed:
    return NotAllowed("user_unknown", "この利用者はいません。", "利用者名を確かめてください。")
