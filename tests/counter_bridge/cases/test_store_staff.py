"""Accounts and logins."""

import pytest

from counter_bridge.refusal import NotAllowed
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import ACCOUNT_ROLES, Actor, Role, User, token_hash

PASSWORD = "a long sentence nobody guesses"
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)


@pytest.fixture
def suzuki(store: SqlStore) -> User:
    user = store.add_user("suzuki", "鈴木", [Role.COUNTER_STAFF, Role.AUDITOR], PASSWORD, by=ADMINISTRATOR)
    assert isinstance(user, User)
    return user


def test_the_right_password_opens_the_account(store: SqlStore, suzuki: User):
    assert store.authenticate("suzuki", PASSWORD, demo=False) == suzuki
    assert store.authenticate("suzuki", PASSWORD + ".", demo=False) is None
    assert store.authenticate("nobody", PASSWORD, demo=False) is None
    assert store.list_users() == (suzuki,)


def test_passwords_are_kept_as_hashes_only(store: SqlStore, suzuki: User):
    with store._database.read() as connection:
        kept = connection.exec_driver_sql("SELECT password_hash FROM users").scalar()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("name", "roles", "password", "code"),
    [
        ("suzuki", [Role.AUDITOR], PASSWORD, "user_exists"),
        ("鈴木", [Role.AUDITOR], PASSWORD, "user_name_invalid"),
        ("a b", [Role.AUDITOR], PASSWORD, "user_name_invalid"),
        ("tanaka", [], PASSWORD, "user_roles_invalid"),
        ("tanaka", [Role.SYSTEM], PASSWORD, "user_roles_invalid"),
        ("tanaka", [Role.AUDITOR], "short", "password_too_short"),
    ],
)
def test_an_account_that_does_not_do_is_refused(store: SqlStore, suzuki, name, roles, password, code):
    refused = store.add_user(name, "田中", roles, password)
    assert isinstance(refused, NotAllowed)
    assert refused.code == code
    assert refused.remedy_ja


def test_demo_accounts_are_named_after_their_roles_and_open_only_the_demo(store: SqlStore):
    store.ensure_demo_accounts()
    store.ensure_demo_accounts()
    users = store.list_users()
    assert {user.name for user in users} == {role.value for role in ACCOUNT_ROLES}
    assert all(user.roles == {Role(user.name)} for user in users)
    clerk = next(user for user in users if user.name == "counter_staff")
    assert store.authenticate("counter_staff", "demo", demo=True) == clerk
    assert store.authenticate("counter_staff", "demo", demo=False) is None


def test_a_login_lasts_while_it_is_used_and_never_longer_than_its_longest_time(
    store: SqlStore, suzuki, clock
):
    opened = store.open_session(suzuki)
    assert opened.token not in repr(opened)
    for _ in range(13):
        clock.forward(minutes=55)
        found = store.session_of(opened.token)
        assert found is not None
        assert found.user == suzuki
    clock.forward(minutes=6)
    assert store.session_of(opened.token) is None


def test_a_login_nobody_uses_ends_after_an_hour(store: SqlStore, suzuki, clock):
    opened = store.open_session(suzuki)
    clock.forward(minutes=60)
    assert store.session_of(opened.token) is None
    assert store.sweep().sessions == 1


def test_a_closed_login_is_over_and_a_foreign_token_opens_nothing(store: SqlStore, suzuki):
    one, two = store.open_session(suzuki), store.open_session(suzuki)
    store.close_session(one.token)
    assert store.session_of(one.token) is None
    assert store.session_of(two.token) is not None
    assert store.session_of(token_hash(two.token)) is None


def test_a_new_password_or_a_lock_ends_every_login(store: SqlStore, suzuki):
    opened = store.open_session(suzuki)
    assert isinstance(store.set_password("suzuki", PASSWORD + " more", ADMINISTRATOR), User)
    assert store.session_of(opened.token) is None
    assert store.authenticate("suzuki", PASSWORD, demo=False) is None
    again = store.open_session(suzuki)
    locked = store.disable_user("suzuki", ADMINISTRATOR)
    assert locked.disabled is True
    assert store.session_of(again.token) is None
    assert store.authenticate("suzuki", PASSWORD + " more", demo=False) is None
    for refused in (
        store.set_password("nobody", PASSWORD, ADMINISTRATOR),
        store.disable_user("nobody", ADMINISTRATOR),
    ):
        assert refused.code == "user_unknown"
    assert store.set_password("suzuki", "short", ADMINISTRATOR).code == "password_too_short"


def test_accounts_and_logins_are_in_the_audit(store: SqlStore, suzuki):
    store.open_session(suzuki)
    store.disable_user("suzuki", ADMINISTRATOR)
    entries = store.audit.list(entity_id=suzuki.user_id)
    assert [(e.act, e.actor) for e in reversed(entries)] == [
        ("user_add", "admin"),
        ("login", "suzuki"),
        ("user_disable", "admin"),
    ]


def test_an_account_acts_only_in_its_roles(suzuki: User):
    assert suzuki.acting_as(Role.AUDITOR) == Actor("suzuki", Role.AUDITOR, "鈴木")
    with pytest.raises(ValueError, match="role"):
        suzuki.acting_as(Role.ADMINISTRATOR)
