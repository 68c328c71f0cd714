"""The turns of one visit that are spoken: foreseen while it is still judged whether the resident is done, then taken."""

from contextlib import suppress
from typing import Any

from assistant.acts import VisitActs
from assistant.requests import TurnBody
from assistant.turn import Foreseen, TurnRequest
from assistant.visits import Holder, Visits
from dialogue.errors import DialogueError
from speech.transcriber import Transcript


class SpokenTurns:
    """Implements `voice.Turns` over the store; one thread at a time calls it."""

    def __init__(self, visits: Visits, acts: VisitActs, holder: Holder):
        self._visits = visits
        self._acts = acts
        self._holder = holder
        self._foreseen: Foreseen | None = None

    def foresee(self, heard: Transcript) -> dict[str, Any]:
        """See `Turns.foresee`; kept until the turn is taken, should it be the same."""
        request = _request(heard)
        if self._foreseen is None or self._foreseen.request != request:
            self._foreseen = None
            with suppress(DialogueError):
                self._foreseen = self._visits.foresee(self._holder, request)
        return {} if self._foreseen is None else self._foreseen.shown

    def take(self, heard: Transcript) -> dict[str, Any]:
        """See `Turns.take`."""
        foreseen, self._foreseen = self._foreseen, None
        self._acts.require_open(self._holder)
        body = TurnBody(text=heard.text, spoken=True)
        answer = self._visits.turn(self._holder, body, _request(heard).wordings, foreseen)
        self._acts.revise(self._holder)
        return answer


def _request(heard: Transcript) -> TurnRequest:
    others = ((other.text, other.confidence) for other in heard.alternatives)
    return TurnRequest(text=heard.text, spoken=True, wordings=((heard.text, heard.confidence), *others))
