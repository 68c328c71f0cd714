"""The few calls of Rasa's HTTP API that we make, on loopback, with a key.

Any user of the machine can reach a loopback port. Rasa's API takes a signed token in the Authorization header
(its simpler `?token=` would put the key into a URL), so each server gets a random key of its own.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from nlu.rasa_model import Proof


@dataclass(frozen=True)
class Endpoint:
    """Where a Rasa server answers."""

    port: int
    key: str = field(repr=False)
    model: str
    """Hash of the model it serves."""

    @property
    def url(self) -> str:
        """Base address, always loopback."""
        return f"http://127.0.0.1:{self.port}"


def client(endpoint: Endpoint, timeout_s: float) -> httpx.Client:
    """A client with one kept-alive connection; proxies of the environment are ignored."""
    return httpx.Client(
        base_url=endpoint.url,
        headers={"Authorization": f"Bearer {token(endpoint.key)}"},
        timeout=timeout_s,
        trust_env=False,
    )


def token(key: str) -> str:
    """JSON Web Token (RFC 7519, HS256) that Rasa takes as its administrator."""
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded({'user': {'username': 'app', 'role': 'admin'}})}"
    signature = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64(signature)}"


def why_not_trained(connection: httpx.Client, proofs: Iterable[Proof]) -> str | None:
    """None when the server answers and its model is a trained one, else the reason.

    A model that fails to load leaves Rasa running: without a model, or with a classifier that was never trained.
    Most of the sentences the model was trained on must come back as what they are.
    """
    expected = tuple(proofs)
    right = 0
    try:
        status = connection.get("/status")
        if status.status_code != httpx.codes.OK:
            return f"no model is loaded (status {status.status_code})"
        for proof in expected:
            answer = connection.post("/model/parse", json={"text": proof.text})
            if answer.status_code != httpx.codes.OK:
                return f"a known sentence is refused (status {answer.status_code})"
            right += answer.json()["intent"]["name"] == proof.intent
    except httpx.TransportError as error:
        return f"no answer ({type(error).__name__})"
    except (ValueError, KeyError, TypeError):
        return "the answer is not Rasa's"
    if right * 2 <= len(expected):
        return f"the model is not trained: {right} of {len(expected)} known sentences understood"
    return None


def _encoded(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
