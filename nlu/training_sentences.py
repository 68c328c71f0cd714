"""Sentences to train on, made from the wordings of the knowledge base.

A record lists a handful of wordings; residents wrap them ("えーと、…したいんですけど"), type them in kana, or only
say the name of the paper. The variations made here are deterministic, so that the same knowledge always gives
the same data and therefore the same cached model.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from nlu.topics import Topic

NOUN_FRAMES = (
    "{}",
    "{}の手続きをしたいです",
    "{}の手続きはどこですか",
    "{}をお願いします",
    "{}のことで来ました",
    "{}について聞きたいんですけど",
    "{}の窓口はどちらですか",
    "{}をしたいんですが",
    "{}は今日できますか",
    "{}っていつまでですか",
    "{}に必要なものは何ですか",
    "{}はいくらかかりますか",
)
TASK_FRAMES = (
    "{}",
    "{}をしたいです",
    "{}はどこですか",
    "{}をお願いします",
    "{}のことで来ました",
    "{}について聞きたいんですけど",
    "{}をしたいんですが",
    "{}は今日できますか",
    "{}に必要なものは何ですか",
)
PAPER_FRAMES = (
    "{}がほしいんですが",
    "{}を一通ください",
    "{}を取りに来ました",
    "{}が必要になりまして",
)
NOTIFICATION_FRAMES = (
    "{}を出したい",
    "{}を出しに来ました",
    "{}の書き方を教えてください",
    "{}の用紙をください",
)
PAST_FRAMES = (
    "{}",
    "{}んですが",
    "{}ので手続きをしたいです",
    "{}んだけど、何をすればいいですか",
    "{}ところです",
    "{}んですが、どこでできますか",
)
PLAIN_FRAMES = (
    "{}",
    "{}んですが",
    "{}ことになりました",
    "{}ので手続きをしたいです",
    "{}んですけど、何がいりますか",
    "{}んですが、どこに行けばいいですか",
)
WISH_FRAMES = (
    "{}",
    "{}です",
    "{}んですが",
    "{}んですけど、どうすればいいですか",
    "{}ので来ました",
    "{}んですが今日できますか",
)
QUESTION_FRAMES = ("{}", "{}、教えてください", "{}知りたいです")

NEARLY = 0.75
"""Share of pairs of characters in common above which two sentences count as the same."""
MOST_DIFFERENCE = 5
"""Sentences that differ more in length are different."""

MOST = 50
"""Sentences made for one topic. Without a limit topics with many wordings crowd out the others: on the held-out
sentences 50 gave 95 % right, all (90 on average) 94 %, 30 gave 90 %, and training takes as long as there are."""

OPENINGS = ("えーと、", "あの、", "すみません、", "あのー、", "ちょっと聞きたいんですが、", "えっと、")

PAPER_ENDINGS = (
    "証明書",
    "証明",
    "住民票",
    "写し",
    "謄本",
    "抄本",
    "手帳",
    "券",
    "証",
    "資格確認書",
    "冊子",
    "カード",
)
NOTIFICATION_ENDINGS = ("届", "届け", "届出", "届書")
PAST = re.compile(r"(?:[っいしきちりえけせてねめれ]た|んだ|だった)$")
WISH = re.compile(r"(?:たい|ほしい|欲しい)$")
ADJECTIVE = re.compile(r"(?:ない|しい|高い|多い|ねる)$")
QUESTION = re.compile(r"(?:か|の|かな|どこ|どっち|何|いつ|[??])$")
WHOLE = re.compile(r"(?:です|ます|ました|ません|ください|下さい|です[がけ]ど?|ますか|ですか|けど|のことで)$")
"""A sentence already; nothing goes behind it."""
TASK = re.compile(r"手続き?$")
PLAIN_VERB = re.compile(r"[うくぐすつぬぶむる]$")
BRACKETS = re.compile(r"[((][^))]*[))]")
LISTED = re.compile(r"[・/／]")

POLITE_ENDINGS = (
    ("てきた", "てきました"),
    ("できた", "できました"),
    ("なった", "なりました"),
    ("くなった", "くなりました"),
    ("死んだ", "亡くなりました"),
    ("ていた", "ていました"),
    ("届いた", "届きました"),
    ("もらった", "もらいました"),
    ("買った", "買いました"),
    ("終わった", "終わりました"),
    ("変わった", "変わりました"),
    ("した", "しました"),
    ("れた", "れました"),
    ("えた", "えました"),
    ("めた", "めました"),
    ("けた", "けました"),
    ("切れた", "切れました"),
    ("する", "します"),
    ("したい", "したいと思いまして"),
)


class Readings(Protocol):
    """Gives the hiragana reading of a text; the app's tokenizer does."""

    def __call__(self, text: str) -> str:
        """Hiragana of `text`."""
        ...


def sentences_of(topic: Topic, *, reading: Readings, most: int = MOST) -> tuple[str, ...]:
    """Training sentences for one topic, each once, in a stable order: every wording, then as many frames as fit.

    The frames go round the wordings, each beginning with another one, so that a cut loses a little of all.
    """
    wordings = tuple(dict.fromkeys(word for phrase in topic.phrases for word in _readable(phrase)))
    made = dict.fromkeys(wordings)
    made.update(dict.fromkeys(reading(wording) for wording in wordings))
    framed = [_framed(wording) for wording in wordings]
    for n in range(max(map(len, framed), default=0)):
        for sentences in framed:
            if len(made) >= most:
                return tuple(made)
            if n < len(sentences):
                made[sentences[n]] = None
    return tuple(made)


