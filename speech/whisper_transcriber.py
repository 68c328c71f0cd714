"""The recogniser: Whisper over CTranslate2 with a short encoder context, n-best, and guards against what it invents."""

import math
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from speech.audio import level_dbfs
from speech.errors import WeightsCorrupt
from speech.repair import Repairer, Term
from speech.transcriber import RATE_HZ, Hypothesis, Recall, Samples, Transcript
from speech.whisper_weights import checked, packaged_weights

LONGEST_S = 26.0
"""More than this is heard in pieces: Whisper sees 30 s at most, and wants silence after the words."""

_WINDOW_S = 30.0
_SHORTEST_S = 0.12
_QUIETEST_DBFS = -62.0
_TOKENS_A_SECOND = 9
_TOKENS_AT_LEAST = 12
_MOST_COMPRESSION = 2.4
_LEAST_CONFIDENCE, _PER_DOUBT = 0.35, 0.3
"""Confidence wanted of any words, and as much more by the recogniser's doubt that anybody spoke. Of 331 crumbs of babble
and noises with words 17 pass; of 224 sentences and answers over babble at 10 dB all but うん, heard as え (synthetic voices)."""
_SURE = 0.9
"""Confidence from which a sentence is not heard again."""
_LEAST_FIT = -2.0
"""Of words that stand in the prompt: what is recited out of it has -2.2 to -5, what was said -1.9 and more."""
_WORSE_FIT = 0.15
"""By as much a second hearing may fit worse than the first, which it is to better."""
_SILENCE_AFTER_S, _ENCODED_A_SECOND, _LEAST_PROBABILITY = 1.2, 50, 1e-6
_OF_EACH = 2
"""Wordings kept of each hearing, since each costs a turn's understanding."""
EVERYDAY = "はい、そうです。いいえ、違います。えっと、二人です。わかりません。"
"""The prompt: short answers are heard better with it. No terms and no requests: over noise Whisper recites them, and a
request that nobody made is worse than a homophone, which its sound still tells."""

_SIGNS = re.compile(r"[\s、。,.!?!?・…「」♪〜~\-]+")
_ONLY_EVERYDAY = re.compile(f"(?:{'|'.join(filter(None, _SIGNS.split(EVERYDAY)))})+")
_SHORTEST_RECITED = 4
"""Letters; a はい may fit as badly and have been said."""
_SUBTITLES = re.compile(
    "ご(?:視聴|清聴|覧)(?:を|いただき|頂き)*(?:誠に)?(?:あり|有り)|チャンネル登録|高評価|次の動画|次回もお楽しみに|字幕"
)
_PHANTOMS = frozenset(
    {
        "おやすみなさい",
        "お疲れ様でした",
        "音楽",
        "拍手",
        "笑い",
        "終わり",
        "おわり",
        "つづく",
        "ん",
        "あ",
        "ああ",
        "ふう",
        "はぁ",
    }
)
"""What Whisper, which learnt from subtitles, writes where nobody speaks."""


@dataclass(frozen=True)
class Wording:
    """One wording before repair, with what the guards look at."""

    text: str
    confidence: float
    no_speech: float


