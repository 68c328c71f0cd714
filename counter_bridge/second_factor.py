"""The second half of a login, for accounts that want it: a code of six digits from a phone (TOTP, RFC 6238).

A code counts once; recovery codes stand in for a lost phone, once each. The secret stands encrypted, recovery codes as
hashes.
"""

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass, field, replace

import pyotp

from counter_bridge.staff import token_hash

STEP_S = 30
STEPS_AROUND = 1
"""A phone whose clock is half a minute off is let in."""
STEPS_CLOCK_SET_BACK = 20
"""A step used this far ahead stems from a clock that was wrong then; it must not lock its owner out."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 5
"""40 bits each; the lock-out of logins stands before guessing."""


@dataclass(frozen=True)
class SecondFactor:
    """What is kept for one account."""

    secret: str = field(repr=False)
    confirmed: bool = False
    """False until the first code was typed: a phone that was never set up must lock nobody out."""
    last_step: int = 0
    """Codes up to this step of the clock are used up."""
    recovery_hashes: tuple[str, ...] = field(default=(), repr=False)

    def uri(self, name: str, issuer: str) -> str:
        """What the QR code for the phone says (otpauth://…)."""
        return pyotp.TOTP(self.secret, interval=STEP_S).provisioning_uri(name=name, issuer_name=issuer)

    def accepting(self, code: str, now: dt.datetime) -> "SecondFactor | None":
        """What is kept after `code` was accepted; None when it does not fit or was used before."""
        typed = code.strip().replace(" ", "").replace("-", "")
        totp = pyotp.TOTP(self.secret, interval=STEP_S)
        present = int(now.timestamp()) // STEP_S
        used_up = self.last_step if self.last_step <= present + STEPS_CLOCK_SET_BACK else 0
        for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
            if step > used_up and hmac.compare_digest(totp.generate_otp(step), typed):
                return replace(self, last_step=step)
        used = token_hash(typed.lower())
        if used in self.recovery_hashes:
            return replace(self, recovery_hashes=tuple(h for h in self.recovery_hashes if h != used))
        return None


def new_second_factor() -> SecondFactor:
    """A secret not yet confirmed."""
    return SecondFactor(pyotp.random_base32())


def with_recovery_codes(factor: SecondFactor) -> tuple[SecondFactor, tuple[str, ...]]:
    """The factor with new recovery codes, and the codes, which are shown once."""
    codes = tuple(secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES))
    hashed = tuple(token_hash(code) for code in codes)
    shown = tuple(f"{code[: len(code) // 2]}-{code[len(code) // 2 :]}" for code in codes)
    return replace(factor, confirmed=True, recovery_hashes=hashed), shown
