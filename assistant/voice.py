"""The sound of one kiosk's visit: what its microphone hears becomes turns, what a step says becomes speech.

One for each socket of a visit. It knows which screen is up, so that 「次へ」 and 「カードは使いません」 work where no
question is asked; consent and PIN are never started from here (COUNTER_RULES 4). What was heard and said dies with
the socket.
"""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from assistant.problems import Problem
from assistant.sound import Sound
from assistant.talking import Post, Talking
from dialogue.questions import REASONS_QUESTION
from dialogue.wording import phrase_aloud, screen_aloud
from nlu.commands_ja import MANNERS, find_command, find_screen_command, speaks_of_danger
from speech.ear import (
    Ear,
    Expected,
    Heard,
    Level,
    Likely,
    NotHeard,
    Partial,
    TurnHeard,
    VoiceBegan,
    VoiceOver,
)
from speech.endpoint import is_yes_or_no
from speech.speaker import Manner
from speech.transcriber import Transcript

log = logging.getLogger(__name__)

SPEED_STEP, SLOWEST, FASTEST = 0.8, 0.5, 1.6
VOLUME_STEP, QUIETEST, LOUDEST = 1.4, 0.4, 2.0

TOUCH_ONLY = ("consent", "card", "withdraw")
"""Screens on which nothing is begun by voice."""
WITHOUT_QUESTION = (
    *TOUCH_ONLY,
    "card_read",
    "details",
    "forms",
    "ticket",
    "end",
    "paused",
    "language",
)
"""Screens that belong to no step: only commands are taken there."""
SCREEN_COMMANDS = ("back", "call_human", "ticket_only", "wait", "stop")
"""Commands the screen carries out itself there."""

TROUBLES_UNTIL_BUTTONS = 2
"""Stretches of sound in a row that became no turn; then the buttons are offered."""

_EXPECTED: dict[str, Expected] = {"yes_no": "yes_no", "number": "number", "date": "date", "people": "people"}


_FAILED = {
    "type": "problem",
    "code": "turn_failed",
    "detail": "うまく進められませんでした。",
    "remedy": "画面のボタンでお選びになるか、職員をお呼びください。",
}


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VoiceWish(_Message):
    """Whether this kiosk wants to be spoken to, and how."""

    on: bool = True
    speed: Annotated[float, Field(ge=SLOWEST, le=FASTEST)] = 1.0
    volume: Annotated[float, Field(ge=QUIETEST, le=LOUDEST)] = 1.0
    private: bool = False
    """By handset or earphone: personal things are spoken too."""


class Played(_Message):
    """How far the kiosk has let a sentence sound."""

    id: int
    seq: int
    at_s: float
    ended: bool = False


class Signal(_Message):
    """One step of setting up the live voice between kiosk and operator (WebRTC)."""

    kind: Literal["offer", "answer", "candidate", "bye"]
    body: Any = None


class FromKiosk(_Message):
    """A message of the kiosk beside its sound."""

    stop_speaking: Literal[True] | None = None
    end_of_turn: Literal[True] | None = None
    voice: VoiceWish | None = None
    screen: Annotated[str, Field(max_length=40)] | None = None
    say: Literal["silence", "idle"] | None = None
    played: Played | None = None
    listening: bool | None = None
    signal: Signal | None = None
    view: Annotated[str, Field(max_length=40, pattern="^[a-z_]+$")] | None = None
    """Which screen is up, for an operator's mirror."""


class Turns(Protocol):
    """What the sound of a visit needs of its turns."""

    def foresee(self, heard: Transcript) -> dict[str, Any]:
        """What would be shown after a turn with these words; {} when nothing would. Changes nothing and tells nobody."""

    def take(self, heard: Transcript) -> object:
        """One turn; it pushes the step itself. `Problem` when the visit does not take it."""


