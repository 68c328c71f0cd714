"""A look at the accounts of a store without opening it: whether anybody can administer, and known passwords."""

from dataclasses import dataclass

from sqlalchemy import inspect, text

from counter_bridge.sql_database import failures_told, make_engine
from counter_bridge.staff import DEMO_PASSWORD, Passwords, Role

COLUMNS = text("SELECT name, roles, password_hash FROM users WHERE demo = :no AND disabled = :no")


@dataclass(frozen=True)
class AccountCheck:
    """What was found."""

    with_known_password: tuple[str, ...]
    """Accounts whose password is the demo's or their own name."""
    has_administrator: bool


def check_accounts(url: str) -> AccountCheck | None:
    """Looks and changes nothing, not even to bring the tables up to date; None when there are none yet.

    `StoreUnavailable` or `StoreMisconfigured` when it cannot be looked at.
    """
    engine = make_engine(url)
    try:
        with failures_told():
            if not inspect(engine).has_table("users"):
                return None
            with engine.begin() as connection:
                rows = connection.execute(COLUMNS, {"no": False}).all()
    finally:
        engine.dispose()
    passwords = Passwords()
    known = tuple(
        row.name
        for row in rows
        if any(passwords.fits(row.password_hash, guess) for guess in (DEMO_PASSWORD, row.name))
    )
    return AccountCheck(known, any(Role.ADMINISTRATOR in row.roles.split(",") for row in rows))
