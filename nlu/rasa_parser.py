"""The parser behind which Rasa's server stands.

Whatever goes wrong between the two processes becomes `ParserDown`: the turn goes on with search and buttons, and
the reason (never the sentence) reaches the health page.
"""

import threading
from collections.abc import Callable

import httpx

from nlu.parser import IntentScore, Parsed, ParserDown
from nlu.rasa_api import Endpoint, client

TIMEOUT_S = 0.5
"""A parse takes 10 ms (p95 11 ms); beyond this a resident would notice, and search answers at once."""
LONGEST = 500
"""Characters looked at: nobody says more in one breath, and time grows with length."""


class RasaParser:
    """Asks the Rasa server that `endpoint` names at that moment (None: there is none)."""

    def __init__(self, endpoint: Callable[[], Endpoint | None], timeout_s: float = TIMEOUT_S) -> None:
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connected: Endpoint | None = None
        self._client: httpx.Client | None = None

    def parse(self, text: str) -> Parsed | ParserDown:
        """Intents of `text`, or why there are none now; never raises."""
        endpoint = self._endpoint()
        if endpoint is None:
            return ParserDown("no Rasa server is ready")
        if not any(sign.isalnum() for sign in text[:LONGEST]):
            return Parsed((), endpoint.model)
        try:
            answer = self._client_of(endpoint).post("/model/parse", json={"text": text[:LONGEST]})
        except httpx.TimeoutException:
            return ParserDown(f"Rasa did not answer within {self._timeout_s} s")
        except httpx.TransportError as error:
            return ParserDown(f"Rasa cannot be reached ({type(error).__name__})")
        if answer.status_code != httpx.codes.OK:
            return ParserDown(f"Rasa answered with status {answer.status_code}")
        try:
            ranking = answer.json().get("intent_ranking") or []
            scores = tuple(IntentScore(str(one["name"]), float(one["confidence"])) for one in ranking)
        except (ValueError, KeyError, TypeError, AttributeError):
            return ParserDown("the answer is not Rasa's")
        return Parsed(scores, endpoint.model)

    def close(self) -> None:
        """Close the kept connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._connected = None

    def _client_of(self, endpoint: Endpoint) -> httpx.Client:
        with self._lock:
            if self._client is None or self._connected != endpoint:
                if self._client is not None:
                    self._client.close()
                self._client, self._connected = client(endpoint, self._timeout_s), endpoint
            return self._client
