"""The sound of one kiosk's visit: what its microphone hears becomes turns, what a step says becomes speech.

One for each socket of a visit. It knows which screen is up, so that 「次へ」 and 「カードは使いません」 work where no
question is asked; consent and PIN are never started from here (COUNTER_RULES 4). What was heard and said dies with
the socket.
"""

import base64
import logging
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.problems import Problem
from assistant.sound import Sound
from dialogue.wording import phrase_aloud, screen_aloud
from nlu.commands_ja import MANNERS, find_command, find_screen_command, speaks_of_danger
from speech.ear import Ear, Expected, Heard, Level, NotHeard, Partial, TurnHeard, VoiceBegan
from speech.errors import SpeechError
from speech.speaker import Manner, Spoken
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

UNTOLD_END_S = 1.0
"""So long after the last sample a voice counts as ended, when the kiosk has not said so."""

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


TakeTurn = Callable[[Transcript], object]
"""One turn from what was heard; it pushes the step itself. `Problem` when the visit does not take it."""
Post = Callable[[dict[str, Any]], None]
"""Sends a message to the kiosk; callable from any thread."""


@dataclass
class _Talk:
    """What is being spoken: told to stop by a newer one."""

    number: int = 0
    sounding: bool = False
    sounds_until_s: float = math.inf
    """On the monotonic clock, as far as it was sent; for kiosks that do not say when it ended. Nothing sent yet: never."""


