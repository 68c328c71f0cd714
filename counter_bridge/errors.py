"""Errors of this package.

CounterBridgeError
├── CardError              the card part, see card_errors.py
├── StoreError             the store and its key
│   ├── StoreUnavailable   it cannot be used now; `code` says why, nothing was half-saved
│   ├── StoreMisconfigured an address or a driver that cannot work
│   ├── StoreTooNew        the database was written by a later version
│   └── KeyProblem         the key file
│       ├── KeyMissing     the database is encrypted and its key is not there
│       ├── KeyUnreadable  the file is no key file
│       ├── KeyExposed     others than its owner may read it
│       └── KeyWrong       it is the key of another database
├── Undecipherable         one stored value that its key does not open, or that was moved or altered
├── BrokenRecord           one stored record that does not have the shape its type demands
└── AuditRefused           an audit entry that would carry more than codes and ids

What a resident or a clerk may not do now is a result, not an error, see refusal.py. No text here carries a value.
"""


class CounterBridgeError(Exception):
    """Root; `code` is stable, `detail_ja` and `remedy_ja` are safe to show."""

    code = "counter_bridge_error"
    detail_ja = "処理できませんでした。"
    remedy_ja = "職員がお手伝いします。"

    def __init__(self, reason: str = ""):
        super().__init__(f"{self.code}: {reason}" if reason else self.code)


class StoreError(CounterBridgeError):
    """Root of what goes wrong with the store."""

    code = "store_error"
    detail_ja = "記録を保存できません。"
    remedy_ja = "情報システム担当に知らせてください。"


UNAVAILABLE_JA: dict[str, tuple[str, str]] = {
    "store_locked": (
        "ほかの処理が記録を使っているため、保存できませんでした。",
        "少し待ってから、もう一度お試しください。続くときは、データベースを開いたままの作業がないか確かめてください。",
    ),
    "store_full": (
        "記録を置く場所がいっぱいで、保存できませんでした。",
        "ディスクの空きを増やしてください。それまでは番号札の紙で受け付けてください。",
    ),
    "store_unreachable": (
        "記録の置き場所につながりません。",
        "データベースのファイルまたはサーバーが動いているか確かめてください。",
    ),
    "store_read_only": (
        "記録が読み取り専用になっていて、保存できませんでした。",
        "データベースのファイルとフォルダーの書き込み権限を確かめてください。",
    ),
    "store_damaged": (
        "記録のファイルが壊れています。",
        "使うのをやめて、バックアップから戻してください。",
    ),
}
"""Stable code → what happened and what to do."""


class StoreUnavailable(StoreError):
    """The store cannot be used now; the transaction was undone as a whole."""

    def __init__(self, code: str):
        self.code = code
        self.detail_ja, self.remedy_ja = UNAVAILABLE_JA[code]
        super().__init__()


class StoreMisconfigured(StoreError):
    """The address of the store cannot work."""

    code = "store_misconfigured"
    remedy_ja = "設定 ASSISTANT_DATABASE_URL を直してください(sqlite:///ファイル または postgresql://…)。"


class StoreTooNew(StoreError):
    """The database was written by a later version of this product; going on would damage it."""

    code = "store_too_new"
    detail_ja = "記録は新しい版の製品で作られています。"
    remedy_ja = "同じ版か、より新しい版を使ってください。"


class KeyProblem(StoreError):
    """Root of what is wrong with the key file."""

    code = "key_problem"


class KeyMissing(KeyProblem):
    """The database holds encrypted records and the key file is not there; a new key would not open them."""

    code = "key_missing"
    detail_ja = "記録の鍵のファイルがありません。"
    remedy_ja = "保管してある鍵を元の場所に戻してください。新しい鍵では今の記録を開けません。"


class KeyUnreadable(KeyProblem):
    """The file is no key file."""

    code = "key_unreadable"
    detail_ja = "記録の鍵のファイルを読めません。"
    remedy_ja = "保管してある鍵と取り替えてください。"


class KeyExposed(KeyProblem):
    """The key file can be read by others than its owner."""

    code = "key_exposed"
    detail_ja = "記録の鍵のファイルを、持ち主以外も読めるようになっています。"
    remedy_ja = "鍵のファイルの権限を 600 にしてください。"


class KeyWrong(KeyProblem):
    """The key file belongs to another database."""

    code = "key_wrong"
    detail_ja = "鍵が違うため、記録を開けません。"
    remedy_ja = "この記録と一緒に作られた鍵を置いてください。"


class Undecipherable(CounterBridgeError):
    """A stored value was altered, moved to another place, or written under a key that is gone."""

    code = "record_undecipherable"
    detail_ja = "保存された記録を開けません。"
    remedy_ja = "情報システム担当に知らせてください。改ざんのおそれがあります。"


class BrokenRecord(CounterBridgeError):
    """A stored record does not have the shape its type demands."""

    code = "record_broken"
    detail_ja = "保存された記録の形が正しくありません。"
    remedy_ja = "情報システム担当に知らせてください。"


class AuditRefused(CounterBridgeError):
    """An audit entry takes codes and ids only; whatever else was given could be personal."""

    code = "audit_refused"
