"""The history of a case: who did what to it and when, with each value a correction replaced.

It lies in the case and ends with it; the audit, which outlives the case, keeps codes and ids only. A value that rests
on a consent goes out of the history too when the consent is taken back (COUNTER_RULES 5).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.facts import Facts, Origin, Value


@dataclass(frozen=True)
class FactChange:
    """One fact before and after an act; None: it was not known, or is no longer."""

    key: str
    before: Value | None = None
    after: Value | None = None
    origin_before: Origin | None = None
    origin: Origin | None = None
    rests_on: tuple[str, ...] = ()
    """Ids of the consents either value rests on."""
    blanked: bool = False
    """The values are gone with the consent."""


@dataclass(frozen=True)
class HistoryEntry:
    """One act as colleagues see it."""

    event: str
    by: str
    role: str
    at: dt.datetime
    by_ja: str = ""
    what: str = ""
    """Id of the check, paper or procedure it was about."""
    from_counter: str = ""
    to_counter: str = ""
    text_ja: str = ""
    """The reason given, or what is waited for."""
    changes: tuple[FactChange, ...] = ()

    @property
    def shown_by(self) -> str:
        """What a colleague is told: the name, else the account."""
        return self.by_ja or self.by


def changes_between(before: Facts, after: Facts) -> Iterator[FactChange]:
    """What differs, in the order of the keys."""
    for key in sorted(before.by_key.keys() | after.by_key.keys()):
        old, new = before.get(key), after.get(key)
        if old == new or (old and new and (old.value, old.origin) == (new.value, new.origin)):
            continue
        yield FactChange(
            key,
            None if old is None else old.value,
            None if new is None else new.value,
            None if old is None else old.origin,
            None if new is None else new.origin,
            tuple(dict.fromkeys(f.source for f in (old, new) if f is not None and f.origin is Origin.CARD)),
        )


def without_consent(history: tuple[HistoryEntry, ...], consent_id: str) -> tuple[HistoryEntry, ...]:
    """The history without any value that rests on this consent."""
    return tuple(
        replace(
            entry,
            changes=tuple(
                FactChange(change.key, blanked=True) if consent_id in change.rests_on else change
                for change in entry.changes
            ),
        )
        for entry in history
    )


def without_values(history: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    """The acts alone, for a case that was given up."""
    return tuple(replace(entry, text_ja="", changes=()) for entry in history)
