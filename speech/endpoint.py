"""When a turn is over: how much silence it takes after what was said, for what was asked, with this speaker.

A fixed silence either cuts slow people off or makes everybody wait. What was said tells most: after 〜です or
〜ください one may answer at once, after 〜を, 〜から or えっと more will come. Pure; times in seconds.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from speech.ear import Expected

Ending = Literal["nothing", "thinking", "going_on", "softened", "noun", "yes", "finished", "answer"]
"""How the words so far end: えっと · 〜を, 〜から · 〜けど · a noun · はい · 〜です · a whole answer."""


@dataclass(frozen=True)
class Silences:
    """Seconds of silence that end a turn, by how the words end."""

    answer: float = 0.22
    finished: float = 0.25
    yes: float = 0.60
    """A yes or no alone: そうです often follows after a breath."""
    softened: float = 0.60
    noun: float = 0.85
    going_on: float = 1.70
    thinking: float = 2.20
    nothing: float = 1.20
    """No word was made out (noise, or a word that is not one yet)."""
    longest: float = 3.0
    """Nobody waits longer, however slow."""


USUAL = Silences()

_SLOW = 1.8
_OF_LONGEST_PAUSE = 1.25
_PAUSES_LEARNT = 3
_SIGNS = re.compile(r"[\s、。,.!?!?・…「」]+")

_THINKING = re.compile(
    r"(?:え[ーえ]*っ?と[ーぉ]*|あの[ーぉう]*|その[ーぉ]+|う[ー]+ん?と?|ん[ー]+|なんか|なんだっけ|何だっけ|ええ?と|まあ|ちょっと待って(?:ください)?)$"
)
_FINISHED = re.compile(
    r"(?:です|ます|ました|でした|ません|ませんでした|ましょう|でしょう|たい|ください|下さい|ほしい|欲しい|お願い|お願いします"
    r"|ありがとう|んだ|だよ|です[よねか]|ます[よねか]|ました[よねか]|ません[かよね]|でした[かよね]|でしょうか|たいんだ|いいかな|だった"
    r"|わからない|分からない|知らない|ない|のか|るの|たの|です(?:わ|の))[。]?$"
)
_SOFTENED = re.compile(
    r"(?:けど|けれど|けれども|けども|んですが|ますが|ですが|たいのですが|たんですが|ますし|ですし)$"
)
_GOING_ON = re.compile(
    r"(?:を|は|が|に|へ|と|も|の|や|で|て|から|ので|のに|まで|より|とか|って|という|たら|なら|ば|ながら|し|たり|でも|か|ね|さ"
    r"|それで|それから|そして|あと|だから|なので|でして|まして|ですね|ますね|ましてね|き|り|い|っ)$"
)
_OPENING = re.compile(r"(?:すみません|すいません|こんにちは|おはようございます|失礼します|もしもし)+$")
"""What one says before what one came to say."""
_YES_NO = re.compile(
    r"(?:はい|ええ|うん|そう(?:です|だ)?|いいえ|いえ|いや|違い?ます|違う|ちがいます|あります|ありません|ない(?:です)?|いません|います"
    r"|お願いします|大丈夫です?|結構です|わかりません|はいそうです|はいあります|はいお願いします|いいえ(?:違い|ちがい)ます|いりません)+$"
)
_BARE_YES_NO = re.compile(r"(?:はい|ええ|うん|いいえ|いえ|いや)+$")
_NUMBER = re.compile(
    r"^(?:[0-9一二三四五六七八九十百]+|ひとり|ふたり)(?:人|名|つ|枚|通|歳|才|回|番|件|円|部)?(?:です)?$"
)
_DATE = re.compile(
    r"(?:[0-9一二三四五六七八九十]+日|ついたち|ふつか|みっか|よっか|いつか|むいか|なのか|ようか|ここのか|とおか|はつか"
    r"|今日|昨日|おととい|一昨日|明日|[月火水木金土日]曜日?)(?:です)?$"
)
_WHOLE_ANSWERS = {"yes_no": _YES_NO, "number": _NUMBER, "date": _DATE}


def ending_of(text: str, asked: Expected = "open", choices: Sequence[str] = ()) -> Ending:
    """How the words so far end; `choices` are what was offered, one of them to be named.

    >>> ending_of("転入届を出したいです"), ending_of("先週、横浜から"), ending_of("えっと")
    ('finished', 'going_on', 'thinking')
    >>> ending_of("住民票"), ending_of("引っ越したいんですけど"), ending_of("3人", "number")
    ('noun', 'softened', 'answer')
    >>> ending_of("夫", choices=("夫", "夫の父")), ending_of("妻です。", choices=("夫", "妻"))
    ('noun', 'answer')
    """
    words = _plain(text)
    if not words:
        return "nothing"
    if _is_one_of(words, choices):
        return "answer"
    if _THINKING.search(words):
        return "thinking"
    if _OPENING.fullmatch(words):
        return "going_on"
    if _BARE_YES_NO.fullmatch(words):
        return "yes"
    whole = _WHOLE_ANSWERS.get(asked)
    if whole is not None and whole.search(words):
        return "answer"
    if _SOFTENED.search(words):
        return "softened"
    if re.search(r"(?:です|ます|ました|でして)ね$", words) and asked in ("reason", "open"):
        return "softened"
    if _FINISHED.search(words):
        return "finished"
    if _YES_NO.fullmatch(words):
        return "finished"
    if _GOING_ON.search(words):
        return "going_on"
    return "noun"


def _plain(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


def _is_one_of(words: str, choices: Sequence[str]) -> bool:
    """Whether a choice was named whole, and none that begins with it can still be meant."""
    named = words.removesuffix("です")
    return [plain for choice in choices if (plain := _plain(choice)).startswith(named)] == [named]


def is_yes_or_no(text: str) -> bool:
    """Whether these words are a yes or a no and nothing else.

    >>> is_yes_or_no("はい、そうです。"), is_yes_or_no("はい、3人です")
    (True, False)
    """
    words = _plain(text)
    return _BARE_YES_NO.fullmatch(words) is not None or _YES_NO.fullmatch(words) is not None


def silence_needed(
    text: str,
    asked: Expected = "open",
    pauses: Sequence[float] = (),
    *,
    choices: Sequence[str] = (),
    slow: bool = False,
    silences: Silences = USUAL,
) -> float:
    """Seconds of silence after `text` that end the turn.

    choices: what was offered, one of them to be named.
    pauses: how long this speaker was silent and then went on, the latest last.
    slow: a resident who asked for time.
    """
    ending = ending_of(text, asked, choices)
    needed: float = getattr(silences, ending)
    if ending in ("noun", "going_on", "softened", "thinking") and pauses:
        needed = max(needed, _OF_LONGEST_PAUSE * max(pauses[-_PAUSES_LEARNT:]))
    if asked in ("yes_no", "number") and ending == "noun":
        needed *= 0.8
    if slow:
        needed *= _SLOW
    return min(needed, silences.longest)