class VisitVoice:
    """Ear and voice of one socket; every method may be called from any thread but `close` only once."""

    def __init__(self, sound: Sound, take_turn: TakeTurn, post: Post, *, speaks: bool, slow: bool):
        self._sound = sound
        self._take_turn = take_turn
        self._post = post
        self._wish = VoiceWish(on=speaks)
        self._ear: Ear | None = None
        self._screen = ""
        self._step: dict[str, Any] = {}
        self._talk = _Talk()
        self._cut_short = False
        self._troubles = 0
        self._slow = slow
        self._given_way = False
        self._lock = threading.Lock()
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
        if self._talk.sounding and time.monotonic() > self._talk.sounds_until_s + UNTOLD_END_S:
            self._sounded()
        self._ear.feed(frame)

    def hear_message(self, message: FromKiosk) -> None:
        """What a kiosk says beside its sound."""
        if message.voice is not None:
            self._wish = message.voice
            if not message.voice.on:
                self.hush()
        if message.stop_speaking:
            self.hush()
        if message.played is not None and message.played.ended and message.played.id == self._talk.number:
            self._sounded()
        if message.end_of_turn and self._ear is not None:
            self._ear.end_turn()
        if message.listening is False:
            self._close_ear()
        if message.screen is not None and message.screen != self._screen:
            self._screen = message.screen
            self._post({"type": "screen", "screen": message.screen})
            if words := screen_aloud(message.screen):
                self.say(words)
        if message.say is not None:
            self.say(screen_aloud(message.say))

    def shown(self, turn: dict[str, Any], *, speak: bool = True) -> None:
        """A step is on the screen: what it asks is expected, what it says is spoken."""
        self._step = turn.get("step", {})
        self._expect()
        if turn.get("command") in MANNERS:
            self._change_manner(turn["command"])
        if speak and turn.get("command") != "hush":
            self.say(self._words())

    def say(self, text: str) -> None:
        """Speaks instead of whatever is being spoken; the sentences go out as they are made."""
        speaker = self._sound.speaker()
        with self._lock:
            talk = self._talk = _Talk(self._talk.number + 1)
        if not text or not self._wish.on or speaker is None:
            return
        talk.sounding = True
        manner = Manner(self._wish.speed, self._wish.volume)
        keep = self._sound.is_ours(text)

        def speak() -> None:
            try:
                for seq, sentence in enumerate(speaker.say(text, manner, keep=keep)):
                    if talk is not self._talk or not talk.sounding:
                        return
                    begins_s = time.monotonic() if seq == 0 else max(talk.sounds_until_s, time.monotonic())
                    talk.sounds_until_s = begins_s + sentence.length_s
                    self._own_voice(playing=True)
                    self._post(_speech_json(talk.number, seq, sentence))
                self._post({"type": "speech_end", "id": talk.number})
            except SpeechError as error:
                log.warning("speaking failed", extra={"code": error.code})
                self._post({"type": "speech_end", "id": talk.number})

        threading.Thread(target=speak, name="speaking", daemon=True).start()

    def hush(self) -> None:
        """Stops speaking."""
        with self._lock:
            cut = self._talk.sounding
            self._talk.sounding = False
            self._cut_short = cut
        self._own_voice(playing=False)
        if cut:
            self._post({"type": "hush", "id": self._talk.number})

    def give_way(self) -> None:
        """Another screen of the same visit hears and speaks from now on."""
        self._wish = self._wish.model_copy(update={"on": False})
        self._given_way = True
        self.close()
        self._post({"type": "ear", "state": "elsewhere"})

    def close(self) -> None:
        """The socket is gone."""
        with self._lock:
            self._talk = _Talk(self._talk.number + 1)
        self._close_ear()
        self._turning.shutdown(wait=False, cancel_futures=True)

    def _sounded(self) -> None:
        self._talk.sounding = False
        self._own_voice(playing=False)

    def _words(self) -> str:
        said = self._step.get("say" if self._wish.private else "aloud", "")
        return str(said)

    def _expect(self) -> None:
        if self._ear is not None:
            asked = self._step.get("question") or {}
            self._ear.expect(_EXPECTED.get(asked.get("input", ""), "open"), slow=self._slow)

    def _own_voice(self, *, playing: bool) -> None:
        if self._ear is not None:
            self._ear.own_voice(playing=playing)

    def _close_ear(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.close()

    def _heard(self, heard: Heard) -> None:
        match heard:
            case VoiceBegan():
                self._post({"type": "ear", "state": "voice"})
                self.hush()
            case Partial(text):
                self._post({"type": "heard", "final": False, "text": text})
            case Level(dbfs, voice):
                self._post({"type": "level", "dbfs": round(dbfs, 1), "voice": round(voice, 3)})
            case NotHeard(trouble):
                self._not_heard(trouble)
            case TurnHeard(transcript, stages):
                self._troubles = 0
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
                self._turning.submit(self._take, transcript)

    def _not_heard(self, trouble: str) -> None:
        self._troubles += 1
        loud = self._troubles >= TROUBLES_UNTIL_BUTTONS
        self._post({"type": "ear", "state": "trouble", "trouble": trouble, "offer_buttons": loud})
        if loud:
            self._troubles = 0
            self.say(phrase_aloud("louder_lobby"))

    def _take(self, transcript: Transcript) -> None:
        try:
            self._answer(transcript)
        except Exception:
            log.exception("spoken turn failed", exc_info=False)
            self._post(dict(_FAILED))

    def _answer(self, transcript: Transcript) -> None:
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
        elif self._step.get("kind") == "plan" and (wish := find_screen_command(text)) is not None:
            self._post({"type": "command", "command": wish})
        else:
            self._turn(transcript)

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
        try:
            self._take_turn(transcript)
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


def _speech_json(number: int, seq: int, spoken: Spoken) -> dict[str, Any]:
    return {
        "type": "speech",
        "id": number,
        "seq": seq,
        "rate_hz": spoken.rate_hz,
        "pcm16_base64": base64.b64encode(spoken.pcm16).decode("ascii"),
        "visemes": [{"at_s": round(m.at_s, 3), "shape": m.shape} for m in spoken.mouth],
        "captions": [
            {"at_s": round(c.at_s, 3), "until_s": round(c.until_s, 3), "text": c.text, "reading": c.reading}
            for c in spoken.captions
        ],
    }


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
