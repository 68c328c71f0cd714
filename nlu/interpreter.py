"""The one way from words to meaning: normalise, classify, extract, search, decide.

Rasa says why somebody came, the extractors what they said of themselves, the knowledge search is the second
opinion and stands in when Rasa is unsure or down. One calibrated threshold decides whether a reason counts as
named; below it the best candidates go back as buttons. What happens next is not decided here.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kb.facts import PEOPLE, VISITOR, Alternative, Facts, person_key, split_key
from kb.household import PersonMention
from kb.model import AskedQuestion, KnowledgeBase
from nlu.answers_ja import NO_ANSWER, ReadAnswer, read_answer
from nlu.circumstances_ja import said_circumstances
from nlu.commands_ja import find_command, speaks_of_danger
from nlu.dates_ja import find_dates
from nlu.finder import Finder
from nlu.household_ja import Household, read_people
from nlu.interpretation import Candidate, Command, Interpretation, Kind, NotUnderstood, SaidFact
from nlu.moves_ja import MOVE_EVENTS, Move, day_label, find_move, tense_of
from nlu.normalise import normalise
from nlu.parser import TALK_INTENTS, Parsed, Parser
from nlu.places_ja import Town, find_countries, find_places
from nlu.relations_ja import find_kin
from nlu.tokens import words


@dataclass(frozen=True)
class Thresholds:
    """Where a confidence becomes a decision; all 0 to 1 and calibrated."""

    understood: float = 0.5
    """A reason counts as named: right more often than not."""
    piece: float = 0.6
    """The same for a part of a sentence, which has less context."""
    beside_answer: float = 0.8
    """The same for a sentence that already answers the question that was asked."""
    sure: float = 0.9
    """The classifier needs no second opinion."""
    talk: float = 0.6
    """Greeting, thanks, danger and commands that only the classifier heard."""
    offered: float = 0.03
    """Below it a candidate is not worth a button."""
    longest: int = 2_000
    """Characters; nobody says more at once, and time grows with length."""


Understanding = Literal["rasa", "search", "extractors"]
_COMMANDS: Mapping[str, Command] = {
    "back": "back", "repeat": "repeat", "wait": "wait", "stop": "stop", "ticket_only": "ticket_only",
    "call_human": "call_human",
}  # fmt: skip
_SMALLTALK = frozenset({"greeting", "thanks"})
_MOST_CANDIDATES = 5
_MOST_PIECES, _FEW_PIECES = 4, 2
"""Parts of a sentence classified one by one; fewer while the slower search stands in."""
_JUST_BELOW = 0.49
_HEARD_TOO = 0.01
"""A subordinate clause names a reason of its own only if the whole sentence hints at it."""
_OWN_SHARE = 0.1
"""A life event must be heard itself before its procedures speak for it."""

_ASKS = re.compile(
    r"いくら|いつまで|何時|何日|必要(?:なもの|な物|な書類|ですか)|持ち物|持って(?:くる|来る)もの|手数料|料金|予約|代理でも|できますか|できるんですか"
    r"|とは何|って何|ってなん|なんですか|休み(?:ですか|の日)|開いて|どのくらい|どれくらい|要りますか|いりますか|でしょうか|知りたい"
)
_WANTS = re.compile(
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
_ALONE = 0.6
"""What the search's confidence is worth where the classifier, unsure, saw nothing of it."""


@dataclass(frozen=True)
class _Said:
    """What the extractors found."""

    move: Move
    facts: tuple[SaidFact, ...]
    household: Household


@dataclass(frozen=True)
class _Reasons:
    """Why somebody came, as far as it was understood."""

    candidates: tuple[Candidate, ...]
    understanding: Understanding
    talk: str | None = None
    """A talk intent that stands above every reason."""


