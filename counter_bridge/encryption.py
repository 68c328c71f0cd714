"""Personal columns are unreadable without a key that lies outside the database (DESIGN decision 6).

AES-256-GCM with a random nonce for each value; the column's name is bound to the value, so a value moved to another
column does not open. The key file names its keys, so that a new one can be made current while old values still open.
A database is tied to its key file by a check value: a missing or foreign key stops the start, never later.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from counter_bridge.errors import KeyExposed, KeyMissing, KeyUnreadable, Undecipherable
from counter_bridge.record import Json

MARK = b"OC1"
"""First bytes of every value: the form of what follows."""
KEY_ID_LENGTH = 8
NONCE_LENGTH = 12
KEY_BITS = 256
HEADER = len(MARK) + KEY_ID_LENGTH + NONCE_LENGTH


class Keys:
    """The keys of one installation; nothing shows in a repr."""

    def __init__(self, keys: dict[str, bytes], current: str, audit_key: bytes):
        if current not in keys or any(len(each) * 8 != KEY_BITS for each in keys.values()):
            raise KeyUnreadable("the current key is not among its keys, or a key has the wrong length")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._raw = keys
        self._audit_key = audit_key
        self.current = current

    def encrypted(self, plain: bytes, place: str) -> bytes:
        """`plain` packed and encrypted for the column `place`."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        header = MARK + self.current.encode() + nonce
        sealed = self._ciphers[self.current].encrypt(nonce, zlib.compress(plain, 1), _bound(header, place))
        return header + sealed

    def decrypted(self, value: bytes, place: str) -> bytes:
        """The plain bytes; `Undecipherable` when altered, moved, or written under a key that is gone."""
        header, key_id = value[:HEADER], value[len(MARK) : len(MARK) + KEY_ID_LENGTH]
        cipher = self._ciphers.get(key_id.decode("ascii", "replace"))
        if value[: len(MARK)] != MARK or cipher is None:
            raise Undecipherable(f"{place}: its key is not in the key file")
        try:
            return zlib.decompress(
                cipher.decrypt(header[-NONCE_LENGTH:], value[HEADER:], _bound(header, place))
            )
        except (InvalidTag, zlib.error):
            raise Undecipherable(f"{place}: altered or moved") from None

    def is_current(self, value: bytes) -> bool:
        """Whether a value was encrypted with the current key."""
        return value[len(MARK) : len(MARK) + KEY_ID_LENGTH] == self.current.encode()

    def sealed(self, text: str) -> str:
        """A seal only this key file can make (HMAC-SHA256), for the audit chain."""
        return hmac.new(self._audit_key, text.encode(), hashlib.sha256).hexdigest()

    def rotated(self) -> "Keys":
        """These keys and a new current one."""
        key_id = _new_key_id()
        return Keys({**self._raw, key_id: AESGCM.generate_key(KEY_BITS)}, key_id, self._audit_key)

    def only_current(self) -> "Keys":
        """The current key alone, once nothing is encrypted with the others."""
        return Keys({self.current: self._raw[self.current]}, self.current, self._audit_key)

    def as_text(self) -> str:
        """The text of the key file."""
        body = {
            "format": 1,
            "current": self.current,
            "keys": {key_id: base64.b64encode(key).decode() for key_id, key in self._raw.items()},
            "audit_key": base64.b64encode(self._audit_key).decode(),
        }
        return json.dumps(body, indent=1) + "\n"


def _bound(header: bytes, place: str) -> bytes:
    return header + place.encode()


def _new_key_id() -> str:
    return secrets.token_hex(KEY_ID_LENGTH // 2)


def new_keys() -> Keys:
    """Keys for a new installation."""
    key_id = _new_key_id()
    return Keys({key_id: AESGCM.generate_key(KEY_BITS)}, key_id, secrets.token_bytes(32))


def load_keys(path: Path) -> Keys:
    """The keys of a file; `KeyMissing`, `KeyExposed` (not 0600) or `KeyUnreadable`."""
    try:
        with path.open(encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KeyExposed(path.name)
            body = json.load(file)
        return Keys(
            {key_id: base64.b64decode(key, validate=True) for key_id, key in body["keys"].items()},
            body["current"],
            base64.b64decode(body["audit_key"], validate=True),
        )
    except FileNotFoundError:
        raise KeyMissing(path.name) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyUnreadable(path.name) from None


def create_keys(path: Path) -> Keys:
    """The keys of `path`, made first if there is no such file; of several processes at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = _written_beside(path, new_keys())
    try:
        os.link(made, path)
    except FileExistsError:
        return load_keys(path)
    finally:
        made.unlink()
    _sync_folder(path.parent)
    return load_keys(path)


def replace_keys(path: Path, keys: Keys) -> None:
    """Puts `keys` in place of the file's at once: after a power cut it is the old file or the new one."""
    _written_beside(path, keys).replace(path)
    _sync_folder(path.parent)


def _written_beside(path: Path, keys: Keys) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(keys.as_text())
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def bound(record_id: str, value: Json) -> Json:
    """What to encrypt for a row: the value with the row's id, so that it cannot be moved to another row."""
    return {"id": record_id, "value": value}


def unbound(record_id: str, body: Json) -> Json:
    """The value of a decrypted body; `Undecipherable` when it belongs to another row."""
    if not isinstance(body, dict) or body.get("id") != record_id:
        raise Undecipherable("a value that belongs to another row")
    return body["value"]


class EncryptedJson(TypeDecorator[Json]):
    """A JSON value that stands encrypted in the database; `place` is its table and column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, keys: Keys, place: str):
        super().__init__()
        self.keys = keys
        self.place = place

    def process_bind_param(self, value: Json, dialect: Dialect) -> bytes | None:
        """Encrypts on the way in."""
        del dialect
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.keys.encrypted(text.encode(), self.place)

    def process_result_value(self, value: Any, dialect: Dialect) -> Json:
        """Decrypts on the way out."""
        del dialect
        if value is None:
            return None
        plain: Json = json.loads(self.keys.decrypted(bytes(value), self.place))
        return plain
