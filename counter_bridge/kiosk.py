"""A kiosk as a paired device: it gets a credential of its own for a code an administrator gives out, and may lose it.

Pairing guards card and print, not the conversation (API.md): a visit by the town's website needs neither.
"""

import datetime as dt
import secrets
from dataclasses import dataclass, field

CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No sign that is read as another; eight of them are 40 bits."""
CODE_HALF = 4
CODE_LASTS = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Kiosk:
    """A device of the town."""

    kiosk_id: str
    name_ja: str
    """Where it stands: 「1階 正面入口 左」."""
    created_at: dt.datetime
    pairing_until: dt.datetime | None
    """Until when its code may be typed; None: no code is out."""
    paired_at: dt.datetime | None
    last_seen_at: dt.datetime | None
    revoked_at: dt.datetime | None

    def state(self, now: dt.datetime) -> str:
        """revoked, paired, waiting (a code is out) or unpaired."""
        if self.revoked_at is not None:
            return "revoked"
        if self.paired_at is not None:
            return "paired"
        return "waiting" if self.pairing_until is not None and now < self.pairing_until else "unpaired"


@dataclass(frozen=True)
class PairingCode:
    """A code to type at the kiosk, shown once."""

    kiosk: Kiosk
    code: str = field(repr=False)


@dataclass(frozen=True)
class PairedKiosk:
    """A kiosk just paired; the credential is shown once and only its hash is kept."""

    kiosk: Kiosk
    credential: str = field(repr=False)


def new_code() -> str:
    """A code such as `K7QF-3MWT`."""
    return "-".join("".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_HALF)) for _ in range(2))


def plain_code(typed: str) -> str:
    """What was typed, as it is hashed.

    >>> plain_code(" k7qf 3mwt")
    'K7QF3MWT'
    """
    return "".join(sign for sign in typed.upper() if sign.isalnum())