class Interpreter:
    """Understands one resident's utterances; holds no state between them."""

    def __init__(
        self, parser: Parser, search: Finder, kb: KnowledgeBase, thresholds: Thresholds | None = None
    ):
        self._parser = parser
        self._search = search
        self._kb = kb
        self._thresholds = thresholds or Thresholds()
        self._town = Town(kb.municipality.code, kb.municipality.name_ja, kb.municipality.prefecture_ja)
        self._names = {p.id: p.name_ja for p in kb.procedures.values()} | {
            e.id: e.name_ja for e in kb.life_events.values()
        }

    def warm_up(self) -> None:
        """Load dictionary and gazetteer now (half a second), not in the first resident's turn."""
        self._extracted(self._town.name, None, Facts(), dt.date(2000, 1, 1))

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance, given the question that was asked and what is known."""
        if len(text) > self._thresholds.longest:
            return NotUnderstood("", "too_long")
        plain = normalise(text)
        if not any(sign.isalnum() for sign in plain):
            return NotUnderstood(text.strip(), "empty")
        if speaks_of_danger(plain):
            return _quiet()
        command = find_command(plain)
        if command is not None:
            return Interpretation(text, "request", command=command, understanding="extractors")
        if _is_foreign(plain):
            return self._foreign(text, plain)
        said = self._extracted(plain, asked, facts, today)
        answer = NO_ANSWER if asked is None else read_answer(plain, asked, today, self._town)
        reasons = self._reasons(plain, said, answered=answer != NO_ANSWER)
        if reasons.talk == "sensitive":
            return _quiet()
        return self._decided(text, plain, asked, facts, said, answer, reasons, today)

    def _foreign(self, text: str, plain: str) -> Interpretation | NotUnderstood:
        """Only the search knows other languages; it must be sure."""
        found = self._found(plain)
        if not found or found[0].confidence < self._thresholds.understood:
            offered = tuple(c for c in found if c.confidence >= self._thresholds.offered)
            return NotUnderstood(text, "not_japanese", candidates=offered)
        events = tuple(c for c in found if c.id in self._kb.life_events)
        procedures = tuple(c for c in found if c.id in self._kb.procedures)
        return Interpretation(text, "request", events, procedures, understanding="search")

    def _decided(
        self,
        text: str,
        plain: str,
        asked: AskedQuestion | None,
        facts: Facts,
        said: _Said,
        answer: ReadAnswer,
        reasons: _Reasons,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        command = _COMMANDS.get(reasons.talk or "")
        if command is not None and answer == NO_ANSWER:
            return Interpretation(text, "request", command=command)
        named = [c for c in reasons.candidates if c.confidence >= self._thresholds.understood]
        people = self._people(said.household, asked, facts, answer)
        if asked is not None and answer.denied:
            people = _denials(asked, answer.denied, facts)
        found = self._facts(said, named, plain, asked, answer, today)
        complete = said.household.complete
        declined = answer.declined or (
            asked is not None and answer == NO_ANSWER and reasons.talk == "dont_know"
        )
        told = (
            found or complete or any(p.facts for p in people) or (people and reasons.talk != "out_of_scope")
        )
        if not (named or told or declined or answer.value is not None):
            return self._nothing(text, reasons)
        return Interpretation(
            text=text,
            kind=_kind(plain, named, found, people),
            life_events=tuple(c for c in reasons.candidates if c.id in self._kb.life_events),
            procedures=tuple(c for c in reasons.candidates if c.id in self._kb.procedures),
            facts=found,
            people=people,
            household_complete=complete,
            answer=answer.value,
            declined=declined,
            understanding="search"
            if reasons.understanding == "search"
            else ("rasa" if reasons.understanding == "rasa" else "extractors"),
        )

    def _nothing(self, text: str, reasons: _Reasons) -> Interpretation | NotUnderstood:
        if reasons.talk in _SMALLTALK:
            return Interpretation(text, "smalltalk")
        if reasons.talk == "out_of_scope":
            return Interpretation(text, "out_of_scope")
        offered = tuple(c for c in reasons.candidates if c.confidence >= self._thresholds.offered)
        return NotUnderstood(text, "unsure" if offered else "nothing_known", candidates=offered)

    def _extracted(self, plain: str, asked: AskedQuestion | None, facts: Facts, today: dt.date) -> _Said:
        cut = words(plain, units="short")
        reading = read_people(plain, today, gathered=asked is not None and asked.keys == (PEOPLE,))
        about = said_circumstances(reading, cut)
        dates = find_dates(plain, today, tense_of(plain))
        places = find_places(plain, self._town)
        move = find_move(plain, today, reading.clauses, dates, places, find_countries(plain), self._town)
        parent = any(facts.value(person_key(p, "relation")) == "child" for p in facts.people)
        return _Said(move, about, reading.household(parent=parent))

    def _reasons(self, plain: str, said: _Said, *, answered: bool) -> _Reasons:
        """Candidates of the whole sentence and of its parts, best first."""
        if answered and not _MORE.search(plain):
            return _Reasons((), "extractors")
        least = self._thresholds.beside_answer if answered else self._thresholds.understood
        scores, understanding, talk = self._classified(plain)
        moves = {e: c for e, c in said.move.life_events if e in self._kb.life_events}
        if max(scores.values(), default=0.0) < least <= max(moves.values(), default=0.0):
            understanding = "extractors"
        heard = dict(scores)
        scores = _agreed(self._one_clear(scores, least), moves)
        pieces = _pieces(plain)
        added = _MORE.search(plain) is not None
        for piece in pieces[:_FEW_PIECES] if understanding == "search" else pieces:
            best, confidence = _best(self._classified(piece, part=True)[0])
            fits = added or heard.get(best, 0.0) >= _HEARD_TOO
            if confidence >= self._thresholds.piece and best not in MOVE_EVENTS and fits:
                scores[best] = max(confidence, scores.get(best, 0.0))
        scores = self._one_way(scores)
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:_MOST_CANDIDATES]
        candidates = tuple(Candidate(i, self._names[i], round(s, 3)) for i, s in ranked if s > 0.005)
        named = bool(candidates) and candidates[0].confidence >= least
        return _Reasons(candidates, understanding, talk if talk == "sensitive" or not named else None)

    def _classified(
        self, text: str, *, part: bool = False
    ) -> tuple[dict[str, float], Understanding, str | None]:
        """Confidence of each known id, which side carried it, and a talk intent above the threshold.

        A `part` of a sentence gets no second opinion while the classifier is up.
        """
        parsed = self._parser.parse(text)
        if not isinstance(parsed, Parsed):
            return {c.id: c.confidence for c in self._found(text)}, "search", None
        heard = {s.id: s.confidence for s in parsed.intents}
        talk, certain = _best({i: c for i, c in heard.items() if i in TALK_INTENTS})
        scores = self._with_families({i: c for i, c in heard.items() if i in self._names})
        best, confidence = _best(scores)
        if confidence >= self._thresholds.sure or certain >= self._thresholds.sure:
            return scores, "rasa", talk if certain >= self._thresholds.talk else None
        talk_heard = talk if certain >= self._thresholds.talk else None
        second = {} if part else {c.id: c.confidence for c in self._found(text)}
        if confidence >= self._thresholds.understood:
            scores[best] = 1 - (1 - confidence) * (1 - 0.5 * second.get(best, 0.0))
            return scores, "rasa", talk_heard
        merged = dict(scores)
        for found, likeness in second.items():
            agreed = scores.get(found, 0.0) >= _OWN_SHARE / 2 and talk_heard is None
            merged[found] = max(merged.get(found, 0.0), likeness * (1.0 if agreed else _ALONE))
        carried: Understanding = "search" if _best(merged)[1] > confidence else "rasa"
        return merged, carried, talk_heard

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

    def _found(self, text: str) -> tuple[Candidate, ...]:
        return tuple(c for c in self._search.search(text, _MOST_CANDIDATES) if c.id in self._names)

    def _facts(
        self,
        said: _Said,
        named: Iterable[Candidate],
        plain: str,
        asked: AskedQuestion | None,
        answer: ReadAnswer,
        today: dt.date,
    ) -> tuple[SaidFact, ...]:
        found = [*said.facts]
        if said.household.visitor_role is not None:
            found.append(self._role(said.household))
        moving = {e for e, c in said.move.life_events if c >= self._thresholds.understood}
        if moving & {c.id for c in named} or (moving and answer != NO_ANSWER):
            found += said.move.facts
        keys = () if asked is None else asked.keys
        if asked is not None and answer == NO_ANSWER:
            found += _asked_but_doubtful(plain, asked, today, self._town)
        settled = set(keys) if answer.value is not None else set()
        return tuple(
            f
            for f in {f.key: f for f in reversed(found)}.values()
            if self._kb.vocabulary.visit(f.key) and f.key not in settled
        )

    def _role(self, household: Household) -> SaidFact:
        kind = self._kb.vocabulary.visit("visitor_role")
        others = (
            kind.options
            if kind is not None and household.role_confidence < self._thresholds.understood
            else ()
        )
        return SaidFact(
            "visitor_role",
            str(household.visitor_role),
            household.role_confidence,
            tuple(Alternative(o.value, o.label_ja) for o in others),
        )

    def _people(
        self, household: Household, asked: AskedQuestion | None, facts: Facts, answer: ReadAnswer
    ) -> tuple[PersonMention, ...]:
        """People of the sentence; beside an answer only what is told of those already known."""
        allowed = tuple(self._checked(p) for p in household.people)
        if asked is None or not asked.keys or (answer.value is None and not _asks_of_people(asked)):
            return allowed
        known = {"self", *(facts.value(person_key(p, "relation")) for p in facts.people)}
        settled = {split_key(key)[1] for key in asked.keys if key != PEOPLE} | {"birth_date", "age"}
        kept = (
            replace(p, facts=tuple(f for f in p.facts if f[0] not in settled))
            for p in allowed
            if p.relation in known
        )
        return tuple(p for p in kept if p.facts)

    def _checked(self, mention: PersonMention) -> PersonMention:
        known = tuple((name, value) for name, value in mention.facts if self._kb.vocabulary.person(name))
        return replace(mention, facts=known)


def _denials(asked: AskedQuestion, denied: tuple[str, ...], facts: Facts) -> tuple[PersonMention, ...]:
    """The asked fact as false for those denied; left out where a relation would name several people."""
    names = {split_key(key)[1] for key in asked.keys}
    relations = {
        p: "self" if p == VISITOR else str(facts.value(person_key(p, "relation"))) for p in facts.people
    }
    said = [relations[p] for p in denied if p in relations]
    clear = [r for r in dict.fromkeys(said) if said.count(r) == list(relations.values()).count(r)]
    told = tuple((name, False) for name in sorted(names))
    return tuple(PersonMention(r, told) for r in said if r in clear and len(told) == 1)


def _asks_of_people(asked: AskedQuestion) -> bool:
    """The question is about people already known, so that its answer names nobody new."""
    return asked.input == "people" and asked.keys != (PEOPLE,)


def _best(scores: Mapping[str, float]) -> tuple[str, float]:
    return max(scores.items(), key=lambda one: one[1], default=("", 0.0))


def _quiet() -> Interpretation:
    """Danger was heard: nothing of it is kept, not even the words (COUNTER_RULES 7)."""
    return Interpretation("", "sensitive", understanding="extractors")


def _kind(
    plain: str, named: list[Candidate], found: tuple[SaidFact, ...], people: tuple[PersonMention, ...]
) -> Kind:
    if named and not found and not people and _ASKS.search(plain) and not _WANTS.search(plain):
        return "question"
    return "request"


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
    parts = [part for piece in _PIECE_ENDS.split(plain) if len(part := piece.strip("、。 ")) >= 4]
    parts = [part for part in parts if not _SPOKEN_FOR.search(part)] if len(parts) > 1 else []
    both = _BOTH.search(plain) if _WANTS.search(plain) else None
    if both and not find_kin(plain, words(plain, units="short")):
        parts += [both["one"] + both["tail"], both["other"] + both["tail"]]
    return parts[:_MOST_PIECES]


def _asked_but_doubtful(plain: str, asked: AskedQuestion, today: dt.date, town: Town) -> list[SaidFact]:
    """A day or place that answers but may be another one: kept with its alternatives, so that it is asked which."""
    key = asked.keys[0] if asked.keys else ""
    if key.startswith("people"):
        return []
    if asked.input == "date":
        dates = [d for d in find_dates(plain, today) if d.day is not None and d.day <= today]
        if len(dates) != 1 or dates[0].day is None or not dates[0].alternatives:
            return []
        days = sorted({dates[0].day, *(d for d in dates[0].alternatives if d <= today)})
        return [
            SaidFact(
                key, dates[0].day, dates[0].confidence, tuple(Alternative(d, day_label(d)) for d in days)
            )
        ]
    if key.endswith("municipality"):
        places = [p for p in find_places(plain, town, whole=True) if p.code and p.role == "from"]
        if len(places) == 1:
            return [SaidFact(key, places[0].code, places[0].confidence, places[0].alternatives)]
    return []


def _is_foreign(plain: str) -> bool:
    """No Japanese: neither kana nor characters of the Japanese set."""
    letters = [sign for sign in plain if sign.isalpha()]
    if len(letters) <= 4 and all(sign.isascii() for sign in letters):
        return False
    if any("ぁ" <= sign <= "ヿ" for sign in letters):
        return False
    han = [sign for sign in letters if "一" <= sign <= "鿿"]
    if len(han) * 2 < len(letters):
        return True
    try:
        "".join(han).encode("cp932")
    except UnicodeEncodeError:
        return True
    return False