class WhisperTranscriber:
    """Japanese speech to text on this machine; safe to call from several threads, which take turns.

    weights: a directory in CTranslate2 format (default: Whisper base from the installed packages).
    terms: the town's words, put in place of what sounds like them.
    recall: sentences people come with; what was heard in doubt is heard again with those in mind that sound like it.
    compute_type: of CTranslate2; None is int8 on a CPU, float16 on a GPU.
    context_s: silence added after the sound; None fills the whole window of 30 s (slower, not better).
    """

    def __init__(
        self,
        weights: Path | None = None,
        terms: Iterable[Term] = (),
        *,
        recall: Recall | None = None,
        device: str = "cpu",
        compute_type: str | None = None,
        threads: int = 2,
        hypotheses: int = 3,
        context_s: float | None = 4.0,
    ):
        self._hypotheses = hypotheses
        self._context_s = context_s
        self._repairer = Repairer(tuple(terms))
        self._recall = recall
        directory = packaged_weights() if weights is None else checked(weights)
        try:
            self._whisper = WhisperModel(
                str(directory),
                device=device,
                compute_type=compute_type or ("int8" if device == "cpu" else "float16"),
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise WeightsCorrupt(
                str(directory), f"cannot be loaded on {device}", "check the directory and the device"
            ) from error
        self._tokenizer = Tokenizer(
            self._whisper.hf_tokenizer, self._whisper.model.is_multilingual, task="transcribe", language="ja"
        )
        self._prompt = self._prompt_of(EVERYDAY)

    def transcribe(self, samples: Samples, *, partial: bool = False, reason: bool = False) -> Transcript:
        """See Transcriber; longer sound than `LONGEST_S` is cut where it is quietest."""
        heard = [self._piece(piece, partial=partial, reason=reason) for piece in pieces(samples)]
        spoken = [one for one in heard if one.text]
        if not spoken:
            return Transcript("")
        return Transcript(
            text="".join(one.text for one in spoken),
            confidence=min(one.confidence for one in spoken),
            alternatives=spoken[0].alternatives if len(spoken) == 1 else (),
            repairs=tuple(repair for one in spoken for repair in one.repairs),
        )

    def _piece(self, samples: Samples, *, partial: bool, reason: bool) -> Transcript:
        seconds = len(samples) / RATE_HZ
        if seconds < _SHORTEST_S or level_dbfs(samples) < _QUIETEST_DBFS:
            return Transcript("")
        sound = self._encoded(samples, seconds)
        wordings = self._decoded(sound, self._prompt, seconds, 1 if partial else self._hypotheses)
        if self._invented(wordings[0]) or self._recited(sound, wordings[0].text, seconds):
            return Transcript("")
        if reason and not partial and wordings[0].confidence < _SURE:
            again = self._again(sound, wordings, seconds)
            wordings = [*again[:_OF_EACH], *wordings[:_OF_EACH]] if again else wordings
        believed = [wordings[0], *(one for one in wordings[1:] if not self._invented(one))]
        text, repairs = self._repairer.repaired(believed[0].text)
        others: dict[str, float] = {}
        for one in believed[1:]:
            others.setdefault(self._repairer.repaired(one.text)[0], one.confidence)
        others.pop(text, None)
        return Transcript(
            text, believed[0].confidence, tuple(Hypothesis(t, c) for t, c in others.items()), repairs
        )

    def _again(
        self, sound: ctranslate2.StorageView, heard: Sequence[Wording], seconds: float
    ) -> list[Wording]:
        """The wordings with sentences in mind that sound like those heard; none where that makes no sense."""
        recalled = () if self._recall is None else self._recall([one.text for one in heard])
        if not recalled:
            return []
        prompt = self._prompt_of("、".join(recalled) + "。")
        again = self._decoded(sound, prompt, seconds, self._hypotheses)
        least = max(_LEAST_FIT, self._fit(sound, heard[0].text, seconds) - _WORSE_FIT)
        unlike = self._fit(sound, again[0].text, seconds) < least
        return [] if unlike or self._invented(again[0]) else again

    def _recited(self, sound: ctranslate2.StorageView, text: str, seconds: float) -> bool:
        """Whether it is only what the prompt says, which a crumb of somebody's talk brings out."""
        words = _SIGNS.sub("", text)
        may_be = len(words) >= _SHORTEST_RECITED and _ONLY_EVERYDAY.fullmatch(words) is not None
        return may_be and self._fit(sound, text, seconds) < _LEAST_FIT

    def _fit(self, sound: ctranslate2.StorageView, text: str, seconds: float) -> float:
        """How well a text fits the sound with nothing in mind: the mean log-probability of its tokens."""
        tokens = self._tokenizer.encode(text)
        if not tokens:
            return -math.inf
        frames = min(sound.shape[1], int((seconds + _SILENCE_AFTER_S) * _ENCODED_A_SECOND))
        ends_there = ctranslate2.StorageView.from_array(np.ascontiguousarray(np.array(sound)[:, :frames]))
        start = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        aligned = self._whisper.model.align(ends_there, start, [tokens], 2 * frames)[0]
        return float(np.mean(np.log(np.maximum(aligned.text_token_probs, _LEAST_PROBABILITY))))

    def _prompt_of(self, words: str) -> list[int]:
        prompt: list[int] = self._whisper.get_prompt(
            self._tokenizer, [], without_timestamps=True, hotwords=words
        )
        return prompt

    def _encoded(self, samples: Samples, seconds: float) -> ctranslate2.StorageView:
        context_s = _WINDOW_S if self._context_s is None else self._context_s
        whole = min(_WINDOW_S, seconds + context_s)
        padded = np.pad(samples, (0, max(0, int(whole * RATE_HZ) - len(samples))))
        mel = self._whisper.feature_extractor(padded, padding=0)
        mel = mel[:, : mel.shape[1] // 2 * 2]  # the encoder halves the frames: an odd one is refused
        features = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel[np.newaxis]))
        return self._whisper.model.encode(features, to_cpu=True)  # on a GPU it could not be cut (`_fit`)

    def _decoded(
        self, sound: ctranslate2.StorageView, prompt: list[int], seconds: float, wanted: int
    ) -> list[Wording]:
        result = self._whisper.model.generate(
            sound,
            [prompt],
            beam_size=wanted,
            num_hypotheses=wanted,
            return_scores=True,
            return_no_speech_prob=True,
            no_repeat_ngram_size=4,
            repetition_penalty=1.05,
            max_length=min(
                self._whisper.max_length, len(prompt) + int(_TOKENS_A_SECOND * seconds) + _TOKENS_AT_LEAST
            ),
        )[0]
        return [
            Wording(self._tokenizer.decode(tokens).strip(), math.exp(score), result.no_speech_prob)
            for tokens, score in zip(result.sequences_ids, result.scores, strict=True)
        ]

    def _invented(self, heard: Wording) -> bool:
        """Whether it looks like what Whisper writes over noise, music or silence."""
        words = _SIGNS.sub("", heard.text)
        return (
            not words
            or words in _PHANTOMS
            or _SUBTITLES.search(words) is not None
            or heard.confidence < _LEAST_CONFIDENCE + _PER_DOUBT * heard.no_speech
            or _compression(words) > _MOST_COMPRESSION
        )


def pieces(samples: Samples) -> Sequence[Samples]:
    """Stretches no longer than `LONGEST_S`, cut at the quietest tenth of a second of the last fifth of each."""
    found: list[Samples] = []
    most, step = int(LONGEST_S * RATE_HZ), RATE_HZ // 10
    while len(samples) > most:
        starts = range(most * 4 // 5, most - step, step)
        cut = min(starts, key=lambda at: float(np.sum(np.square(samples[at : at + step])))) + step // 2
        found.append(samples[:cut])
        samples = samples[cut:]
    return [*found, samples]


def _compression(text: str) -> float:
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded))
