"""`python -m assistant users | kiosks | audit`: what IT staff do without a screen, and the first administrator."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer

from assistant.accounts import user_json
from assistant.maintenance import DATABASE, KEY
from assistant.services import now_in_tokyo
from assistant.settings import from_environment
from counter_bridge.audit import AuditBroken, AuditIntact
from counter_bridge.errors import CounterBridgeError
from counter_bridge.password_rules import generated_password
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore, open_store
from counter_bridge.staff import SYSTEM, Role, User

users = typer.Typer(help="Accounts of staff: the first administrator is made here.", no_args_is_help=False)
kiosks = typer.Typer(help="Kiosks: pairing codes, and taking them back.", no_args_is_help=False)
audit = typer.Typer(help="The audit: is it whole?", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
Name = Annotated[str, typer.Argument(help="name of the account")]
Generate = Annotated[
    bool, typer.Option("--generate", help="make the password and print it; it is changed at the first login")
]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="the password is the first line of stdin")]


@contextmanager
def _store() -> Iterator[SqlStore]:
    """The store of this installation; exit 1 when it cannot be used."""
    try:
        settings = from_environment(None)
    except ValueError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = settings.database_url or f"sqlite:///{(settings.home / DATABASE).absolute()}"
    try:
        store = open_store(url, settings.home / KEY, clock=now_in_tokyo)
    except CounterBridgeError as error:
        print(f"{error}\n{error.detail_ja} {error.remedy_ja}", file=sys.stderr)
        raise typer.Exit(1) from error
    try:
        yield store
    finally:
        store.close()


def _tell(said: str, *, as_json: bool, **told: Any) -> None:
    print(json.dumps({"ok": True, **told}, ensure_ascii=False) if as_json else said)


def _refuse(reason: str, *, as_json: bool) -> NoReturn:
    if as_json:
        print(json.dumps({"ok": False, "reason": reason}, ensure_ascii=False))
    else:
        print(reason, file=sys.stderr)
    raise typer.Exit(1)


def _changed(outcome: User | NotAllowed, said: str, *, as_json: bool, **told: Any) -> None:
    if isinstance(outcome, NotAllowed):
        _refuse(f"{outcome.detail_ja} {outcome.remedy_ja}", as_json=as_json)
    _tell(f"{outcome.name}: {said}", as_json=as_json, **user_json(outcome), **told)


def _password(*, generate: bool, from_input: bool, as_json: bool) -> str:
    """A password that never stands on a command line, where every user of the machine could read it."""
    if generate:
        return generated_password()
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("password: ")
    if typed != getpass.getpass("again: "):
        _refuse("the two are not the same", as_json=as_json)
    return typed


@users.callback(invoke_without_command=True)
def _users(
    context: typer.Context,
    as_json: AsJson = False,
) -> None:
    """Accounts of staff; alone it lists them."""
    if context.invoked_subcommand is None:
        list_users(as_json=as_json)


@users.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Every account with its roles."""
    with _store() as store:
        found = [user_json(user) for user in store.list_users()]
    if as_json:
        print(json.dumps({"ok": True, "users": found}, ensure_ascii=False))
        return
    for user in found:
        marks = [m for m in ("demo", "disabled", "totp", "temporary_password", "elsewhere") if user[m]]
        print(f"{user['user']:24} {', '.join(user['roles']):40} {' '.join(marks)}")
    if not found:
        print("no account yet: python -m assistant users add NAME --role administrator")


@users.command("add")
def add_user(
    name: Name,
    role: Annotated[list[Role], typer.Option(help="one or more roles")],
    name_ja: Annotated[str, typer.Option(help="name colleagues and residents see")] = "",
    generate: Generate = False,
    from_input: FromInput = False,
    as_json: AsJson = False,
) -> None:
    """Add an account; its password is asked for, never taken from the command line."""
    password = _password(generate=generate, from_input=from_input, as_json=as_json)
    with _store() as store:
        added = store.add_user(name, name_ja or name, role, password, temporary=generate)
    told = {"initial_password": password} if generate else {}
    said = f"added as {', '.join(role)}" + (f"; first password: {password}" if generate else "")
    _changed(added, said, as_json=as_json, **told)


@users.command("password")
def reset_password(
    name: Name, generate: Generate = False, from_input: FromInput = False, as_json: AsJson = False
) -> None:
    """Set a new password; every session of the account ends."""
    password = _password(generate=generate, from_input=from_input, as_json=as_json)
    with _store() as store:
        changed = store.set_password(name, password, SYSTEM, temporary=generate)
    told = {"initial_password": password} if generate else {}
    _changed(changed, f"new password {password if generate else ''}".rstrip(), as_json=as_json, **told)


