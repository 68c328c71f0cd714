"""Accounts that stay usable: the last administrator, sessions by name, people of the town's provider, kiosks."""

import datetime as dt

import pytest

from counter_bridge.kiosk import PairedKiosk, PairingCode
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import SYSTEM, Actor, Role, User

PASSWORD = "a long sentence nobody guesses"
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)


@pytest.fixture
def admin(store: SqlStore) -> User:
    user = store.add_user("admin", "管理", [Role.ADMINISTRATOR, Role.AUDITOR], PASSWORD)
    assert isinstance(user, User)
    return user


def test_the_last_administrator_stays_one(store: SqlStore, admin):
    assert store.set_roles("admin", [Role.AUDITOR], SYSTEM).code == "last_administrator"
    assert store.disable_user("admin", SYSTEM).code == "last_administrator"
    assert store.disable_user("admin", ADMINISTRATOR).code == "own_account"
    store.add_user("second", "管理2", [Role.ADMINISTRATOR], PASSWORD)
    assert isinstance(store.set_roles("admin", [Role.AUDITOR], SYSTEM), User)
    assert store.disable_user("second", ADMINISTRATOR).code == "last_administrator"


def test_other_roles_end_every_login(store: SqlStore, admin):
    store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    opened = store.open_session(store.user_named("suzuki"))
    changed = store.set_roles("suzuki", [Role.ATTENDANT], ADMINISTRATOR)
    assert isinstance(changed, User)
    assert changed.roles == {Role.ATTENDANT}
    assert store.session_of(opened.token) is None


def test_an_account_let_in_again_needs_a_new_login(store: SqlStore, admin):
    store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF], PASSWORD)
    opened = store.open_session(store.user_named("suzuki"))
    store.disable_user("suzuki", ADMINISTRATOR)
    assert isinstance(store.enable_user("suzuki", ADMINISTRATOR), User)
    assert store.session_of(opened.token) is None
    assert isinstance(store.authenticate("suzuki", PASSWORD, demo=False), User)


def test_a_session_is_ended_by_its_name_which_opens_nothing(store: SqlStore, admin):
    opened = store.open_session(admin)
    (listed,) = store.list_sessions()
    assert store.session_of(listed.session_id) is None
    assert store.end_session(listed.session_id, ADMINISTRATOR, user_id="user-other") is False
    assert store.end_session(listed.session_id, ADMINISTRATOR) is True
    assert store.end_session(listed.session_id, ADMINISTRATOR) is False
    assert store.session_of(opened.token) is None


def test_looking_alone_keeps_no_session_alive(store: SqlStore, admin, clock):
    opened = store.open_session(admin)
    clock.forward(minutes=40)
    assert store.session_of(opened.token, keep=False) is not None
    clock.forward(minutes=20)
    assert store.session_of(opened.token) is None


def test_a_session_of_the_future_is_over_once_the_clock_is_right(store: SqlStore, admin, clock):
    clock.forward(days=300)
    opened = store.open_session(admin)
    assert store.session_of(opened.token) is not None
    clock.forward(days=-300)
    assert store.session_of(opened.token) is None


def test_what_is_told_of_the_end_is_when_it_ends(store: SqlStore, admin, clock):
    opened = store.open_session(admin)
    clock.forward(minutes=2)
    told = store.session_of(opened.token)
    assert told.expires_at == opened.session.expires_at, "not yet written, so not yet later"
    clock.forward(minutes=10)
    assert store.session_of(opened.token).expires_at == clock.now + dt.timedelta(hours=1)
    assert told.ends_at == opened.session.created_at + dt.timedelta(hours=12)


# ---------------------------------------------------------------------- people of the town's provider


