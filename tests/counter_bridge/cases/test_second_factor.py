"""The code of a phone beside the password: asked for once confirmed, counted once, replaced by recovery codes."""

import pyotp
import pytest

from counter_bridge.refusal import NotAllowed
from counter_bridge.second_factor import RECOVERY_CODES, SecondFactor
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role, User

PASSWORD = "a long sentence nobody guesses"
HERSELF = Actor("suzuki", Role.COUNTER_STAFF)


@pytest.fixture
def suzuki(store: SqlStore) -> User:
    user = store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    assert isinstance(user, User)
    return user


class Phone:
    """An authenticator app with the store's secret."""

    def __init__(self, secret: str, clock):
        self.totp, self.clock = pyotp.TOTP(secret), clock

    @property
    def code(self) -> str:
        return self.totp.at(self.clock.now)


@pytest.fixture
def phone(store: SqlStore, suzuki: User, clock) -> Phone:
    begun = store.begin_second_factor(suzuki)
    assert isinstance(begun, SecondFactor)
    return Phone(begun.secret, clock)


@pytest.fixture
def recovery(store: SqlStore, suzuki: User, phone: Phone, clock) -> tuple[str, ...]:
    codes = store.confirm_second_factor(suzuki, phone.code, HERSELF)
    assert isinstance(codes, tuple)
    clock.forward(seconds=60)
    return codes


def login(store: SqlStore, code: str | None = None):
    return store.authenticate("suzuki", PASSWORD, demo=False, code=code)


def test_nothing_is_asked_for_before_the_first_code(store: SqlStore, suzuki, phone):
    assert login(store) == suzuki
    assert store.confirm_second_factor(suzuki, "000000", HERSELF).code == "totp_wrong"
    assert login(store) == suzuki


def test_password_and_code_together_open_the_account(store: SqlStore, phone, recovery):
    assert len(set(recovery)) == RECOVERY_CODES
    assert login(store) is None
    assert login(store, "000000") is None
    found = login(store, phone.code)
    assert isinstance(found, User)
    assert found.totp is True


def test_a_code_counts_once(store: SqlStore, phone, recovery, clock):
    seen = phone.code
    assert isinstance(login(store, seen), User)
    assert login(store, seen) is None, "whoever looked over the shoulder comes too late"
    clock.forward(seconds=30)
    assert isinstance(login(store, phone.code), User)


def test_a_phone_half_a_minute_off_is_let_in(store: SqlStore, phone, recovery, clock):
    early = phone.code
    clock.forward(seconds=29)
    assert isinstance(login(store, early), User)
    clock.forward(seconds=300)
    assert login(store, phone.totp.at(clock.now.timestamp() - 90)) is None


def test_a_recovery_code_stands_in_once(store: SqlStore, recovery):
    assert isinstance(login(store, recovery[3].upper().replace("-", " ")), User)
    assert login(store, recovery[3]) is None
    assert isinstance(login(store, recovery[4]), User)


def test_a_clock_set_back_does_not_lock_the_owner_out(store: SqlStore, phone, recovery, clock):
    clock.forward(days=30)
    assert isinstance(login(store, phone.code), User)
    clock.forward(days=-30, seconds=60)
    assert isinstance(login(store, phone.code), User)


def test_secret_and_recovery_codes_are_not_readable_in_the_database(store: SqlStore, phone, recovery):
    with store._database.read() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM second_factors").scalar()
    assert phone.totp.secret.encode() not in bytes(kept)
    with store._database.read() as connection:
        factor = store._factor(connection, next(u for u in store.list_users()).user_id)
    assert not any(code.replace("-", "") in str(factor.recovery_hashes) for code in recovery)


def test_an_administrator_takes_it_off_and_every_login_ends(store: SqlStore, suzuki, recovery):
    opened = store.open_session(suzuki)
    dropped = store.drop_second_factor("suzuki", Actor("admin", Role.ADMINISTRATOR))
    assert isinstance(dropped, User)
    assert dropped.totp is False
    assert store.session_of(opened.token) is None
    assert isinstance(login(store), User)


def test_it_is_not_begun_twice(store: SqlStore, recovery):
    user = store.user_named("suzuki")
    assert user is not None
    refused = store.begin_second_factor(user)
    assert isinstance(refused, NotAllowed)
    assert refused.code == "totp_on"