@users.command("roles")
def set_roles(
    name: Name,
    role: Annotated[list[Role], typer.Option(help="one or more roles")],
    as_json: AsJson = False,
) -> None:
    """Give an account these roles and no others; its sessions end."""
    with _store() as store:
        changed = store.set_roles(name, role, SYSTEM)
    _changed(changed, ", ".join(role), as_json=as_json)


@users.command("disable")
def disable_user(name: Name, as_json: AsJson = False) -> None:
    """Lock an account; its sessions end at once."""
    with _store() as store:
        changed = store.disable_user(name, SYSTEM)
    _changed(changed, "disabled", as_json=as_json)


@users.command("enable")
def enable_user(name: Name, as_json: AsJson = False) -> None:
    """Let a locked account in again."""
    with _store() as store:
        changed = store.enable_user(name, SYSTEM)
    _changed(changed, "enabled", as_json=as_json)


@users.command("reset-totp")
def reset_totp(name: Name, as_json: AsJson = False) -> None:
    """Take off a second factor whose phone and recovery codes are lost; its sessions end."""
    with _store() as store:
        changed = store.drop_second_factor(name, SYSTEM)
    _changed(changed, "no code is asked for any more", as_json=as_json)


@kiosks.callback(invoke_without_command=True)
def _kiosks(context: typer.Context, as_json: AsJson = False) -> None:
    """Kiosks of the town; alone it lists them."""
    if context.invoked_subcommand is None:
        list_kiosks(as_json=as_json)


@kiosks.command("list")
def list_kiosks(as_json: AsJson = False) -> None:
    """Every kiosk with its state."""
    with _store() as store:
        found = [
            {"kiosk_id": one.kiosk_id, "name_ja": one.name_ja, "state": one.state(now_in_tokyo())}
            for one in store.list_kiosks()
        ]
    if as_json:
        print(json.dumps({"ok": True, "kiosks": found}, ensure_ascii=False))
        return
    for kiosk in found:
        print(f"{kiosk['kiosk_id']:28} {kiosk['state']:9} {kiosk['name_ja']}")
    if not found:
        print("no kiosk yet: python -m assistant kiosks add NAME")


@kiosks.command("add")
def add_kiosk(
    name_ja: Annotated[str, typer.Argument(help="where it stands")], as_json: AsJson = False
) -> None:
    """Add a kiosk; type the code at its screen /pair within fifteen minutes."""
    with _store() as store:
        added = store.add_kiosk(name_ja, SYSTEM)
    if isinstance(added, NotAllowed):
        _refuse(f"{added.detail_ja} {added.remedy_ja}", as_json=as_json)
    _tell(
        f"{added.kiosk.kiosk_id}: pairing code {added.code}",
        as_json=as_json,
        kiosk_id=added.kiosk.kiosk_id,
        pairing_code=added.code,
    )


@kiosks.command("code")
def new_code(kiosk_id: str, as_json: AsJson = False) -> None:
    """Another pairing code for a kiosk, as after a new computer."""
    with _store() as store:
        made = store.new_pairing_code(kiosk_id, SYSTEM)
    if isinstance(made, NotFound):
        _refuse(f"{kiosk_id}: there is no such kiosk", as_json=as_json)
    _tell(f"{kiosk_id}: pairing code {made.code}", as_json=as_json, kiosk_id=kiosk_id, pairing_code=made.code)


@kiosks.command("revoke")
def revoke_kiosk(kiosk_id: str, as_json: AsJson = False) -> None:
    """Take a kiosk's credential; card and print are refused from its next request on."""
    with _store() as store:
        revoked = store.revoke_kiosk(kiosk_id, SYSTEM)
    if isinstance(revoked, NotFound):
        _refuse(f"{kiosk_id}: there is no such kiosk", as_json=as_json)
    _tell(f"{kiosk_id}: revoked", as_json=as_json, kiosk_id=kiosk_id, state="revoked")


@audit.callback()
def _audit() -> None:
    """Keeps `verify` a command of its own."""


@audit.command("verify")
def verify_audit(
    head: Annotated[
        str, typer.Option(help="a head noted earlier (NUMBER:SEAL): it must still be in the chain")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Prove that no entry was changed, put in, taken out or cut off; exit 1 when the chain is broken."""
    with _store() as store:
        found = store.audit.verify()
        if isinstance(found, AuditIntact) and head and not store.audit.holds(head):
            found = AuditBroken(int(head.partition(":")[0] or 0), "head_not_found")
    if isinstance(found, AuditBroken):
        if as_json:
            print(json.dumps({"ok": False, "number": found.number, "reason": found.reason}))
        else:
            print(f"broken at entry {found.number}: {found.reason}", file=sys.stderr)
        raise typer.Exit(1)
    _tell(
        f"whole: {found.entries} entries, head {found.head}",
        as_json=as_json,
        entries=found.entries,
        head=found.head,
    )
