"""Who acts: accounts of the town and of its contractor, their roles, and the actor of each act.

Passwords are kept as argon2 hashes only. Accounts made for the demo carry a mark and open nothing outside it.
"""

import datetime as dt
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Role(StrEnum):
    """What an actor may do; the last two are no accounts."""

    COUNTER_STAFF = "counter_staff"
    TOWN_OPERATOR = "town_operator"
    CONTRACT_OPERATOR = "contract_operator"
    ATTENDANT = "attendant"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"
    SYSTEM = "system"


ACCOUNT_ROLES = frozenset(Role) - {Role.RESIDENT, Role.SYSTEM}

DEMO_NAMES_JA: dict[Role, str] = {
    Role.COUNTER_STAFF: "見本 窓口職員",
    Role.TOWN_OPERATOR: "見本 市の遠隔職員",
    Role.CONTRACT_OPERATOR: "見本 委託の遠隔オペレーター",
    Role.ATTENDANT: "見本 案内係",
    Role.KNOWLEDGE_EDITOR: "見本 業務担当",
    Role.AUDITOR: "見本 監査担当",
    Role.ADMINISTRATOR: "見本 情報システム担当",
}
"""Demo accounts are named after their roles; password `demo`."""

DEMO_PASSWORD = "demo"  # noqa: S105  (public on purpose: such accounts open nothing outside the demo)


@dataclass(frozen=True)
class Actor:
    """Who does an act, as the audit names them."""

    user: str
    role: Role
    name_ja: str = ""

    @property
    def shown(self) -> str:
        """What a colleague is told: the name, else the account."""
        return self.name_ja or self.user


RESIDENT = Actor("resident", Role.RESIDENT)
SYSTEM = Actor("system", Role.SYSTEM)


@dataclass(frozen=True)
class User:
    """An account."""

    user_id: str
    name: str
    """What is typed at login."""
    name_ja: str
    roles: frozenset[Role]
    demo: bool
    disabled: bool
    created_at: dt.datetime
    temporary_password: bool = False
    """Given by an administrator: until it is changed the account does nothing else."""
    totp: bool = False
    """Whether a code of six digits is asked for beside the password."""
    subject: str | None = None
    """Who this is at the town's own OpenID provider, hashed; such an account has no password here."""

    def acting_as(self, role: Role) -> Actor:
        """This account as the actor of an act; `ValueError` for a role it does not have."""
        if role not in self.roles:
            raise ValueError(f"the account does not have the role {role}")
        return Actor(self.name, role, self.name_ja)


@dataclass(frozen=True)
class StaffSession:
    """A login that is in force."""

    session_id: str
    """Names it in lists; opens nothing."""
    user: User
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    """When it ends if nothing more is done."""
    ends_at: dt.datetime
    """When it ends whatever is done."""


CLOCK_TOLERANCE = dt.timedelta(minutes=5)
"""Clocks of two machines on one database, or one that is corrected a little."""


@dataclass(frozen=True)
class SessionRules:
    """How long a login lasts."""

    idle: dt.timedelta = dt.timedelta(hours=1)
    longest: dt.timedelta = dt.timedelta(hours=12)

    def is_believable(self, begun_at: dt.datetime, now: dt.datetime) -> bool:
        """Whether a login began before now; one of the future stems from a clock that was set back, and is over."""
        return begun_at <= now + CLOCK_TOLERANCE


class Passwords:
    """argon2id; checking costs the same whether or not the account exists."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hashed(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(_as_one_types_it_anywhere(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one whose hash was kept; None: there is no such account."""
        try:
            self._hasher.verify(self._nobody if kept is None else kept, _as_one_types_it_anywhere(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def _as_one_types_it_anywhere(password: str) -> str:
    """The same signs from every keyboard: full and half width, composed or not, are one password."""
    return unicodedata.normalize("NFKC", password)


def new_token() -> str:
    """A random key of 256 bits for a visit or a login; only its hash is kept."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token; no salt is needed for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_id(kind: str) -> str:
    """A random id such as `case-5f0c…`, which tells nothing about order, person or time."""
    return f"{kind}-{secrets.token_hex(10)}"
