"""Wrong logins make the next ones wait, whoever is asked for; a good one clears the way."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from counter_bridge.login_rules import ACCOUNT, ADDRESS, LoginDelayed
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor, Role, User

PASSWORD = "a long sentence nobody guesses"
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)


@pytest.fixture
def suzuki(store: SqlStore) -> User:
    user = store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    assert isinstance(user, User)
    return user


WRONG = "wrong"


def guess(store: SqlStore, name: str = "suzuki", password: str = WRONG, address: str | None = None):
    return store.authenticate(name, password, demo=False, address=address)


def wait_of(store: SqlStore, name: str) -> int:
    found = guess(store, name)
    return found.wait_s if isinstance(found, LoginDelayed) else 0


def test_the_delay_grows_and_has_an_end(store: SqlStore, suzuki, clock):
    assert [guess(store) for _ in range(ACCOUNT.free)] == [None] * ACCOUNT.free
    waits = []
    for _ in range(9):
        found = guess(store)
        assert isinstance(found, LoginDelayed)
        waits.append(found.wait_s)
        clock.forward(seconds=found.wait_s)
        assert guess(store) is None
    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_during_the_delay_the_right_password_is_not_even_looked_at(store: SqlStore, suzuki, clock):
    for _ in range(ACCOUNT.free):
        guess(store)
    assert guess(store, password=PASSWORD) == LoginDelayed(10)
    clock.forward(seconds=9)
    assert guess(store, password=PASSWORD) == LoginDelayed(1)
    clock.forward(seconds=1)
    assert guess(store, password=PASSWORD) == suzuki
    assert [guess(store) for _ in range(ACCOUNT.free)] == [None] * ACCOUNT.free, "and all is forgiven"


def test_an_account_that_does_not_exist_waits_alike(store: SqlStore, suzuki):
    there = [guess(store, "suzuki") for _ in range(8)]
    nobody = [guess(store, "nobody") for _ in range(8)]
    assert there == nobody


def test_a_restart_forgets_no_delay(place, clock):
    first = place.open()
    first.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    for _ in range(ACCOUNT.free):
        guess(first)
    first.close()
    again = place.open()
    assert guess(again, password=PASSWORD) == LoginDelayed(10)
    again.close()


def test_an_address_that_tries_many_names_waits_too(store: SqlStore, suzuki, clock):
    for number in range(ADDRESS.free):
        assert guess(store, f"name{number}", address="192.0.2.7") is None
    assert guess(store, "suzuki", PASSWORD, address="192.0.2.7") == LoginDelayed(10)
    assert guess(store, "suzuki", PASSWORD, address="192.0.2.8") == suzuki
    clock.forward(seconds=10)
    assert guess(store, "suzuki", PASSWORD, address="192.0.2.7") == suzuki
    assert guess(store, "another", address="192.0.2.7") is None
    assert isinstance(guess(store, "other", address="192.0.2.7"), LoginDelayed), (
        "one good login does not clear what an address did to others"
    )


def test_guesses_at_the_same_moment_are_all_counted(store: SqlStore, suzuki):
    with ThreadPoolExecutor(8) as hands:
        found = list(hands.map(lambda n: guess(store, password=f"guess {n}"), range(24)))
    assert found.count(None) == ACCOUNT.free
    assert sum(isinstance(one, LoginDelayed) for one in found) == 24 - ACCOUNT.free


@pytest.mark.parametrize("days", [-400, -1, 1])
def test_a_clock_that_is_set_locks_nobody_out_for_long(store: SqlStore, suzuki, clock, days):
    for _ in range(ACCOUNT.free):
        guess(store)
    clock.forward(days=days)
    assert wait_of(store, "suzuki") <= 10
    clock.forward(seconds=10)
    assert guess(store, password=PASSWORD) == suzuki


def test_what_was_typed_as_a_name_is_not_kept(store: SqlStore):
    guess(store, name="my-secret-password", address="192.0.2.7")
    with store._database.read() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM login_attempts").all())
    assert "secret" not in kept
    assert "192.0.2" not in kept


def test_counts_are_forgotten_after_a_day(store: SqlStore, suzuki, clock):
    guess(store)
    clock.forward(days=1)
    store.sweep()
    with store._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM login_attempts").scalar() == 0


def test_a_new_password_from_the_administrator_ends_the_delay(store: SqlStore, suzuki):
    for _ in range(ACCOUNT.free):
        guess(store)
    store.set_password("suzuki", PASSWORD + " more", ADMINISTRATOR, temporary=True)
    found = guess(store, password=PASSWORD + " more")
    assert isinstance(found, User)
    assert found.temporary_password is True


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaaa", "abababababababab", "suzukisuzuki", "suzuki-Suzuki!", "password1234", "abcdefghijklmnop",
     "qwertyuiop1234", "012345678901234", "ＰＡＳＳＷＯＲＤ１２３４"],
)  # fmt: skip
def test_what_a_stranger_tries_first_is_refused(store: SqlStore, suzuki, password):
    assert store.set_password("suzuki", password, ADMINISTRATOR).code == "password_guessable"


@pytest.mark.parametrize(
    "password", [PASSWORD, "朝は庭の水やりから始まる", "tree-lamp-boat-rain", "K7qf-3mwt-9hzp"]
)
def test_long_unrelated_words_will_do(store: SqlStore, suzuki, password):
    assert isinstance(store.set_password("suzuki", password, ADMINISTRATOR), User)


def test_full_width_letters_are_the_same_password(store: SqlStore, suzuki):
    assert guess(store, password="ａ ｌｏｎｇ ｓｅｎｔｅｎｃｅ ｎｏｂｏｄｙ ｇｕｅｓｓｅｓ") == suzuki


def test_a_password_of_a_million_characters_is_refused(store: SqlStore, suzuki):
    assert store.set_password("suzuki", "ab3-x" * 200_000, ADMINISTRATOR).code == "password_too_long"