class VisitVoice:
    """Ear and voice of one socket; every method may be called from any thread but `close` only once."""

    def __init__(self, sound: Sound, turns: Turns, post: Post, *, speaks: bool, slow: bool):
        self._sound = sound
        self._turns = turns
        self._post = post
        self._wish = VoiceWish(on=speaks)
        self._ear: Ear | None = None
        self._screen = ""
        self._step: dict[str, Any] = {}
        self._talking = Talking(sound, post, self._own_voice)
        self._cut_short = False
        self._asked_since_s = 0.0
        self._began_s = 0.0
        self._likely: Transcript | None = None
        """Words whose answer is worth working out still."""
        self._troubles = 0
        self._slow = slow
        self._given_way = False
        self._turning = ThreadPoolExecutor(1, "spoken-turn")

    def hear_sound(self, frame: bytes) -> None:
        """PCM16 mono at 16 kHz from the kiosk's microphone; the first makes the ear."""
        if self._given_way:
            return
        if self._ear is None:
            self._ear = self._sound.new_ear(self._heard)
            if self._ear is None:
                self._post({"type": "ear", "state": "down"})
                return
            self._expect()
        self._talking.end_if_over()
        self._ear.feed(frame)

    def hear_message(self, message: FromKiosk) -> None:
        """What a kiosk says beside its sound."""
        if message.voice is not None:
            self._wish = message.voice
            if not message.voice.on:
                self.hush()
        if message.stop_speaking:
            self.hush()
        if (played := message.played) is not None:
            self._talking.sounded(played.id, played.seq, to_the_end=played.ended)
        if message.end_of_turn and self._ear is not None:
            self._ear.end_turn()
        if message.listening is False:
            self._close_ear()
        if message.screen is not None and message.screen != self._screen:
            self._screen = message.screen
            self._expect()
            self._post({"type": "screen", "screen": message.screen})
            if words := screen_aloud(message.screen):
                self.say(words)
        if message.say is not None:
            self.say(screen_aloud(message.say))

    def shown(self, turn: dict[str, Any], *, speak: bool = True, since_s: float = 0.0) -> None:
        """A step is on the screen, since then on the monotonic clock: what it asks is expected, what it says is spoken."""
        before, self._step = self._step, turn.get("step", {})
        if _question(self._step) != _question(before):
            self._asked_since_s = since_s
        self._expect()
        if turn.get("command") in MANNERS:
            self._change_manner(turn["command"])
        if speak and turn.get("command") != "hush":
            words = self._words(self._step)
            self.say(self._talking.unheard(words) if turn.get("command") == "repeat" else words)

    def say(self, text: str) -> None:
        """Speaks instead of whatever is being spoken."""
        self._talking.say(text, self._manner() if self._wish.on else None)

    def hush(self) -> None:
        """Stops speaking."""
        self._cut_short = self._talking.hush()

    def give_way(self) -> None:
        """Another screen of the same visit hears and speaks from now on."""
        self._wish = self._wish.model_copy(update={"on": False})
        self._given_way = True
        self.close()
        self._post({"type": "ear", "state": "elsewhere"})

    def close(self) -> None:
        """The socket is gone."""
        self._talking.forget()
        self._close_ear()
        self._turning.shutdown(wait=False, cancel_futures=True)

    def _manner(self) -> Manner:
        return Manner(self._wish.speed, self._wish.volume)

    def _words(self, step: dict[str, Any]) -> str:
        return str(step.get("say" if self._wish.private else "aloud", ""))

    def _expect(self) -> None:
        if self._ear is not None:
            answer: Expected = "open"
            asked: Mapping[str, Any] = {}
            if self._screen not in WITHOUT_QUESTION:
                asked = self._step.get("question") or {}
                answer = _expected(asked)
            offered = [] if asked.get("multiple") else asked.get("options") or []
            self._ear.expect(
                answer,
                choices=[str(option["label"]) for option in offered],
                slow=self._slow,
            )

    def _own_voice(self, playing: bool) -> None:
        if self._ear is not None:
            self._ear.own_voice(playing=playing)

    def _close_ear(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.close()

    def _heard(self, heard: Heard) -> None:
        match heard:
            case VoiceBegan(since_s):
                self._began_s = time.monotonic() - since_s
                self._post({"type": "ear", "state": "voice"})
                self.hush()
            case VoiceOver(perhaps):
                self._post({"type": "hold", "on": perhaps})
            case Partial(text):
                self._post({"type": "heard", "final": False, "text": text})
            case Level(dbfs, voice):
                self._post({"type": "level", "dbfs": round(dbfs, 1), "voice": round(voice, 3)})
            case NotHeard(trouble):
                self._not_heard(trouble)
            case Likely(transcript):
                self._likely = transcript
                self._turning.submit(self._foresee, transcript)
            case TurnHeard(transcript, stages):
                self._troubles = 0
                self._likely = None
                self._post(
                    {
                        "type": "heard",
                        "final": True,
                        "text": transcript.text,
                        "confidence": round(transcript.confidence, 3),
                        "repairs": [{"heard": r.heard, "term": r.term} for r in transcript.repairs],
                        "stages": {
                            "decided_ms": round(stages.decided_ms),
                            "decoded_ms": round(stages.decoded_ms),
                            "decoding_ms": round(stages.decoding_ms),
                        },
                    }
                )
                self._turning.submit(self._take, transcript, self._began_s)

    def _not_heard(self, trouble: str) -> None:
        self._troubles += 1
        loud = self._troubles >= TROUBLES_UNTIL_BUTTONS
        self._post({"type": "ear", "state": "trouble", "trouble": trouble, "offer_buttons": loud})
        if loud:
            self._troubles = 0
            self.say(phrase_aloud("louder_lobby"))

    def _foresee(self, transcript: Transcript) -> None:
        """Works out the answer, should the resident be done."""
        if transcript is self._likely and not self._means_the_screen(transcript.text):
            self._make_ahead(transcript)

    def _make_ahead(self, transcript: Transcript) -> None:
        """Begins to speak the answer before its turn is taken; nothing sounds yet, and what fails here fails again."""
        with suppress(Exception):
            shown = self._turns.foresee(transcript)
            if self._wish.on:
                self._talking.make_ahead(self._words(shown.get("step", {})), self._manner())

    def _take(self, transcript: Transcript, began_s: float) -> None:
        try:
            self._answer(transcript, began_s)
        except Exception:
            log.exception("spoken turn failed", exc_info=False)
            self._post(dict(_FAILED))

    def _answer(self, transcript: Transcript, began_s: float) -> None:
        text = transcript.text
        cut_short, self._cut_short = self._cut_short, False
        if speaks_of_danger(text):
            self._turn(transcript)
            return
        command = find_command(text)
        if command == "stop" and cut_short:
            return  # やめて said into the voice stops the voice
        if self._screen in WITHOUT_QUESTION:
            self._on_screen(text, command)
        elif self._means_the_screen(text):
            self._post({"type": "command", "command": find_screen_command(text)})
        elif began_s < self._asked_since_s and is_yes_or_no(text):
            # it was begun before the question was on the screen, let alone heard
            self._post({"type": "ear", "state": "trouble", "trouble": "too_early", "offer_buttons": False})
            self.say(self._words(self._step))
        else:
            self._turn(transcript)

    def _means_the_screen(self, text: str) -> bool:
        """Whether words are for the screen and make no turn."""
        if speaks_of_danger(text):
            return False
        at_plan = self._step.get("kind") == "plan" and find_screen_command(text) is not None
        return self._screen in WITHOUT_QUESTION or at_plan

    def _on_screen(self, text: str, command: str | None) -> None:
        wish = find_screen_command(text)
        if command in MANNERS:
            self._change_manner(str(command))
            if command != "hush":
                self.say(screen_aloud(self._screen))
        elif command == "repeat":
            self.say(screen_aloud(self._screen))
        elif command in SCREEN_COMMANDS:
            self._post({"type": "command", "command": command})
        elif wish is not None and (wish == "without_card" or self._screen not in TOUCH_ONLY):
            self._post({"type": "command", "command": wish})
        else:
            self.say(phrase_aloud("needs_touch" if wish == "go_on" else "on_this_screen"))

    def _turn(self, transcript: Transcript) -> None:
        self._make_ahead(transcript)  # while the turn is being kept
        try:
            self._turns.take(transcript)
        except Problem as problem:
            self._post(
                {
                    "type": "problem",
                    "code": problem.code,
                    "detail": problem.detail_ja,
                    "remedy": problem.remedy_ja,
                }
            )

    def _change_manner(self, command: str) -> None:
        wish = self._wish
        match command:
            case "slower":
                wish = wish.model_copy(update={"speed": max(SLOWEST, wish.speed * SPEED_STEP)})
                self._slow = True
                self._expect()
            case "faster":
                wish = wish.model_copy(update={"speed": min(FASTEST, wish.speed / SPEED_STEP)})
            case "louder":
                wish = wish.model_copy(update={"volume": min(LOUDEST, wish.volume * VOLUME_STEP)})
            case "quieter":
                wish = wish.model_copy(update={"volume": max(QUIETEST, wish.volume / VOLUME_STEP)})
            case _:
                wish = wish.model_copy(update={"on": False})
                self.hush()
        self._wish = wish
        self._post({"type": "voice", **wish.model_dump()})


def _expected(asked: Mapping[str, Any]) -> Expected:
    if asked.get("id", REASONS_QUESTION) == REASONS_QUESTION:
        return "reason"
    return _EXPECTED.get(asked["input"], "open")


def _question(step: dict[str, Any]) -> object:
    """What a step puts, to tell whether another puts the same."""
    return step.get("kind"), (step.get("question") or {}).get("id")


class Voices:
    """Which socket of each visit has the microphone and the voice: the one that was opened last."""

    def __init__(self) -> None:
        self._holding: dict[str, VisitVoice] = {}
        self._lock = threading.Lock()

    def take(self, visit_id: str, voice: VisitVoice) -> None:
        """`voice` holds the visit now; the one before falls silent and says so."""
        with self._lock:
            before = self._holding.get(visit_id)
            self._holding[visit_id] = voice
        if before is not None and before is not voice:
            before.give_way()

    def say(self, visit_id: str, text: str) -> None:
        """Speaks a person's words through the character, where a screen of the visit is open."""
        with self._lock:
            voice = self._holding.get(visit_id)
        if voice is not None and text:
            voice.say(text)

    def release(self, visit_id: str, voice: VisitVoice) -> None:
        """The socket is gone."""
        with self._lock:
            if self._holding.get(visit_id) is voice:
                del self._holding[visit_id]
        voice.close()
