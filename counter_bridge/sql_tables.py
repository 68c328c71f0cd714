"""The tables. What is personal stands in `body` columns, encrypted; the rest are ids, states, counters and times.

The plain columns are what queues, calls and the sweep need without a key being used: nothing in them tells who came
or why. `migrations/` makes the same tables; a test holds the two together.
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from counter_bridge.encryption import EncryptedJson, Keys

TOKYO = ZoneInfo("Asia/Tokyo")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can find it in both databases."""


class Moment(TypeDecorator[dt.datetime]):
    """An aware time: kept as UTC, given back in Asia/Tokyo. A time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Asia/Tokyo."""
        del dialect
        if value is None:
            return None
        found: dt.datetime = value
        return (found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)).astimezone(TOKYO)


class Tables:
    """The tables of one store, whose encrypted columns use its keys."""

    def __init__(self, keys: Keys):
        self.metadata = metadata = MetaData(naming_convention=NAMING)
        self.about = Table(
            "about",
            metadata,
            Column("name", String(40), primary_key=True),
            Column("value", LargeBinary, nullable=False),
        )
        """`key_check`: a known text under the key, so that a wrong key is seen at start."""
        self.visits = Table(
            "visits",
            metadata,
            Column("visit_id", String(60), primary_key=True),
            Column("token_hash", String(64), nullable=False, unique=True),
            Column("mode", String(20), nullable=False),
            Column("language", String(20), nullable=False),
            Column("state", String(40), nullable=False),
            Column("on", Moment, nullable=False),
            Column("kb_version", String(80), nullable=False),
            Column("opened_by", String(80)),
            Column("version", Integer, nullable=False),
            Column("created_at", Moment, nullable=False),
            Column("last_activity", Moment, nullable=False),
            Column("expires_at", Moment, nullable=False, index=True),
            Column("body", EncryptedJson(keys, "visits.body"), nullable=False),
        )
        self.turns = Table(
            "turns",
            metadata,
            Column("visit_id", ForeignKey("visits.visit_id", ondelete="CASCADE"), primary_key=True),
            Column("turn_id", String(200), primary_key=True),
            Column("number", Integer, nullable=False),
            Column("body", EncryptedJson(keys, "turns.body"), nullable=False),
        )
        self.conversations = Table(
            "conversations",
            metadata,
            Column("visit_id", ForeignKey("visits.visit_id", ondelete="CASCADE"), primary_key=True),
            Column("version", Integer, nullable=False),
            Column("state", String(20), nullable=False, index=True),
            Column("body", EncryptedJson(keys, "conversations.body"), nullable=False),
        )
        self.messages = Table(
            "messages",
            metadata,
            Column("visit_id", ForeignKey("visits.visit_id", ondelete="CASCADE"), primary_key=True),
            Column("seq", Integer, primary_key=True, autoincrement=False),
            Column("body", EncryptedJson(keys, "messages.body"), nullable=False),
        )
        self.cases = Table(
            "cases",
            metadata,
            Column("case_id", String(60), primary_key=True),
            Column("visit_id", String(60), unique=True),
            Column("version", Integer, nullable=False),
            Column("state", String(20), nullable=False),
            Column("counter", String(80), nullable=False),
            Column("day", Date, nullable=False),
            Column("series", String(4), nullable=False),
            Column("number", Integer, nullable=False),
            Column("status_hash", String(64), nullable=False, unique=True),
            Column("minutes", Integer, nullable=False),
            Column("filed", Boolean, nullable=False),
            Column("calls", Integer, nullable=False),
            Column("called_to", String(80)),
            Column("queued_at", Moment, nullable=False),
            Column("called_at", Moment),
            Column("accepted_at", Moment),
            Column("finished_at", Moment),
            Column("keep_until", Moment, nullable=False, index=True),
            Column("body", EncryptedJson(keys, "cases.body"), nullable=False),
            UniqueConstraint("day", "series", "number"),
            Index(None, "day", "state"),
        )
        self.consents = Table(
            "consents",
            metadata,
            Column("consent_id", String(60), primary_key=True),
            Column("visit_id", String(60), index=True),
            Column("case_id", ForeignKey("cases.case_id", ondelete="CASCADE"), index=True),
            Column("body", EncryptedJson(keys, "consents.body"), nullable=False),
        )
        self.ticket_series = Table(
            "ticket_series",
            metadata,
            Column("series", String(4), primary_key=True),
            Column("day", Date, primary_key=True),
            Column("last", Integer, nullable=False),
            Column("used_at", Moment, nullable=False),
        )
        self.users = Table(
            "users",
            metadata,
            Column("user_id", String(60), primary_key=True),
            Column("name", String(80), nullable=False, unique=True),
            Column("name_ja", String(80), nullable=False),
            Column("roles", String(200), nullable=False),
            Column("password_hash", String(200), nullable=False),
            Column("demo", Boolean, nullable=False),
            Column("disabled", Boolean, nullable=False),
            Column("created_at", Moment, nullable=False),
            Column("temporary_password", Boolean, nullable=False),
            Column("totp", Boolean, nullable=False),
            Column("subject", String(64), unique=True, index=True),
        )
        self.second_factors = Table(
            "second_factors",
            metadata,
            Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
            Column("body", EncryptedJson(keys, "second_factors.body"), nullable=False),
        )
        self.login_attempts = Table(
            "login_attempts",
            metadata,
            Column("key", String(64), primary_key=True),
            Column("failures", Integer, nullable=False),
            Column("last_at", Moment, nullable=False, index=True),
            Column("open_at", Moment, nullable=False),
        )
        """`key` is a seal of what was typed or of an address: people type passwords where a name belongs."""
        self.sign_ons = Table(
            "sign_ons",
            metadata,
            Column("state_hash", String(64), primary_key=True),
            Column("expires_at", Moment, nullable=False, index=True),
            Column("body", EncryptedJson(keys, "sign_ons.body"), nullable=False),
        )
        """Logins begun at the town's OpenID provider and not yet back."""
        self.kiosks = Table(
            "kiosks",
            metadata,
            Column("kiosk_id", String(60), primary_key=True),
            Column("name_ja", String(80), nullable=False),
            Column("created_at", Moment, nullable=False),
            Column("code_hash", String(64), unique=True, index=True),
            Column("pairing_until", Moment),
            Column("credential_hash", String(64), unique=True, index=True),
            Column("paired_at", Moment),
            Column("last_seen_at", Moment),
            Column("revoked_at", Moment),
        )
        self.preservations = Table(
            "preservations",
            metadata,
            Column("preservation_id", String(60), primary_key=True),
            Column("case_id", ForeignKey("cases.case_id", ondelete="CASCADE"), nullable=False, index=True),
            Column("placed_at", Moment, nullable=False),
            Column("placed_by", String(80), nullable=False),
            Column("lifted_at", Moment),
            Column("lifted_by", String(80)),
            Column("body", EncryptedJson(keys, "preservations.body"), nullable=False),
        )
        self.sessions = Table(
            "sessions",
            metadata,
            Column("token_hash", String(64), primary_key=True),
            Column("session_id", String(60), nullable=False, unique=True, index=True),
            Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
            Column("created_at", Moment, nullable=False),
            Column("last_seen_at", Moment, nullable=False),
            Column("expires_at", Moment, nullable=False, index=True),
        )
        self.audit = Table(
            "audit",
            metadata,
            Column("number", Integer, primary_key=True, autoincrement=False),
            Column("at", Moment, nullable=False, index=True),
            Column("actor", String(80), nullable=False),
            Column("role", String(80), nullable=False),
            Column("act", String(80), nullable=False),
            Column("entity", String(80), nullable=False),
            Column("entity_id", String(80), nullable=False, index=True),
            Column("why", String(80), nullable=False),
            Column("seal", String(64), nullable=False),
        )
        self.audit_head = Table(
            "audit_head",
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("last_number", Integer, nullable=False),
            Column("last_seal", String(64), nullable=False),
            Column("pruned_number", Integer, nullable=False),
            Column("pruned_seal", String(64), nullable=False),
            Column("seal", String(64), nullable=False),
        )

    @property
    def encrypted(self) -> tuple[Table, ...]:
        """The tables with a `body`."""
        return (
            self.visits,
            self.turns,
            self.conversations,
            self.messages,
            self.cases,
            self.consents,
            self.second_factors,
            self.sign_ons,
            self.preservations,
        )
