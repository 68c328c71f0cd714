"""What stands between a browser and a login: kiosks paired with the town, and sign-ons on their way to its provider."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from counter_bridge.encryption import bound, unbound
from counter_bridge.kiosk import CODE_LASTS, Kiosk, PairedKiosk, PairingCode, new_code, plain_code
from counter_bridge.record import Json
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_part import SqlPart
from counter_bridge.staff import SYSTEM, Actor, new_id, new_token, token_hash

SEEN_EVERY = dt.timedelta(minutes=5)
"""A kiosk in use is not written down at every request."""
SIGN_ON_LASTS = dt.timedelta(minutes=10)
MOST_NAME_JA = 40


class SqlDevices(SqlPart):
    """Kiosks and pending sign-ons of one store."""

    def add_kiosk(self, name_ja: str, by: Actor) -> PairingCode | NotAllowed:
        """A new device with a code to type there."""
        if not name_ja.strip() or len(name_ja) > MOST_NAME_JA or not name_ja.isprintable():
            return NotAllowed(
                "kiosk_name_invalid",
                f"キオスクの名前は1字から{MOST_NAME_JA}字です。",
                "置いてある場所が分かる名前にしてください。",
            )
        code = new_code()
        kiosk = Kiosk(
            new_id("kiosk"), name_ja.strip(), self._database.clock(), self._code_until(), None, None, None
        )
        values = {**kiosk.__dict__, "code_hash": token_hash(plain_code(code))}
        with self._database.write() as connection:
            connection.execute(insert(self._database.tables.kiosks).values(**values))
            self.audit.record(connection, by, "kiosk_add", "kiosk", kiosk.kiosk_id)
        return PairingCode(kiosk, code)

    def new_pairing_code(self, kiosk_id: str, by: Actor) -> PairingCode | NotFound:
        """Another code for a device, as after a new computer; what it had opens nothing once the code is used."""
        code = new_code()
        values = {"code_hash": token_hash(plain_code(code)), "pairing_until": self._code_until()}
        kiosk = self._kiosk_changed(kiosk_id, by, "kiosk_code", values)
        return NotFound() if kiosk is None else PairingCode(kiosk, code)

    def pair_kiosk(self, code: str) -> PairedKiosk | NotAllowed:
        """Gives the device whose code this is its credential; a code counts once and for fifteen minutes."""
        now = self._database.clock()
        table = self._database.tables.kiosks
        credential = new_token()
        with self._database.write() as connection:
            row = connection.execute(
                select(table).where(table.c.code_hash == token_hash(plain_code(code))).with_for_update()
            ).first()
            if row is None or not now < row.pairing_until <= now + CODE_LASTS:
                return NotAllowed(
                    "pairing_code_wrong",
                    "この登録番号は使えません。",
                    "番号を確かめるか、情報システム担当に新しい番号を出してもらってください。",
                )
            values = {
                "code_hash": None,
                "pairing_until": None,
                "credential_hash": token_hash(credential),
                "paired_at": now,
                "last_seen_at": now,
                "revoked_at": None,
            }
            connection.execute(update(table).where(table.c.kiosk_id == row.kiosk_id).values(**values))
            self.audit.record(connection, SYSTEM, "kiosk_pair", "kiosk", row.kiosk_id)
            kiosk = self._kiosk(connection, row.kiosk_id)
        return PairedKiosk(kiosk, credential)

    def kiosk_with(self, credential: str) -> Kiosk | None:
        """The device that holds a credential, unless it was revoked."""
        now = self._database.clock()
        table = self._database.tables.kiosks
        with self._database.read() as connection:
            row = connection.execute(
                select(table).where(table.c.credential_hash == token_hash(credential))
            ).first()
        if row is None or row.revoked_at is not None:
            return None
        if row.last_seen_at is None or abs(now - row.last_seen_at) > SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(
                    update(table).where(table.c.kiosk_id == row.kiosk_id).values(last_seen_at=now)
                )
        return _kiosk_of(row)

    def list_kiosks(self) -> tuple[Kiosk, ...]:
        """All devices in the order they were added."""
        table = self._database.tables.kiosks
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.created_at, table.c.kiosk_id))
            return tuple(_kiosk_of(row) for row in rows)

    def revoke_kiosk(self, kiosk_id: str, by: Actor) -> Kiosk | NotFound:
        """Takes a device's credential and open code; its next request for card or print is refused."""
        values = {
            "code_hash": None,
            "pairing_until": None,
            "credential_hash": None,
            "revoked_at": self._database.clock(),
        }
        return self._kiosk_changed(kiosk_id, by, "kiosk_revoke", values) or NotFound()

    def _code_until(self) -> dt.datetime:
        return self._database.clock() + CODE_LASTS

    def _kiosk_changed(self, kiosk_id: str, by: Actor, act: str, values: dict[str, Any]) -> Kiosk | None:
        table = self._database.tables.kiosks
        with self._database.write() as connection:
            changed = connection.execute(update(table).where(table.c.kiosk_id == kiosk_id).values(**values))
            if not changed.rowcount:
                return None
            self.audit.record(connection, by, act, "kiosk", kiosk_id)
            return self._kiosk(connection, kiosk_id)

    def _kiosk(self, connection: Connection, kiosk_id: str) -> Kiosk:
        table = self._database.tables.kiosks
        return _kiosk_of(connection.execute(select(table).where(table.c.kiosk_id == kiosk_id)).one())

    def begin_sign_on(self, state: str, body: Json) -> None:
        """Keeps what a login at the town's provider needs when it comes back with `state`."""
        key = token_hash(state)
        with self._database.write() as connection:
            connection.execute(
                insert(self._database.tables.sign_ons).values(
                    state_hash=key, expires_at=self._database.clock() + SIGN_ON_LASTS, body=bound(key, body)
                )
            )

    def take_sign_on(self, state: str) -> Json:
        """What was kept for `state`, once and in time; None otherwise."""
        key = token_hash(state)
        now = self._database.clock()
        table = self._database.tables.sign_ons
        with self._database.write() as connection:
            row = connection.execute(select(table).where(table.c.state_hash == key).with_for_update()).first()
            if row is None:
                return None
            connection.execute(delete(table).where(table.c.state_hash == key))
        return unbound(key, row.body) if now < row.expires_at <= now + SIGN_ON_LASTS else None


def _kiosk_of(row: Row[Any]) -> Kiosk:
    hidden = ("code_hash", "credential_hash")
    return Kiosk(**{name: value for name, value in row._mapping.items() if name not in hidden})
