"""Understanding as a running part: the Rasa server, the search beside it, and what to say when one is missing.

It starts in the background; until Rasa is proven, and whenever it is down, the search and the extractors carry the
conversation and the kiosk says so (DESIGN decision 3).
"""

import datetime as dt
import threading
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self

from assistant import progress
from assistant.environments import Environments, environments
from assistant.settings import Settings
from kb.facts import Facts
from kb.model import AskedQuestion, KnowledgeBase
from nlu.errors import TrainingFailed
from nlu.interpretation import Interpretation, NotUnderstood
from nlu.interpreter import Interpreter, Thresholds
from nlu.municipalities import municipality_label
from nlu.parser import Parsed, Parser, ParserDown
from nlu.rasa_model import RasaModel, written_sentences
from nlu.rasa_parser import RasaParser
from nlu.rasa_server import RasaServer
from nlu.search import Search
from nlu.topics import topics_of
from nlu.training import planned_model, train

SERVER_START_S = 15
"""What a start of the Rasa server takes on two cores, for the time left that is shown."""
SERVER_LONGEST_S = 180


def trained_model(kb: KnowledgeBase, where: Environments) -> RasaModel | None:
    """Where the model of this knowledge is or would be; None without Rasa's environment."""
    if where.rasa_python is None:
        return None
    return planned_model(topics_of(kb), rasa_python=where.rasa_python, cache_dir=where.cache)


@dataclass(frozen=True)
class _NoRasa:
    """Stands in while there is no server to ask."""

    reason: str

    def parse(self, text: str) -> ParserDown:
        """Down, always."""
        del text
        return ParserDown(self.reason)


@dataclass(frozen=True)
class _Lent:
    """The parser of another understanding, whatever it is at the moment."""

    lender: "Understanding"

    def parse(self, text: str) -> Parsed | ParserDown:
        """As the lender's."""
        return self.lender.parser().parse(text)


class Hearing(Protocol):
    """Understanding as the services see it."""

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance."""

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance that was heard in several ways, each with its confidence, the best first."""

    def recall(self, wordings: Sequence[str]) -> Sequence[str]:
        """Sentences people come with that sound like these wordings, the likeliest first."""

    def place_name(self, code: str) -> str:
        """Name of a municipality with its prefecture."""

    def state(self) -> dict[str, str]:
        """`up`, or `degraded` with its reason."""

    def start(self) -> None:
        """Begins in the background."""

    def stop(self) -> None:
        """Ends what was started."""

    def wait_until_up(self, timeout_s: float) -> bool:
        """Waits for everything that can come up."""

    def knows(self, kb: KnowledgeBase) -> bool:
        """Whether it was made from the same wordings, so that another version needs no training."""

    def over(self, kb: KnowledgeBase) -> Self:
        """The same ears for another version of the knowledge base; starting and stopping stay here."""


class Understanding:
    """Interprets what residents say, with whatever of its parts is up."""

    def __init__(self, kb: KnowledgeBase, settings: Settings):
        self._kb = kb
        self._settings = settings
        self._where = environments()
        self._search = Search(topics_of(kb), written_sentences(), cache_dir=self._where.cache)
        self._server: RasaServer | None = None
        self._client: RasaParser | None = None
        self._reason = "starting"
        self._interpreter = self._interpreter_over(_NoRasa(self._reason))
        self._starting: threading.Thread | None = None
        self._lender: Understanding | None = None

    def knows(self, kb: KnowledgeBase) -> bool:
        """Whether it was made from the same wordings, so that another version needs no training."""
        return topics_of(kb) == topics_of(self._kb)

    def over(self, kb: KnowledgeBase) -> "Understanding":
        """The same ears for another version of the knowledge base; starting and stopping stay here."""
        borrowed = copy(self)
        borrowed._kb = kb
        borrowed._lender = self._lender or self
        borrowed._interpreter = borrowed._interpreter_over(_Lent(borrowed._lender))
        return borrowed

    def parser(self) -> Parser:
        """What classifies now."""
        return self._client or _NoRasa(self._reason)

    def _interpreter_over(self, parser: Parser) -> Interpreter:
        return Interpreter(parser, self._search, self._kb, Thresholds(longest=self._settings.most_text))

    def start(self) -> None:
        """Begins in the background: search warmed up, model trained when it is not in the cache, server started."""
        self._starting = threading.Thread(target=self._start, name="understanding", daemon=True)
        self._starting.start()

    def _start(self) -> None:
        self._search.warm_up()
        self._interpreter.warm_up()
        rasa_python = self._where.rasa_python
        if not self._settings.understanding or rasa_python is None:
            self._reason = "switched off" if rasa_python else "Rasa's environment is missing: make setup"
            return
        try:
            model = train(
                topics_of(self._kb),
                rasa_python=rasa_python,
                cache_dir=self._where.cache,
                progress=progress.tell,
            )
        except TrainingFailed as error:
            self._reason = f"training failed: {error}"
            return
        self._server = RasaServer(model, rasa_python=rasa_python, state_dir=self._settings.home)
        self._client = RasaParser(self._server.endpoint, timeout_s=self._settings.turn_timeout_s)
        self._interpreter = self._interpreter_over(self._client)
        self._server.start()
        with progress.step("understanding (Rasa)", expected_s=SERVER_START_S):
            self._server.wait_until_up(SERVER_LONGEST_S)

    def stop(self) -> None:
        """Ends the server if it is ours."""
        if self._lender is not None:
            return
        if self._server is not None:
            self._server.stop()
        if self._starting is not None:
            self._starting.join(timeout=1)
        if self._client is not None:
            self._client.close()

    def wait_until_up(self, timeout_s: float) -> bool:
        """Waits for everything that can come up; False when something stays down."""
        if self._starting is not None:
            self._starting.join(timeout_s)
        self._search.wait_until_up(timeout_s)
        return self._server is not None and self._server.wait_until_up(timeout_s).kind == "up"

    def state(self) -> dict[str, str]:
        """`up` with a proven Rasa, `degraded` with search and buttons only."""
        if self._lender is not None:
            return self._lender.state()
        if self._server is None:
            return {"state": "degraded", "reason": self._reason}
        state = self._server.state
        return {"state": "up" if state.kind == "up" else "degraded", "reason": state.reason}

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance."""
        return self._interpreter.interpret(text, asked, facts, today)

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance from all the ways it was heard."""
        return self._interpreter.interpret_heard(wordings, asked, facts, today)

    def recall(self, wordings: Sequence[str]) -> Sequence[str]:
        """Sentences people come with that sound like these wordings, the likeliest first."""
        return self._search.recall(wordings)

    def place_name(self, code: str) -> str:
        """Name of a municipality with its prefecture."""
        town = self._kb.municipality
        if code == town.code:
            return f"{town.prefecture_ja}{town.name_ja}"
        return municipality_label(code) or code