def spoken_sentences(
    topics: Iterable[Topic], written: Mapping[str, Sequence[str]], *, most: int = 4
) -> tuple[str, ...]:
    """Sentences as people say them, each once: hand-written ones, and of each topic `most` wordings in a frame each."""
    made = dict.fromkeys(line for intent in sorted(written) for line in written[intent])
    for topic in topics:
        wordings = dict.fromkeys(word for phrase in topic.phrases for word in _readable(phrase))
        for wording in list(wordings)[:most]:
            made[next(iter(_framed(wording)), wording)] = None
    return tuple(made)


def frames_for(wording: str) -> tuple[str, ...]:
    """Frames that fit the grammar of `wording`.

    >>> frames_for("引っ越してきた")[1].format("引っ越してきた")
    '引っ越してきたんですが'
    >>> frames_for("転入届")[-3].format("転入届")
    '転入届を出しに来ました'
    >>> frames_for("保育園に入れたい")[1].format("保育園に入れたい")
    '保育園に入れたいです'
    """
    if WHOLE.search(wording):
        return ("{}",)
    if TASK.search(wording):
        return TASK_FRAMES
    if WISH.search(wording):
        return WISH_FRAMES
    if QUESTION.search(wording):
        return QUESTION_FRAMES
    if PAST.search(wording):
        return PAST_FRAMES
    if ADJECTIVE.search(wording):
        return WISH_FRAMES
    if PLAIN_VERB.search(wording):
        return PLAIN_FRAMES
    extra = PAPER_FRAMES if wording.endswith(PAPER_ENDINGS) else ()
    if wording.endswith(NOTIFICATION_ENDINGS):
        extra = NOTIFICATION_FRAMES
    return (*NOUN_FRAMES, *extra)


def training_set(
    topics: Iterable[Topic], written: Mapping[str, Sequence[str]], *, reading: Readings
) -> dict[str, tuple[str, ...]]:
    """Sentences by intent: those made from `topics` and those `written` by hand.

    A wording that a life event and a procedure share counts once, or both would be half believed: what is
    hand-written for a life event (引っ越してきました) stays there, everything else goes to the procedure, which
    says more (児童手当の手続き is more than 子育て).
    """
    ordered = sorted(topics, key=lambda topic: (topic.is_event, topic.id))
    event_ids = {topic.id for topic in ordered if topic.is_event}
    made: dict[str, tuple[str, ...]] = {intent: tuple(lines) for intent, lines in sorted(written.items())}
    of_events = {line for intent, lines in made.items() if intent in event_ids for line in lines}
    of_procedures: set[str] = set()
    for topic in ordered:
        elsewhere = of_procedures if topic.is_event else of_events
        fresh = [line for line in sentences_of(topic, reading=reading) if line not in elsewhere]
        made[topic.id] = tuple(dict.fromkeys((*made.get(topic.id, ()), *fresh)))
        if not topic.is_event:
            of_procedures.update(fresh)
    return {intent: lines for intent, lines in made.items() if lines}


def unseen(texts: Iterable[str], trained: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Those of `texts` that were not trained on, not even nearly: only they may measure understanding.

    >>> unseen(["国保に入りたいです", "会社を辞めて保険がない"], {"insurance": ["国保に入りたいんです"]})
    ('会社を辞めて保険がない',)
    """
    lines = {line for sentences in trained.values() for line in sentences}
    pairs = [(len(line), _pairs(line)) for line in lines]

    def is_nearly_trained(text: str) -> bool:
        said, length = _pairs(text), len(text)
        return any(
            2 * len(said & other) > NEARLY * (len(said) + len(other))
            for other_length, other in pairs
            if abs(length - other_length) <= MOST_DIFFERENCE
        )

    return tuple(text for text in texts if text not in lines and not is_nearly_trained(text))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text))


def _readable(phrase: str) -> tuple[str, ...]:
    """Wordings someone may say for a written name: without brackets, and each part of a list.

    >>> _readable("暗証番号の変更・再設定(初期化)")
    ('暗証番号の変更・再設定', '暗証番号の変更', '再設定')
    """
    plain = BRACKETS.sub("", phrase).strip()
    parts = [part.strip() for part in LISTED.split(plain)] if LISTED.search(plain) else []
    return tuple(dict.fromkeys(word for word in (plain, *parts) if len(word) > 1))


def _polite(wording: str) -> str | None:
    if WHOLE.search(wording):
        return None
    for plain, polite in POLITE_ENDINGS:
        if wording.endswith(plain):
            return wording.removesuffix(plain) + polite
    return None


def _framed(wording: str) -> list[str]:
    """`wording` in its polite form and in every frame, beginning anywhere, one of them with an opening."""
    frames = [frame.format(wording) for frame in frames_for(wording)[1:]]
    start = int.from_bytes(hashlib.blake2b(wording.encode(), digest_size=2).digest(), "big")
    turned = [frames[(start + n) % len(frames)] for n in range(len(frames))]
    opening = OPENINGS[start % len(OPENINGS)]
    polite = _polite(wording)
    return [*([polite] if polite else []), *turned[:2], opening + (turned or [wording])[-1], *turned[2:]]
