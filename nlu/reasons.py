"""Why somebody came: the classifier's opinion, the search's second one and the grammar's, made one.

The classifier (Rasa) hears words, the extractors hear who moves where, the search knows what is alike in meaning and
stands in while the classifier is unsure or down. A sentence may name several reasons, part by part.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.model import KnowledgeBase
from nlu.finder import Finder
from nlu.interpretation import Candidate
from nlu.moves_ja import MOVE_EVENTS
from nlu.opinions import IN_LETTERS, ByEar, combined, heard_as
from nlu.parser import TALK_INTENTS, Parsed, Parser
from nlu.relations_ja import find_kin
from nlu.tokens import words
from nlu.vague_ja import asks_for_nothing_named, names_no_reason

Understanding = Literal["rasa", "search", "extractors"]


@dataclass(frozen=True)
class Thresholds:
    """Where a confidence becomes a decision; all 0 to 1 and calibrated."""

    understood: float = 0.6
    """A reason counts as named; below it the best go back as buttons, for a wrong plan costs more than a question."""
    piece: float = 0.7
    """The same for a part of a sentence, which has less context."""
    beside_answer: float = 0.8
    """The same for a sentence that already answers the question that was asked."""
    talk: float = 0.6
    """Greeting, thanks and commands that only the classifier heard."""
    danger: float = 0.5
    """Danger that only the classifier heard: a needless quiet page costs less than a missed one."""
    offered: float = 0.03
    """Below it a candidate is not worth a button."""
    longest: int = 2_000
    """Characters; nobody says more at once, and time grows with length."""


_DANGER = "sensitive"
_MOST_CANDIDATES = 5
_MOST_PIECES, _FEW_PIECES = 4, 2
"""Parts of a sentence classified one by one; fewer while the search stands in alone."""
_JUST_BELOW = 0.49
_HEARD_TOO = 0.2
"""A subordinate clause names a reason of its own only if the whole sentence hints at it, adds one (ついでに…), or is
about moving elsewhere."""
_OWN_SHARE = 0.1
"""A life event must be heard itself before its procedures speak for it."""


WANTS = re.compile(
    r"引っ越(?:して|しま|した)|越して|たい(?:です|ん|の|$|。|、)|ください|下さい|お願い|ほしい|欲しい|来ました|来た|しに|取りに|出しに|もらいに|申請(?:に|を)|(?:届|手続き?)(?:を|に)"
)
_MORE = re.compile(r"ついで|あと[、はにも]?|それと|それから|そのほか|ほかに|他にも|加えて|もう(?:1つ|一つ)")
_PIECE_ENDS = re.compile(
    r"(?<=ついでに)|(?<=それと)|(?<=それから)|[。、](?=ついで|あと|それと|それから|ほか|他に)|(?<=て)、|(?<=が)、|(?<=し)、"
    r"|(?<=けど)、?|(?<=ので)、?|(?<=んですが)、?|[。!?]"
)
_SPOKEN_FOR = re.compile(r"引っ越|越して(?:き|来)")
"""A part the extractors have read already."""

_BOTH = re.compile(
    r"(?P<one>[^、。]{3,16})と(?P<other>[^、。と]{3,16}?)(?P<tail>(?:の|も|が|を)[^、。]{2,14})$"
)
"""印鑑登録と住民票をお願いします: two papers, one verb."""


@dataclass(frozen=True)
class Reasons:
    """Why somebody came, as far as it was understood."""

    candidates: tuple[Candidate, ...]
    understanding: Understanding
    talk: str | None = None
    """A talk intent (greeting, back, …) that stands above every reason."""


class ReasonFinder:
    """Finds the reasons of one sentence."""

    def __init__(self, parser: Parser, search: Finder, kb: KnowledgeBase, thresholds: Thresholds):
        self._parser = parser
        self._search = search
        self._kb = kb
        self._thresholds = thresholds
        self._names = {p.id: p.name_ja for p in kb.procedures.values()} | {
            e.id: e.name_ja for e in kb.life_events.values()
        }

    def reasons(
        self, plain: str, moved: Mapping[str, float], *, answered: bool, by_ear: ByEar = IN_LETTERS
    ) -> Reasons:
        """Reasons named in the whole sentence and in its parts, best first.

        `moved` are the ways of moving the grammar shows; `answered` when the sentence answers what was asked, and
        so names a reason only where it adds one (あと…, ついでに…).
        """
        if (answered and not _MORE.search(plain)) or asks_for_nothing_named(plain):
            return Reasons((), "extractors")
        least = self._thresholds.beside_answer if answered else self._thresholds.understood
        scores, understanding, talk = self._classified(plain, by_ear)
        moves = {e: c for e, c in moved.items() if e in self._kb.life_events}
        if max(scores.values(), default=0.0) < least <= max(moves.values(), default=0.0):
            understanding = "extractors"
        heard = dict(scores)
        scores = _agreed(self._one_clear(scores, least), moves)
        pieces = _pieces(plain)
        added = _MORE.search(plain) is not None or _SPOKEN_FOR.search(plain) is not None
        for piece in pieces[:_FEW_PIECES] if understanding == "search" else pieces:
            of_piece = replace(by_ear, sounding=self._search.sounding(piece) if by_ear.doubt else {})
            best, confidence = _best(self._classified(piece, of_piece)[0])
            fits = added or heard.get(best, 0.0) >= _HEARD_TOO
            if confidence >= self._thresholds.piece and best not in MOVE_EVENTS and fits:
                scores[best] = max(confidence, scores.get(best, 0.0))
        scores = self._one_way(scores)
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CANDIDATES]
        candidates = tuple(Candidate(i, self._names[i], round(s, 3)) for i, s in ranked if s > 0.005)
        named = bool(candidates) and candidates[0].confidence >= least
        return Reasons(candidates, understanding, talk if talk == _DANGER or not named else None)

    def heard_as(self, wordings: Sequence[tuple[str, float]]) -> ByEar:
        """See `nlu.opinions.heard_as`."""
        return heard_as(wordings, self._search)

    def respelled(self, text: str) -> str:
        """See `Finder.respelled`."""
        return self._search.respelled(text)

    def found(self, text: str) -> tuple[Candidate, ...]:
        """What the search finds among the known ids."""
        return tuple(c for c in self._search.search(text, _MOST_CANDIDATES) if c.id in self._names)

    def _classified(self, text: str, by_ear: ByEar) -> tuple[dict[str, float], Understanding, str | None]:
        """Confidence of each known id, which side carried it, and a talk intent above the threshold."""
        parsed = self._parser.parse(text)
        if not isinstance(parsed, Parsed):
            return {c.id: c.confidence for c in self.found(text)}, "search", None
        letters = {s.id: s.confidence for s in parsed.intents}
        heard = combined(letters, self._search.near(text), by_ear.sounding, by_ear.weights)
        if heard.get(_DANGER, 0.0) >= self._thresholds.danger:
            return {}, "rasa", _DANGER
        talk, certain = _best({i: c for i, c in heard.items() if i in TALK_INTENTS})
        scores = self._with_families({i: c for i, c in heard.items() if i in self._names})
        return scores, "rasa", talk if certain >= self._thresholds.talk else None

    def _with_families(self, scores: dict[str, float]) -> dict[str, float]:
        """A procedure that belongs to one life event alone speaks for that event too."""
        result = dict(scores)
        for procedure_id, confidence in scores.items():
            procedure = self._kb.procedures.get(procedure_id)
            if procedure is None or len(procedure.life_events) != 1 or procedure.on_request:
                continue
            event = procedure.life_events[0]
            if scores.get(event, 0.0) >= _OWN_SHARE:
                result[event] = min(1.0, result[event] + confidence)
        return result

    def _one_clear(self, scores: dict[str, float], least: float) -> dict[str, float]:
        """One sentence part names one reason: the best life event and the best procedure, the rest stay candidates."""
        for known in (self._kb.life_events, self._kb.procedures):
            mine = [i for i in scores if i in known]
            best = max(mine, key=lambda i: scores[i], default=None)
            for other in mine:
                if other != best or scores[other] < least:
                    scores[other] = min(scores[other], _JUST_BELOW)
        return scores

    def _one_way(self, scores: dict[str, float]) -> dict[str, float]:
        """Who moves out does not file for moving in: procedures of the other ways of moving are not meant."""
        way, confidence = _best({e: c for e, c in scores.items() if e in MOVE_EVENTS})
        if confidence < self._thresholds.understood:
            return scores
        for procedure_id in scores.keys() & self._kb.procedures.keys():
            events = set(self._kb.procedures[procedure_id].life_events)
            if events <= set(MOVE_EVENTS) and way not in events:
                scores[procedure_id] = min(scores[procedure_id], _JUST_BELOW)
        return scores


def _best(scores: Mapping[str, float]) -> tuple[str, float]:
    return max(scores.items(), key=lambda one: one[1], default=("", 0.0))


def _agreed(scores: dict[str, float], moves: Mapping[str, float]) -> dict[str, float]:
    """Reasons from words and reasons from grammar; of the ways of moving only one can be meant."""
    if not moves:
        return dict(scores)
    heard = {e: scores.get(e, 0.0) for e in MOVE_EVENTS}
    merged = {e: max(heard[e], moves.get(e, 0.0)) for e in MOVE_EVENTS if heard[e] or e in moves}
    best = max(merged, key=lambda e: heard[e] + moves.get(e, 0.0))
    top_heard = max(heard, key=lambda e: heard[e])
    if heard[top_heard] >= _JUST_BELOW and top_heard != best:
        merged[best] *= 0.8
    return {**scores, **{e: c if e == best else min(c, _JUST_BELOW) for e, c in merged.items()}}


def _pieces(plain: str) -> list[str]:
    """Parts of a sentence that may each name a reason; none when it is one statement."""
    split = (piece.strip("、。 ") for piece in _PIECE_ENDS.split(plain))
    parts = [part for part in split if len(part) >= 4 and not names_no_reason(part)]
    parts = [part for part in parts if not _SPOKEN_FOR.search(part)] if len(parts) > 1 else []
    both = _BOTH.search(plain) if WANTS.search(plain) else None
    if both and not find_kin(plain, words(plain, units="short")):
        parts += [both["one"] + both["tail"], both["other"] + both["tail"]]
    return parts[:_MOST_PIECES]