def test_somebody_of_the_provider_has_one_account_whose_roles_follow(store: SqlStore):
    made = store.user_of_subject("https://id.example 42", "s.tanaka@example", "田中", [Role.COUNTER_STAFF])
    assert isinstance(made, User)
    assert made.name == "s.tanaka_example"
    again = store.user_of_subject("https://id.example 42", "renamed", "田中 さくら", [Role.AUDITOR])
    assert isinstance(again, User)
    assert (again.user_id, again.name, again.name_ja) == (made.user_id, made.name, "田中 さくら")
    assert again.roles == {Role.AUDITOR}


def test_the_provider_takes_over_no_local_account(store: SqlStore, admin):
    other = store.user_of_subject("https://id.example 43", "admin", "偽", [Role.COUNTER_STAFF])
    assert isinstance(other, User)
    assert other.name != "admin"
    assert other.user_id != admin.user_id


def test_somebody_of_the_provider_has_no_password_here_and_may_be_locked_out(store: SqlStore, admin):
    store.user_of_subject("https://id.example 42", "tanaka", "田中", [Role.COUNTER_STAFF])
    assert store.set_password("tanaka", PASSWORD, ADMINISTRATOR).code == "account_elsewhere"
    store.disable_user("tanaka", ADMINISTRATOR)
    refused = store.user_of_subject("https://id.example 42", "tanaka", "田中", [Role.COUNTER_STAFF])
    assert isinstance(refused, NotAllowed)
    assert store.user_of_subject("https://id.example 44", "x", "x", []).code == "user_roles_invalid"


# ---------------------------------------------------------------------- kiosks


def test_a_kiosk_is_paired_once_with_its_code(store: SqlStore, clock):
    added = store.add_kiosk("1階 正面入口", ADMINISTRATOR)
    assert isinstance(added, PairingCode)
    assert added.code not in repr(added)
    assert store.pair_kiosk("AAAA-AAAA").code == "pairing_code_wrong"
    paired = store.pair_kiosk(added.code.lower().replace("-", " "))
    assert isinstance(paired, PairedKiosk)
    assert store.kiosk_with(paired.credential).name_ja == "1階 正面入口"
    assert store.pair_kiosk(added.code).code == "pairing_code_wrong"
    assert store.kiosk_with(added.code) is None
    assert [kiosk.state(clock.now) for kiosk in store.list_kiosks()] == ["paired"]


def test_a_code_lasts_a_quarter_of_an_hour_whatever_the_clock_does(store: SqlStore, clock):
    added = store.add_kiosk("入口", ADMINISTRATOR)
    clock.forward(minutes=15)
    assert store.pair_kiosk(added.code).code == "pairing_code_wrong"
    clock.forward(days=-100)
    assert store.pair_kiosk(added.code).code == "pairing_code_wrong"


def test_a_revoked_kiosk_is_out_at_once_and_comes_back_by_a_new_code(store: SqlStore, clock):
    paired = store.pair_kiosk(store.add_kiosk("入口", ADMINISTRATOR).code)
    assert isinstance(paired, PairedKiosk)
    store.revoke_kiosk(paired.kiosk.kiosk_id, ADMINISTRATOR)
    assert store.kiosk_with(paired.credential) is None
    again = store.new_pairing_code(paired.kiosk.kiosk_id, ADMINISTRATOR)
    assert isinstance(again, PairingCode)
    new = store.pair_kiosk(again.code)
    assert isinstance(new, PairedKiosk)
    assert store.kiosk_with(paired.credential) is None, "the old machine stays out"
    assert store.kiosk_with(new.credential) is not None
    assert isinstance(store.revoke_kiosk("kiosk-none", ADMINISTRATOR), NotFound)
    acts = [e.act for e in reversed(store.audit.list(entity_id=paired.kiosk.kiosk_id))]
    assert acts == ["kiosk_add", "kiosk_pair", "kiosk_revoke", "kiosk_code", "kiosk_pair"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "あ" * 1_000_000, "a\nb", "\x00"])
def test_a_kiosk_needs_a_name_that_fits_a_line(store: SqlStore, name):
    assert store.add_kiosk(name, ADMINISTRATOR).code == "kiosk_name_invalid"
