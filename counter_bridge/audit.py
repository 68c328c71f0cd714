"""The audit: who did what kind of thing to which record, when and why; append-only, each entry sealed to the last.

An entry carries codes and ids, never a value: whatever does not look like a code is refused. The seals form a chain
under a key outside the database, so that an entry cannot be changed, taken out or put in unseen; the head names the
last entry, so that none can be cut off the end. Nothing here knows where entries are kept.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from counter_bridge.encryption import Keys
from counter_bridge.errors import AuditRefused

CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,79}")
ENTITY_ID = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
BEGINNING = "beginning"
"""The seal before the first entry."""


@dataclass(frozen=True)
class AuditEntry:
    """One entry as kept."""

    number: int
    at: dt.datetime
    actor: str
    role: str
    act: str
    entity: str
    """What kind of record: case, visit, consent, user, export, …"""
    entity_id: str
    why: str
    seal: str


@dataclass(frozen=True)
class AuditHead:
    """The two ends of the chain."""

    last_number: int
    last_seal: str
    pruned_number: int
    """Entries up to this one were removed when their term was over."""
    pruned_seal: str


@dataclass(frozen=True)
class AuditIntact:
    """Every seal fits; noting `head` elsewhere proves later that nothing was rolled back."""

    entries: int
    head: str


@dataclass(frozen=True)
class AuditBroken:
    """The first place where the chain does not fit."""

    number: int
    reason: str


READ_ACTS = frozenset({"read", "print", "export"})
"""Acts that look at a person's data without changing it."""


@dataclass(frozen=True)
class AuditQuery:
    """What an auditor looks for; what is not said is not asked for."""

    entity_id: str | None = None
    entity: str | None = None
    actor: str | None = None
    act: str | None = None
    at_from: dt.datetime | None = None
    at_until: dt.datetime | None = None
    before_number: int | None = None
    """Only entries older than this one, to turn pages."""
    limit: int = 200


@dataclass(frozen=True)
class Reads:
    """How often staff looked at something, and when last."""

    times: int
    last_at: dt.datetime | None


def checked(actor: str, role: str, act: str, entity: str, entity_id: str, why: str) -> None:
    """Refuses anything that is no code or id; the text of the error repeats nothing."""
    for name, text in (("role", role), ("act", act), ("entity", entity)):
        if not CODE.fullmatch(text):
            raise AuditRefused(f"{name} is no code")
    if why and not CODE.fullmatch(why):
        raise AuditRefused("why is no code")
    for name, text in (("actor", actor), ("entity_id", entity_id)):
        if not ENTITY_ID.fullmatch(text):
            raise AuditRefused(f"{name} is no id")


def seal_of(keys: Keys, entry: AuditEntry, previous_seal: str) -> str:
    """The seal that ties an entry to the one before it."""
    fields = [
        previous_seal,
        entry.number,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.role,
        entry.act,
        entry.entity,
        entry.entity_id,
        entry.why,
    ]
    return keys.sealed(json.dumps(fields, ensure_ascii=True))


def head_seal(keys: Keys, head: AuditHead) -> str:
    """The seal of the head itself."""
    return keys.sealed(
        json.dumps(["head", head.last_number, head.last_seal, head.pruned_number, head.pruned_seal])
    )


def verify(
    keys: Keys, head: AuditHead, head_seal_kept: str, entries: Iterable[AuditEntry]
) -> AuditIntact | AuditBroken:
    """Walks the whole chain, oldest first."""
    if head_seal(keys, head) != head_seal_kept:
        return AuditBroken(head.last_number, "head_altered")
    number, seal, count = head.pruned_number, head.pruned_seal, 0
    for entry in entries:
        number += 1
        if entry.number != number:
            return AuditBroken(number, "entry_missing")
        if seal_of(keys, entry, seal) != entry.seal:
            return AuditBroken(number, "entry_altered")
        seal, count = entry.seal, count + 1
    if (number, seal) != (head.last_number, head.last_seal):
        return AuditBroken(number + 1, "end_cut_off")
    return AuditIntact(count, f"{number}:{seal}")
