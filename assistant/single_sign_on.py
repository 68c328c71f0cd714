"""Login at the town's own OpenID provider: authorization code with PKCE, state and nonce; roles from a claim.

The library does the protocol and the signatures; here stands what the town decides: which claim gives which role, and
that nobody gets in whose role is not named. Nothing but who somebody is and their roles is kept.
"""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.settings import Settings
from counter_bridge.refusal import NotAllowed
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import ACCOUNT_ROLES, Role, User

CALLBACK = "/api/v1/oidc/callback"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a key of the provider; never none, never the client's own secret."""
TIMEOUT_S = 5.0
KNOWN_FOR_S = 3600
"""The provider's description is read anew after this, and when a signature does not fit its keys."""
LEEWAY_S = 120
"""Clocks of two machines."""
SCREENS = frozenset({"/staff", "/operator", "/knowledge", "/admin", "/audit", "/account"})
"""Where a login may lead back to."""


class SignOnFailed(Exception):
    """The login at the provider did not come about; `code` tells the login screen why."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


class SettingsWrong(ValueError):
    """The settings of the provider cannot be used; the text says which and why."""


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what binds the answer to it."""

    address: str
    state: str = field(repr=False)


@dataclass(frozen=True)
class _Provider:
    """What the provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    keys: KeySet
    read_at: float


def role_map(written: str) -> dict[str, Role]:
    """Which value of the claim is which role.

    >>> role_map("desk=counter_staff, it=administrator")["it"].value
    'administrator'
    """
    found = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        value, _, name = part.rpartition("=")
        if not value or name not in {role.value for role in ACCOUNT_ROLES}:
            raise SettingsWrong(f"ASSISTANT_OIDC_ROLES: {part!r} names no role of ours")
        found[value] = Role(name)
    return found


def problem_of(settings: Settings) -> str | None:
    """What is missing or wrong in the settings of the provider; None when they can be used or there is none."""
    if not settings.oidc_issuer:
        return None
    local = settings.oidc_issuer.startswith(("http://localhost", "http://127.0.0.1"))
    if not settings.oidc_issuer.startswith("https://") and not local:
        return "ASSISTANT_OIDC_ISSUER must begin with https://"
    if not settings.oidc_client_id:
        return "ASSISTANT_OIDC_CLIENT_ID is missing"
    if settings.oidc_secret_file != Path():
        try:
            if settings.oidc_secret_file.stat().st_mode & 0o077:
                return "ASSISTANT_OIDC_SECRET_FILE can be read by others: chmod 600"
        except OSError:
            return "ASSISTANT_OIDC_SECRET_FILE cannot be read"
    try:
        return None if role_map(settings.oidc_roles) else "ASSISTANT_OIDC_ROLES names no role"
    except SettingsWrong as error:
        return str(error)


class SingleSignOn:
    """Logins at one provider."""

    def __init__(self, store: SqlStore, settings: Settings):
        self._store = store
        self._settings = settings
        self._provider: _Provider | None = None
        self._reading = threading.Lock()
        self.problem = problem_of(settings)

    @property
    def is_offered(self) -> bool:
        """Whether the login screen shows a way to the provider."""
        return bool(self._settings.oidc_issuer) and self.problem is None

    def begin(self, base_url: str, back_to: str) -> Begun:
        """Begins a login for a browser at `base_url`; `SignOnFailed` when there is no provider or it is away."""
        provider = self._known_provider()
        nonce, verifier, state = (secrets.token_urlsafe(48) for _ in range(3))
        with self._client(base_url) as client:
            address, _ = client.create_authorization_url(
                provider.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        back = back_to if back_to in SCREENS else "/staff"
        self._store.begin_sign_on(state, {"nonce": nonce, "verifier": verifier, "back_to": back})
        return Begun(address, state)

    def finish(
        self, base_url: str, query: Mapping[str, str], state_of_browser: str | None
    ) -> tuple[User, str]:
        """Who came back, and the screen they wished; the state must be that of the same browser, and counts once."""
        state = query.get("state", "")
        begun: Any = self._store.take_sign_on(state) if state else None
        if begun is None or not secrets.compare_digest(state, state_of_browser or ""):
            raise SignOnFailed("oidc_state")
        if "error" in query or not query.get("code"):
            raise SignOnFailed("oidc_refused")
        provider = self._known_provider()
        claims = self._claims(provider, base_url, query["code"], begun)
        subject = f"{provider.issuer} {claims['sub']}"
        name = str(claims.get(self._settings.oidc_name_claim) or "user")
        shown = "".join(c for c in str(claims.get("name") or name) if c.isprintable())
        user = self._store.user_of_subject(subject, name, shown, self._roles(claims))
        if isinstance(user, NotAllowed):
            raise SignOnFailed("oidc_disabled" if user.code == "user_disabled" else "oidc_no_role")
        return user, str(begun["back_to"])

    def _claims(self, provider: _Provider, base_url: str, code: str, begun: dict[str, str]) -> dict[str, Any]:
        try:
            with self._client(base_url) as client:
                token = client.fetch_token(
                    provider.token_endpoint, code=code, code_verifier=begun["verifier"], timeout=TIMEOUT_S
                )
            signed = jwt.decode(str(token.get("id_token", "")), provider.keys, algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": provider.issuer},
                    "aud": {"essential": True, "value": self._settings.oidc_client_id},
                },
                params={"nonce": begun["nonce"], "client_id": self._settings.oidc_client_id},
            )
            claims.validate(now=int(time.time()), leeway=LEEWAY_S)
            if claims.get("nonce") != begun["nonce"]:
                raise SignOnFailed("oidc_invalid")
        except httpx.HTTPError as error:
            raise SignOnFailed("oidc_unreachable") from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            self._provider = None
            raise SignOnFailed("oidc_invalid") from error
        return dict(claims)

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        said = claims.get(self._settings.oidc_roles_claim)
        values = {said} if isinstance(said, str) else set(map(str, said)) if isinstance(said, list) else set()
        roles = role_map(self._settings.oidc_roles)
        return frozenset(roles[value] for value in values & roles.keys())

    def _client(self, base_url: str) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=self._secret(),
            token_endpoint_auth_method="client_secret_basic" if self._secret() else "none",
            scope=self._settings.oidc_scope,
            redirect_uri=(self._settings.public_url or base_url).rstrip("/") + CALLBACK,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            trust_env=False,
        )

    def _secret(self) -> str | None:
        if self._settings.oidc_secret_file == Path():
            return None
        return self._settings.oidc_secret_file.read_text(encoding="utf-8").strip()

    def _known_provider(self) -> _Provider:
        if not self.is_offered:
            raise SignOnFailed("oidc_off")
        with self._reading:
            known = self._provider
            if known is None or time.monotonic() - known.read_at > KNOWN_FOR_S:
                try:
                    known = self._provider = self._described()
                except (httpx.HTTPError, ValueError, KeyError, TypeError, JoseError) as error:
                    raise SignOnFailed("oidc_unreachable") from error
            return known

    def _described(self) -> _Provider:
        issuer = self._settings.oidc_issuer.rstrip("/")
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            about = client.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
            if about["issuer"].rstrip("/") != issuer:
                raise ValueError("the provider calls itself by another name")
            keys = client.get(about["jwks_uri"]).raise_for_status().json()
        return _Provider(
            about["issuer"],
            about["authorization_endpoint"],
            about["token_endpoint"],
            KeySet.import_key_set(keys),
            time.monotonic(),
        )
